import MisfitCore
import MisfitIngest

/// What one feature of a sample, or of its target, contributed to a sample's error, in the data's own units.
public struct FeatureError: Sendable, Hashable {
  /// The column's name.
  public var feature: String
  /// Its share of the sample's error; all features together give 1.
  public var share: Double
  /// The value that the sample has.
  public var value: CellValue
  /// The value that the model expected.
  public var expected: CellValue
  /// Whether the value is missing, or a level, and training had none such in the column.
  public var isNew = false
  /// The probability that a network with a mixed loss gives to the level; nil for other cells, and where
  /// training never had it.
  public var probability: Double?
  /// Where the value is far outside those of training: their range.
  public var usual: UsualRange?

  /// A range of a column's training values.
  public struct UsualRange: Sendable, Hashable {
    /// The least value.
    public var low: CellValue
    /// The largest value.
    public var high: CellValue
    /// The share of the training values in it; nil for all but isolated extremes.
    public var share: Double?
    /// The group of rows whose values they are, as a clause (`host is "a"`); nil for all rows.
    public var group: String?

    /// A value, moved into the range where it is outside.
    func clamping(_ value: CellValue) -> CellValue {
      guard let number = Self.number(value), let least = Self.number(low), let largest = Self.number(high)
      else { return value }
      return number < least ? low : number > largest ? high : value
    }

    private static func number(_ cell: CellValue) -> Double? {
      switch cell {
      case .number(let number): number
      case .date(let seconds, _): seconds
      default: nil
      }
    }
  }
  /// The share of the rows learned from that have the level; nil for other cells, and for levels that were
  /// not counted one by one.
  public var levelShare: Double?

  /// Value minus expected: positive where the value is too large; nil where either is no number.
  public var difference: Double? {
    guard let value = value.number, let expected = expected.number else { return nil }
    return value - expected
  }

  /// Makes a reason.
  public init(feature: String, share: Double, value: CellValue, expected: CellValue) {
    self.feature = feature
    self.share = share
    self.value = value
    self.expected = expected
  }
}

/// One sample with its score, and what made it anomalous.
public struct ScoredSample: Sendable, Hashable {
  /// The text of the id column or the path of the image; else the record's number.
  public var id: String
  /// How a sentence calls it: its id; `row 12` or `image 12` where it has none of its own.
  public var title: String
  /// The label, where the source has labels.
  public var label: String?
  /// The place in the source, from 1.
  public var record: Int
  /// The score by which samples are ranked, larger for more anomalous ones; see ``ScoreMeasure/meaning``.
  public var score: Double
  /// How far the reconstruction is from the sample: by the measure of ``score`` where that is a
  /// reconstruction error, else the mean squared error of the scaled values.
  public var reconstructionError: Double
  /// The percentage of the calibration scores below or equal to this one, 0 to 100; nil for NaN.
  public var percentile: Double?
  /// The share of ordinary samples with a score as large; see ``Calibration/pValue(of:)``.
  public var pValue: Double?
  /// Where no calibration error is as large, how often an ordinary sample's would be larger by a model of the
  /// tail: an extrapolation that nothing guarantees (``TailFit``); nil elsewhere, and where there are too few
  /// errors for it.
  public var extrapolatedTail: Double?
  /// Whether the sample is flagged by the scoring's ``Decision``; nil for NaN.
  public var isFlagged: Bool?
  /// The features by their share of the error, largest first; empty for images.
  public var reasons: [FeatureError]
  /// The sample as the network saw it (scaled): [D].
  public var input: [Float]
  /// What the network made of it: [D], or as many values as the target has.
  public var reconstruction: [Float]
  /// What it should have made of it; nil where that is the sample itself.
  public var target: [Float]?
  /// The shape of the input: the model's, or that of an image stitched from tiles.
  public var shape: SampleShape
  /// The shape of the reconstruction, likewise.
  public var outputShape: SampleShape
  /// The squared error of each pixel of a stitched image, [height, width]; nil for other samples.
  public var errorMap: [Float]?

  /// The score.
  @available(*, deprecated, renamed: "score")
  public var error: Double { score }
}

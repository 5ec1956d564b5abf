import MisfitCore
import MisfitIngest

/// The contribution of one feature to the error of a sample, in the data's own units.
///
/// A detector that was fitted with targets compares the features of the target.
public struct FeatureError: Sendable, Hashable {
  /// The name of the column.
  public var feature: String
  /// The feature's share of the sample's error, 0 to 1; the shares of all features add up to 1.
  public var share: Double
  /// The value in the sample.
  public var value: CellValue
  /// The value that the model expects.
  public var expected: CellValue
  /// Whether the value is unseen in training: a gap in a column without gaps, or a new level.
  public var isNew = false
  /// The probability that a network with a mixed loss predicts for the level; nil for other cells, and for
  /// levels unseen in training.
  public var probability: Double?
  /// The range of the training values, if the value is far outside it; nil otherwise.
  public var usual: UsualRange?

  /// A range of a column's training values.
  public struct UsualRange: Sendable, Hashable {
    /// The smallest value.
    public var low: CellValue
    /// The largest value.
    public var high: CellValue
    /// The share of the training values in the range, 0 to 1; nil for the range of all values (isolated
    /// extremes excluded).
    public var share: Double?
    /// The group of rows that the range describes, as a clause (`host is "a"`); nil for all rows.
    public var group: String?
    /// The period that the dates of the column name; nil if they are days or times.
    package var period: DatePeriod?

    /// Returns a value, clamped to the range.
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
  /// The share of the training rows that have the level, 0 to 1; nil for other cells, and for levels that
  /// were not counted individually.
  public var levelShare: Double?
  /// The period that the dates of the column name; nil if they are days or times.
  package var period: DatePeriod?

  /// The value minus the expected value: positive if the value is too large; nil if either is not a number.
  public var difference: Double? {
    guard let value = value.number, let expected = expected.number else { return nil }
    return value - expected
  }

  /// Creates a reason.
  public init(feature: String, share: Double, value: CellValue, expected: CellValue) {
    self.feature = feature
    self.share = share
    self.value = value
    self.expected = expected
  }
}

/// A sample with its score and the reasons for it.
public struct ScoredSample: Sendable, Hashable {
  /// The identifier: the text of the id column or the path of the image, else the record's number.
  public var id: String
  /// The name in sentences: the identifier, or `row 12` or `image 12` if the sample has none.
  public var title: String
  /// The label; nil if the source has no labels.
  public var label: String?
  /// The number of the record in the source, counted from 1.
  public var record: Int
  /// The score by which samples are ranked; larger is more anomalous.
  ///
  /// See ``ScoreMeasure/meaning``.
  public var score: Double
  /// The distance between the sample and its reconstruction: by the measure of ``score`` if that is a
  /// reconstruction error, else the mean squared error of the scaled values.
  public var reconstructionError: Double
  /// The percentage of the calibration scores at or below this one, 0 to 100; nil for NaN, and without
  /// calibration scores.
  public var percentile: Double?
  /// The p-value: an estimate of the share of normal samples with a score at least as large, in 0...1.
  ///
  /// It is (1 + the number of calibration scores at least as large) / (n + 1) for n calibration scores.
  ///
  /// Nil for NaN, and if the calibration scores are those of the scored rows themselves.
  public var pValue: Double?
  /// The probability of a larger score for a normal sample, by a model of the tail; only if no calibration
  /// score is as large.
  ///
  /// This is an extrapolation that nothing guarantees. Nil for other samples, and if there are too few
  /// calibration scores.
  public var extrapolatedTail: Double?
  /// Whether the sample is flagged by the rule of the scoring; nil for NaN.
  public var isFlagged: Bool?
  /// The features by their share of the error, largest first; empty for images.
  public var reasons: [FeatureError]
  /// The sample as the model receives it (scaled): [D].
  public var input: [Float]
  /// The reconstruction (scaled): [D], or as many values as the target has.
  public var reconstruction: [Float]
  /// The target (scaled): [T]; nil if each sample is its own target.
  public var target: [Float]?
  /// The shape of the input: the model's, or that of an image stitched from tiles.
  public var shape: SampleShape
  /// The shape of the reconstruction: the model's, or that of an image stitched from tiles.
  public var outputShape: SampleShape
  /// The error of each pixel, [height, width], row by row: squared for a stitched image, by the similarity
  /// for a whole image of a model that is scored by one; nil for other samples.
  public var errorMap: [Float]?
  /// The size of the image's file, which ``regions`` refer to; nil if the sample is not from an image file.
  public var imageSize: ImageSize?
  /// The size of the image as it was prepared for the model, before it was averaged down to a picture.
  package var preparedSize: ImageSize?
  /// The scores of the pixels, whose largest, or the mean of the highest, is ``score``; nil for samples other
  /// than images in tiles, and where an image's score is that of its tiles.
  public var scoreMap: ScoreMap?
  /// The regions of a flagged image that are above the threshold, the largest peak first.
  ///
  /// Empty for images that are not flagged, for other samples, and for images without a ``scoreMap``.
  public var regions: [ImageRegion] = []

  /// The score.
  @available(*, deprecated, renamed: "score")
  public var error: Double { score }
}

import MisfitIngest

/// The scores of the pixels of an image, in the unit of the image's score.
///
/// That is their largest value, or the mean of the highest.
///
/// So the threshold of images is that of pixels too: a region of pixels above it is what flags the image.
public struct ScoreMap: Sendable, Hashable {
  /// The number of columns: that of the image as the model sees it.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The scores: [height, width], row by row.
  public let values: [Float]

  /// The largest value; NaN if any value is NaN.
  public let peak: Float
  /// The row and the column of the largest value, the first of equal ones.
  public let peakPosition: (row: Int, column: Int)
  /// The score of the image.
  package let score: Float

  /// Creates a map of `values`: [height, width], row by row.
  ///
  /// - Precondition: there is at least one value, and `values` has `width * height` values.
  public init(width: Int, height: Int, values: [Float]) {
    self.init(width: width, height: height, values: values, dilation: 0, within: nil)
  }

  /// Creates a map in which each of `values` spreads by `dilation` pixels; see
  /// ``ImagePreparation/Tiles/dilation``.
  ///
  /// The peak is where it was before. Pixels that are not in `part` become 0; nil keeps all. `score` says how
  /// the score of the image is computed, from the values before they spread.
  init(
    width: Int, height: Int, values: [Float], dilation: Int, within part: [Bool]?, score: TileScore = .peak
  ) {
    precondition(width > 0 && height > 0 && values.count == width * height, "a map of width * height values")
    self.width = width
    self.height = height
    func limited(_ values: [Float]) -> [Float] {
      part.map { zip(values, $0).map { $1 ? $0 : 0 } } ?? values
    }
    let values = limited(values)
    self.values =
      dilation > 0 ? limited(GreyDilation(width: width, height: height, reach: dilation).of(values)) : values
    var place = 0
    // A comparison with NaN is false, so NaN is looked for first.
    if let first = values.firstIndex(where: \.isNaN) {
      place = first
    } else {
      for index in values.indices where values[index] > values[place] { place = index }
    }
    peak = values[place]
    peakPosition = (place / width, place % width)
    self.score = score == .top ? Self.top(values, within: part) : peak
  }

  /// Returns the mean of the highest thousandth of the values in a part; NaN if any value is NaN.
  private static func top(_ values: [Float], within part: [Bool]?) -> Float {
    guard !values.contains(where: \.isNaN) else { return .nan }
    let count = max(1, (part?.count(where: \.self) ?? values.count) / 1_000)
    let highest = values.sorted(by: >).prefix(count)
    return Float(highest.reduce(0.0) { $0 + Double($1) } / Double(count))
  }

  public static func == (first: Self, second: Self) -> Bool {
    first.width == second.width && first.height == second.height && first.values == second.values
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(width)
    hasher.combine(values)
  }
}

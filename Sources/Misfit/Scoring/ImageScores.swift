import MisfitAnalytics
import MisfitIngest

/// Combines the scores of tiles, which arrive in order, into scores of images.
struct ImageScores {
  private let score: TileScore
  private let tileCounts: [Int]
  /// Whether to average squares instead of roots: with tiles of one size, the result is then the root mean
  /// square of the whole image.
  private let isRoot: Bool
  private var image = 0
  private var tileCount = 0
  private var largest = -Double.infinity
  private var sum = 0.0

  /// Creates a combiner.
  ///
  /// `tileCounts` holds the number of tiles of each image, in order; if it is empty, every row is a sample.
  init(_ score: TileScore, of measure: ScoreMeasure, tileCounts: [Int]) {
    isRoot = measure == .reconstruction(.rootMeanSquared) && score == .mean
    self.score = score
    self.tileCounts = tileCounts
  }

  /// Adds the error of the next tile, and returns the image's error with its last tile, else nil; NaN if the
  /// error of any tile is NaN.
  mutating func add(_ error: Double) -> Double? {
    guard !tileCounts.isEmpty else { return error }
    // `max` may ignore a NaN.
    largest = error.isNaN || largest.isNaN ? .nan : max(largest, error)
    sum += isRoot ? error * error : error
    tileCount += 1
    guard tileCount == tileCounts[image] else { return nil }
    let mean = sum / Double(tileCount)
    let value = score == .maximum ? largest : isRoot ? mean.squareRoot() : mean
    (image, tileCount, largest, sum) = (image + 1, 0, -.infinity, 0)
    return value
  }
}

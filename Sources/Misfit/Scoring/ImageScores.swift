import MisfitAnalytics
import MisfitIngest

/// Makes scores of images out of those of their tiles, which come one after the other.
struct ImageScores {
  private let score: TileScore
  private let tileCounts: [Int]
  /// Roots are not averaged, but what is under them: tiles of one size then give the image's own root.
  private let isRoot: Bool
  private var image = 0
  private var tileCount = 0
  private var largest = -Double.infinity
  private var sum = 0.0

  /// `tileCounts` says how many tiles each image has, in their order; none means that every row is a sample
  /// of its own.
  init(_ score: TileScore, of measure: ScoreMeasure, tileCounts: [Int]) {
    isRoot = measure == .reconstruction(.rootMeanSquared) && score == .mean
    self.score = score
    self.tileCounts = tileCounts
  }

  /// Takes the error of the next tile, and gives the image's with its last one; NaN where a tile's is NaN.
  mutating func add(_ error: Double) -> Double? {
    guard !tileCounts.isEmpty else { return error }
    // `max` would pass over a NaN on one side.
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

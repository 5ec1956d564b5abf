import MisfitIngest

/// Makes scores of images out of those of their tiles, which come one after the other.
struct ImageScores {
  private let score: TileScore
  private let tileCounts: [Int]
  private var image = 0
  private var tileCount = 0
  private var largest = -Double.infinity
  private var sum = 0.0

  /// `tileCounts` says how many tiles each image has, in their order; none means that every row is a sample
  /// of its own.
  init(_ score: TileScore, tileCounts: [Int]) {
    self.score = score
    self.tileCounts = tileCounts
  }

  /// Takes the error of the next tile, and gives the image's with its last one; NaN where a tile's is NaN.
  mutating func add(_ error: Double) -> Double? {
    guard !tileCounts.isEmpty else { return error }
    // `max` would pass over a NaN on one side.
    largest = error.isNaN || largest.isNaN ? .nan : max(largest, error)
    sum += error
    tileCount += 1
    guard tileCount == tileCounts[image] else { return nil }
    let value = score == .maximum ? largest : sum / Double(tileCount)
    (image, tileCount, largest, sum) = (image + 1, 0, -.infinity, 0)
    return value
  }
}

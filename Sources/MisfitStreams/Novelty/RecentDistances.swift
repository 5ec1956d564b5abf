/// The last distances of a statistic, and the rank of a distance among them.
///
/// Zeros, which repeated values have, are only counted.
struct RecentDistances {
  /// The largest number of distances.
  let capacity: Int
  /// The distances in a ring: the oldest is at ``oldest`` once it is full.
  private var ring: [Double] = []
  private var oldest = 0
  private var positive = SortedBlocks()

  init(capacity: Int) { self.capacity = capacity }

  /// Creates the list from the oldest distance to the latest.
  init(capacity: Int, inOrder distances: [Double]) {
    self.capacity = capacity
    ring = distances
    positive = SortedBlocks(ascending: distances.filter { $0 > 0 }.sorted())
  }

  var count: Int { ring.count }
  /// The distances from the oldest to the latest.
  var inOrder: [Double] { Array(ring[oldest...] + ring[..<oldest]) }

  /// The position of a distance among the positive ones, for ``countAtLeast(_:at:)`` and ``append(_:at:)``.
  func position(of distance: Double) -> SortedBlocks.Position { positive.lowerBound(of: distance) }

  /// Returns the number of distances that are at least `distance`.
  @inline(__always)
  func countAtLeast(_ distance: Double, at position: SortedBlocks.Position) -> Int {
    distance > 0 ? positive.count - positive.rank(of: position) : ring.count
  }

  /// Returns the distance that a share of all distances are at most, from the largest one down; nil without
  /// distances.
  func value(atQuantile share: Double) -> Double? {
    guard !ring.isEmpty else { return nil }
    let rank = max(0, Int((share * Double(ring.count)).rounded(.up)) - 1)
    let zeroCount = ring.count - positive.count
    return rank < zeroCount ? 0 : positive[positive.position(ofRank: rank - zeroCount)]
  }

  /// Appends a distance, in place of the oldest one if the list is full.
  mutating func append(_ distance: Double, at position: SortedBlocks.Position) {
    if distance > 0 { _ = positive.insert(distance, at: position) }
    guard ring.count == capacity else { return ring.append(distance) }
    let dropped = ring[oldest]
    ring[oldest] = distance
    oldest = oldest + 1 == capacity ? 0 : oldest + 1
    if dropped > 0 { positive.remove(dropped) }
  }
}

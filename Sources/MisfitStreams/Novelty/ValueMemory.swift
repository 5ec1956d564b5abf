/// The values of a statistic that were seen so far: at most ``capacity`` distinct ones.
///
/// A full memory drops a value of its closest pair, so that values which are rare are kept longest.
struct ValueMemory {
  /// The largest number of values.
  let capacity: Int
  private(set) var values = SortedBlocks()
  /// The smallest gap of each block.
  private var gaps: [Double] = []

  init(capacity: Int) { self.capacity = capacity }

  /// Creates a memory of ascending, distinct values.
  init(capacity: Int, ascending values: [Double]) {
    self.capacity = capacity
    self.values = SortedBlocks(ascending: values)
    gaps = (0..<self.values.blockCount).map(self.values.smallestGap)
  }

  /// Returns the remembered value nearest to `value`, the lower one of two; nil for an empty memory.
  ///
  /// `position` is the lower bound of `value`.
  @inline(__always)
  func nearest(to value: Double, at position: SortedBlocks.Position) -> Double? {
    guard values.count > 0 else { return nil }
    guard let above = self.value(at: position) else { return self.value(before: position) }
    guard let below = self.value(before: position) else { return above }
    return value - below <= above - value ? below : above
  }

  @inline(__always)
  private func value(at position: SortedBlocks.Position) -> Double? {
    if position.index < values.size(ofBlock: position.block) { return values[position] }
    let next = position.block + 1
    return next < values.blockCount ? values.first(ofBlock: next) : nil
  }

  @inline(__always)
  private func value(before position: SortedBlocks.Position) -> Double? {
    if position.index > 0 { return values[.init(block: position.block, index: position.index - 1)] }
    return position.block > 0 ? values.last(ofBlock: position.block - 1) : nil
  }

  /// Remembers a new value at its lower bound.
  mutating func insert(_ value: Double, at position: SortedBlocks.Position) {
    let block = position.block
    let below = self.value(before: position).map { value - $0 } ?? .infinity
    let above = self.value(at: position).map { $0 - value } ?? .infinity
    let isLast = position.index == values.size(ofBlock: block)
    if values.insert(value, at: position) {
      gaps.insert(.infinity, at: min(block + 1, gaps.count))
      for changed in block...block + 2 { updateGap(ofBlock: changed) }
    } else {
      // The value splits a gap into two that are both smaller.
      gaps[block] = min(gaps[block], below)
      let upper = isLast ? block + 1 : block
      if upper < gaps.count { gaps[upper] = min(gaps[upper], above) }
    }
    if values.count > capacity { dropFromClosestPair() }
  }

  /// Forgets the value with a rank.
  mutating func forget(rank: Int) { remove(at: values.position(ofRank: rank)) }

  /// Drops the upper value of the closest pair, the first of several; the lower one if the upper one is the
  /// largest value of all.
  private mutating func dropFromClosestPair() {
    var block = 0
    var smallest = gaps[0]
    for index in gaps.indices where gaps[index] < smallest { (block, smallest) = (index, gaps[index]) }
    var position = SortedBlocks.Position(block: block, index: values.index(ofGap: smallest, inBlock: block))
    if block == values.blockCount - 1, position.index == values.size(ofBlock: block) - 1 {
      if position.index > 0 {
        position.index -= 1
      } else {
        position = .init(block: block - 1, index: values.size(ofBlock: block - 1) - 1)
      }
    }
    remove(at: position)
  }

  private mutating func remove(at position: SortedBlocks.Position) {
    let isGone = values.remove(at: position)
    if isGone { gaps.remove(at: position.block) }
    updateGap(ofBlock: position.block)
    let isLast = position.index == values.size(ofBlock: position.block)
    if isLast && !isGone { updateGap(ofBlock: position.block + 1) }
  }

  private mutating func updateGap(ofBlock block: Int) {
    guard block < values.blockCount else { return }
    gaps[block] = values.smallestGap(inBlock: block)
  }
}

/// Doubles in ascending order, with repeats, in blocks of bounded size.
///
/// Insertion, removal and rank cost a search among the blocks and a move within one block; in a sorted array
/// they would move half of all values.
struct SortedBlocks {
  /// The position of a value: its block, and its index in the block.
  struct Position {
    var block: Int
    var index: Int
  }

  /// The number of values.
  private(set) var count = 0
  private var blocks: [[Double]] = []
  /// The first value of each block.
  private var firsts: [Double] = []
  /// The number of values of each block.
  private var counts: [Int32] = []

  /// The number of values at which a block is split.
  private static let capacity = 96

  init() {}

  /// Creates a list of ascending values.
  init(ascending values: [Double]) {
    for start in stride(from: 0, to: values.count, by: Self.capacity / 2) {
      insert(block: Array(values[start..<min(start + Self.capacity / 2, values.count)]), at: blocks.count)
    }
    count = values.count
  }

  var blockCount: Int { firsts.count }
  /// The values, ascending.
  var values: [Double] { blocks.flatMap { $0 } }

  subscript(position: Position) -> Double { blocks[position.block][position.index] }

  /// Returns the number of values of a block; 0 for one after the last.
  func size(ofBlock block: Int) -> Int { block < counts.count ? Int(counts[block]) : 0 }
  func first(ofBlock block: Int) -> Double { firsts[block] }
  func last(ofBlock block: Int) -> Double { blocks[block][Int(counts[block]) - 1] }

  /// Returns the position of the first value that is not below `value`, in the block where it belongs: the
  /// index may be one after the last of the block.
  @inline(__always)
  func lowerBound(of value: Double) -> Position {
    guard !blocks.isEmpty else { return Position(block: 0, index: 0) }
    let block = max(Self.lowerBound(of: value, in: firsts) - 1, 0)
    return Position(block: block, index: Self.lowerBound(of: value, in: blocks[block]))
  }

  /// Returns the index of the first value that is not below `value`.
  ///
  /// The comparison moves a number instead of a branch, which a processor could not predict.
  @inline(__always)
  private static func lowerBound(of value: Double, in values: [Double]) -> Int {
    var base = 0
    var length = values.count
    while length > 1 {
      let half = length >> 1
      base &+= values[base &+ half &- 1] < value ? half : 0
      length &-= half
    }
    return length == 1 && values[base] < value ? base &+ 1 : base
  }

  /// Returns the number of values before a position.
  @inline(__always)
  func rank(of position: Position) -> Int {
    var sum: Int32 = 0
    for block in 0..<min(position.block, counts.count) { sum &+= counts[block] }
    return Int(sum) + position.index
  }

  /// Returns the position of the value with a rank below ``count``.
  func position(ofRank rank: Int) -> Position {
    var rest = rank
    var block = 0
    while rest >= Int(counts[block]) {
      rest -= Int(counts[block])
      block += 1
    }
    return Position(block: block, index: rest)
  }

  /// Inserts a value at its ``lowerBound(of:)``, and returns whether a block was split or created.
  mutating func insert(_ value: Double, at position: Position) -> Bool {
    count += 1
    guard !blocks.isEmpty else {
      insert(block: [value], at: 0)
      return true
    }
    blocks[position.block].insert(value, at: position.index)
    if position.index == 0 { firsts[position.block] = value }
    counts[position.block] += 1
    guard counts[position.block] >= Self.capacity else { return false }
    let upper = Array(blocks[position.block][(Self.capacity / 2)...])
    blocks[position.block].removeLast(upper.count)
    counts[position.block] = Int32(Self.capacity / 2)
    insert(block: upper, at: position.block + 1)
    return true
  }

  /// Removes the value at a position, and returns whether its block, now empty, was removed too.
  mutating func remove(at position: Position) -> Bool {
    count -= 1
    blocks[position.block].remove(at: position.index)
    counts[position.block] -= 1
    guard counts[position.block] > 0 else {
      blocks.remove(at: position.block)
      firsts.remove(at: position.block)
      counts.remove(at: position.block)
      return true
    }
    if position.index == 0 { firsts[position.block] = blocks[position.block][0] }
    return false
  }

  /// Removes one value that equals `value`.
  ///
  /// - Precondition: there is one.
  mutating func remove(_ value: Double) {
    var position = lowerBound(of: value)
    if position.index == size(ofBlock: position.block) {
      position = Position(block: position.block + 1, index: 0)
    }
    _ = remove(at: position)
  }

  private mutating func insert(block: [Double], at index: Int) {
    var stored: [Double] = []
    stored.reserveCapacity(Self.capacity)
    stored.append(contentsOf: block)
    blocks.insert(stored, at: index)
    firsts.insert(block[0], at: index)
    counts.insert(Int32(block.count), at: index)
  }
}

// MARK: - Gaps

extension SortedBlocks {
  /// Returns the smallest difference of a value of a block and the value before it, which may be in the block
  /// before.
  func smallestGap(inBlock block: Int) -> Double {
    let values = blocks[block]
    var smallest = block > 0 ? values[0] - last(ofBlock: block - 1) : .infinity
    var index = 1
    while index < values.count {
      smallest = min(smallest, values[index] - values[index - 1])
      index += 1
    }
    return smallest
  }

  /// Returns the index of the first value of a block that is `gap` above the value before it.
  func index(ofGap gap: Double, inBlock block: Int) -> Int {
    let values = blocks[block]
    if block > 0, values[0] - last(ofBlock: block - 1) == gap { return 0 }
    return (1..<values.count).first { values[$0] - values[$0 - 1] == gap } ?? 0
  }
}

import MisfitAnalytics
import MisfitCore
import MisfitIngest

/// A column of checked data, as training knew it.
struct CheckedColumnPlan: Sendable {
  enum Content: Sendable {
    /// Numbers, with the edges of their bins.
    case numbers(edges: [Double])
    /// Levels; the last bin counts all others.
    case levels([String], hasOthers: Bool)
    /// Dates, which are not compared.
    case dates
  }

  var name: String
  var kind: String
  var content: Content
  /// The number of training rows of each bin; empty if distributions cannot be compared.
  var counts: [Int]
  var cellCount: Int
  var missingCount: Int
  /// The correlation of the training values with their order.
  var trend: Double

  var binCount: Int {
    switch content {
    case .numbers(let edges): edges.count + 1
    case .levels(let levels, _): levels.count + 1
    case .dates: 1
    }
  }
}

/// The counts of one column of checked data, in constant memory.
struct ColumnTally: Sendable {
  /// The number of blocks of rows in which classes of bins are counted.
  static let blockCount = 64
  /// The number of classes of bins; one more counts missing cells.
  static let classCount = 16
  private static let blockWidth = classCount + 1
  private static let exampleCount = 3
  private static let dayLimit = 1 << 16

  let plan: CheckedColumnPlan
  private let isDates: Bool
  /// The weight of the rows of each bin.
  private(set) var counts: [Double]
  private(set) var presentCount = 0
  private(set) var missingCount = 0
  /// The number of cells with a level that training did not have, and some of them.
  private(set) var unseenCount = 0
  private(set) var unseenTexts: [String: Int] = [:]
  /// The days of a column of dates, as numbers of days; at most ``dayLimit``.
  private(set) var days: Set<Int> = []
  /// The sum of the squared weights.
  private(set) var squaredWeights = 0.0
  /// The weights of the classes in each block of rows: [blocks, classes + 1].
  private var blocks = [Double](repeating: 0, count: blockCount * blockWidth)
  /// Whether there are examples that have no name yet.
  var hasNewExamples = false
  /// The ordinals of the first rows of each class.
  private(set) var examples: [[Int]] = Array(repeating: [], count: blockWidth)

  init(_ plan: CheckedColumnPlan) {
    self.plan = plan
    if case .dates = plan.content { isDates = true } else { isDates = false }
    counts = Array(repeating: 0, count: plan.binCount)
  }

  /// The class of a bin.
  func classIndex(_ bin: Int) -> Int {
    counts.count <= Self.classCount ? bin : bin * Self.classCount / counts.count
  }

  /// Returns the weight of a class in a block.
  func weight(block: Int, class index: Int) -> Double { blocks[block * Self.blockWidth + index] }

  /// Adds a column of some records, the first of which has this ordinal.
  mutating func add(
    _ records: borrowing RecordBatch, column: Int, count: Int, from first: Int, blockRowCount: Int
  ) {
    let (shift, width) = (blockRowCount.trailingZeroBitCount, records.width)
    guard records.valueKind == .float64 else {
      for row in 0..<count {
        let value = records.value(row: row, column: column)
        add(value, ordinal: first + row, block: (first + row) >> shift, weight: Self.weight(first + row))
      }
      return
    }
    let values = records.values.span
    for row in 0..<count {
      let ordinal = first + row
      add(
        values[row * width + column], ordinal: ordinal, block: ordinal >> shift,
        weight: Self.weight(ordinal))
    }
  }

  /// Returns the weight of a row: beyond a million, every eighth row counts eight times.
  private static func weight(_ ordinal: Int) -> Double { ordinal < 1 << 20 ? 1 : ordinal & 7 == 0 ? 8 : 0 }

  /// Adds a value; `weight` is 0 for a row whose bin is not counted.
  @inline(__always)
  private mutating func add(_ value: Double, ordinal: Int, block: Int, weight: Double) {
    guard !value.isNaN else {
      missingCount += 1
      note(Self.classCount, ordinal, block, 1)
      return
    }
    presentCount += 1
    guard weight > 0 else { return }
    if isDates { note(dayOf: value) }
    let bin = bin(of: value)
    counts[bin] += weight
    squaredWeights += weight * weight
    note(classIndex(bin), ordinal, block, weight)
  }

  private mutating func note(dayOf seconds: Double) {
    let day = (seconds / 86_400).rounded(.down)
    if day.magnitude < 1e9, days.count < Self.dayLimit { days.insert(Int(day)) }
  }

  private mutating func note(_ index: Int, _ ordinal: Int, _ block: Int, _ weight: Double) {
    blocks[block * Self.blockWidth + index] += weight
    guard examples[index].count < Self.exampleCount else { return }
    examples[index].append(ordinal)
    hasNewExamples = true
  }

  /// Notes the text of a level that training did not have.
  mutating func note(unseen text: String) {
    unseenCount += 1
    if unseenTexts[text] != nil || unseenTexts.count < 100 { unseenTexts[text, default: 0] += 1 }
  }

  private func bin(of value: Double) -> Int {
    switch plan.content {
    case .dates: return 0
    case .levels(let levels, _): return Int(min(max(value, 0), Double(levels.count)))
    case .numbers(let edges):
      let edges = edges.span
      var (low, high) = (0, edges.count)
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] < value { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  /// Joins each two neighboring blocks, so that there is room for as many rows again.
  mutating func joinBlocks() {
    for block in 0..<Self.blockCount {
      for index in 0..<Self.blockWidth {
        let (first, second) = (2 * block * Self.blockWidth + index, (2 * block + 1) * Self.blockWidth + index)
        blocks[block * Self.blockWidth + index] =
          block < Self.blockCount / 2 ? blocks[first] + blocks[second] : 0
      }
    }
  }
}

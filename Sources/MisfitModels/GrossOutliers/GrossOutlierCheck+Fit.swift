import MisfitCore

extension GrossOutlierCheck {
  /// Fits the ranges of columns and groups in one pass over all training rows and one over a sample.
  ///
  /// - Complexity: O(N·E) for N rows, and O(S log S) per range for a sample of S rows.
  /// - Throws: Errors of reading the rows.
  package static func fit(
    _ rows: any EpochRows, columns: [GrossOutlierColumn], seed: UInt64
  ) throws -> GrossOutlierCheck {
    var learner = GrossOutlierLearner(columns: columns)
    try learner.readExtremes(of: rows)
    learner.readTails(
      of: try ReferenceRows.sample(of: rows, limit: GrossOutlierLearner.sampleLimit, seed: seed))
    return learner.check(rowCount: rows.rowCount, inputCount: rows.width)
  }
}

/// The extremes and the tails of columns and groups.
private struct GrossOutlierLearner {
  private let columns: [GrossOutlierColumn]
  private let groups: GrossOutlierGroups
  private let numbers: [GrossOutlierColumn]
  private var extremes: [ValueExtremes]
  private var tails: [ValueRange]
  /// Whether all values of each column of numbers are counts so far.
  private var areCounts: [Bool]

  static let sampleLimit = 20_000
  /// The least number of values of a column and of a group that have tails.
  private static let leastTailCount = 1000
  private static let leastGroupTailCount = 200

  init(columns: [GrossOutlierColumn]) {
    self.columns = columns
    groups = GrossOutlierGroups(columns: columns)
    numbers = columns.filter { $0.levelCounts == nil }
    areCounts = numbers.map { $0.countScale != nil }
    let count = numbers.count + groups.rangeCount
    extremes = Array(repeating: ValueExtremes(), count: count)
    tails = Array(repeating: ValueRange(low: .nan, high: .nan), count: count)
  }

  mutating func readExtremes(of rows: any EpochRows) throws {
    let capacity = 1024
    let block = Rows(count: min(capacity, max(rows.rowCount, 1)), width: rows.width)
    try rows.beginEpoch(0, shuffled: false)
    for start in stride(from: 0, to: rows.rowCount, by: capacity) {
      let range = start..<min(start + capacity, rows.rowCount)
      try rows.makeAvailable(range)
      rows.gather(range, into: block[0..<range.count].slice)
      for row in 0..<range.count { update(with: block[row].span) }
    }
  }

  private mutating func update(with row: Span<Float>) {
    for (index, column) in numbers.enumerated() {
      let value = row[column.inputs.lowerBound]
      guard column.isValue(value) else { continue }
      extremes[index].update(value)
      if areCounts[index], column.countScale?.isCount(value) != true { areCounts[index] = false }
    }
    var starts: [Int] = []
    groups.forEachGroup(in: row) { starts.append($0) }
    for start in starts {
      for (offset, column) in groups.numbers.enumerated() {
        let value = row[column.inputs.lowerBound]
        if column.isValue(value) { extremes[start + offset].update(value) }
      }
    }
  }

  mutating func readTails(of sample: ReferenceRows) {
    // Models see how far out a value is unless it is compressed.
    for (index, column) in numbers.enumerated() where column.isCompressed {
      tails[index].fitTails(to: values(of: column, in: sample), leastCount: Self.leastTailCount)
    }
    guard !groups.isEmpty else { return }
    var members: [Int: [Int]] = [:]
    for row in 0..<sample.count {
      groups.forEachGroup(in: sample[row].span) { members[$0, default: []].append(row) }
    }
    for (start, rows) in members {
      for (offset, column) in groups.numbers.enumerated() {
        let found = rows.map { sample[$0][column.inputs.lowerBound] }.filter { column.isValue($0) }
        tails[start + offset].fitTails(to: found.map(column.linear), leastCount: Self.leastGroupTailCount)
      }
    }
  }

  private func values(of column: GrossOutlierColumn, in sample: ReferenceRows) -> [Float] {
    var found: [Float] = []
    found.reserveCapacity(sample.count)
    for row in 0..<sample.count {
      let value = sample[row][column.inputs.lowerBound]
      if column.isValue(value) { found.append(column.linear(value)) }
    }
    return found
  }

  func check(rowCount: Int, inputCount: Int) -> GrossOutlierCheck {
    var ranges = tails
    // The training values that would be gross outliers: of columns, of groups, and of constant columns.
    var (isolated, isolatedInGroups, novelties) = (0, 0, 0)
    func column(of index: Int) -> GrossOutlierColumn {
      index < numbers.count
        ? numbers[index] : groups.numbers[(index - numbers.count) % groups.numbers.count]
    }
    for index in ranges.indices {
      let column = column(of: index)
      let found =
        column.isZeroUnlessFar
        ? extremes[index].rangeAboutZero(in: column.linear) : extremes[index].range(in: column.linear)
      guard let range = found else { continue }
      (ranges[index].low, ranges[index].high) = (range.low, range.high)
      let isConstant = range.low == range.high
      if isConstant, index < numbers.count { novelties += range.isolatedCount }
      if !isConstant, index < numbers.count { isolated += range.isolatedCount }
      if !isConstant, index >= numbers.count { isolatedInGroups += range.isolatedCount }
    }
    novelties += columns.reduce(0) { $0 + ($1.levelCounts?.count { $0 == 1 } ?? 0) }
    let novelty: Float = isRare(novelties, among: rowCount) ? 2 : 0
    for index in 0..<numbers.count where ranges[index].low == ranges[index].high {
      ranges[index].novelty = novelty
    }
    let examined = Double(2 * numbers.count { $0.isCompressed })
    let examinedInGroups = Double(2 * groups.numbers.count * columns.count { $0.levelCounts != nil })
    func scale(_ isolated: Int, _ examined: Double) -> EvidenceScale {
      EvidenceScale(
        rangeUnit: max(
          1, Float(EvidenceScale.rowsPerNovelty * (isolated - 1)) / Float(max(rowCount, 1))),
        usualSurprise: Float(EvidenceScale.baseSurprise + Mathematics.log(max(1, examined))))
    }
    var (columns, number) = (columns, 0)
    for index in columns.indices where columns[index].levelCounts == nil {
      if areCounts[number] { columns[index].leastInput = columns[index].countScale?.leastInput }
      number += 1
    }
    return GrossOutlierCheck(
      columns: columns, inputCount: inputCount, ranges: ranges, scale: scale(isolated, examined),
      groupScale: scale(isolatedInGroups, examinedInGroups), levelNovelty: novelty)
  }

  /// Returns whether so few rows have such values that another one is evidence; the row itself may be one.
  private func isRare(_ count: Int, among rowCount: Int) -> Bool {
    2 * (rowCount + 1) >= EvidenceScale.rowsPerNovelty * max(1, 2 * (count - 1))
  }
}

extension ValueRange {
  /// Fits both tails to values in any order; fewer than `leastCount` values have no tails.
  ///
  /// The index is the largest of the indices at several shares of the outermost values, so that it fits tails
  /// that grow heavier farther out.
  fileprivate mutating func fitTails(to values: [Float], leastCount: Int) {
    guard values.count >= leastCount else { return }
    let sorted = values.sorted()
    center = sorted[sorted.count / 2]
    let count = max(20, sorted.count / 100)
    tailShare = Float(count) / Float(sorted.count)
    lowerTail = tail(sorted.prefix(count).reversed(), from: sorted[count])
    upperTail = tail(Array(sorted.suffix(count)), from: sorted[sorted.count - 1 - count])
  }

  /// Returns the tail of values in ascending order of their distance from the median.
  private func tail(_ values: [Float], from start: Float) -> Tail {
    let spread = (start - center).magnitude
    guard spread > 0 else { return Tail() }
    let index = Self.tailShares.reduce(Self.leastTailIndex) { largest, share in
      let left = Int(share * Double(values.count))
      guard left >= 3 else { return largest }
      let distance = Double((values[values.count - left] - center).magnitude / spread)
      return max(largest, Float(Mathematics.log(distance) / -Mathematics.log(share)))
    }
    return Tail(spread: spread, index: index)
  }

  /// The shares of a tail's outermost values at which its index is computed.
  private static let tailShares = [0.5, 0.25, 0.1, 0.03]
  /// The least index of a tail; that of a normal distribution is about 0.2.
  private static let leastTailIndex: Float = 0.11
}

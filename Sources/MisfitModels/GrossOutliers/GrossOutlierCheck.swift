import MisfitCore

/// A check for values far outside the training data: outside the range of their column or group, far out in a
/// tail, different from a constant, or an unseen level.
///
/// Models compress, clip and average values, so a row with one absurd value may have a normal score. This
/// check examines each value separately, in the scale of the data.
///
/// Shapes: rows of E inputs for D columns; P ranges, first one per column of numbers, then one for each group
/// and grouped column.
package struct GrossOutlierCheck: Sendable {
  /// The columns: [D].
  package let columns: [GrossOutlierColumn]
  /// The number of inputs of a row, E.
  let inputCount: Int
  /// The ranges: [P].
  let ranges: [ValueRange]
  let scale: EvidenceScale
  let groupScale: EvidenceScale
  /// The evidence of an unseen level or one seen once; 0 if such levels are common.
  let levelNovelty: Float
  let groups: GrossOutlierGroups
  /// The inputs below which and above which a value may be evidence: [E]; all others are none.
  private let lows: [Float]
  private let highs: [Float]

  /// The strongest evidence in a row.
  struct Finding {
    /// The strength of the evidence: 0 for none, 1 and more for certain evidence.
    var evidence: Float = 0
    /// The code of what the evidence is about, see ``GrossOutlierCheck/subject(_:)``.
    var code = 0
  }

  /// The value that evidence is about.
  package struct Subject: Sendable {
    /// The input of the value.
    package var input: Int
    /// The index of the column in ``GrossOutlierCheck/columns``.
    package var column: Int
    /// The range of the training values in the linear scale; nil for levels.
    package var range: ClosedRange<Float>?
    /// The range between both tails, and the share of the training values in it; nil without tails.
    package var bulk: (range: ClosedRange<Float>, share: Double)?
    /// The input of the level whose rows have the range; nil if it is that of all rows.
    package var groupInput: Int?
  }

  init(
    columns: [GrossOutlierColumn], inputCount: Int, ranges: [ValueRange], scale: EvidenceScale,
    groupScale: EvidenceScale, levelNovelty: Float
  ) {
    self.columns = columns
    self.inputCount = inputCount
    self.ranges = ranges
    self.scale = scale
    self.groupScale = groupScale
    self.levelNovelty = levelNovelty
    groups = GrossOutlierGroups(columns: columns)
    var lows = [Float](repeating: -.infinity, count: inputCount)
    var highs = [Float](repeating: .infinity, count: inputCount)
    var index = 0
    for column in columns {
      let first = column.inputs.lowerBound
      if let counts = column.levelCounts {
        guard levelNovelty > 0 else { continue }
        highs[column.inputs.upperBound - 1] = TableCell.unseenLevel
        for (level, count) in counts.enumerated() where count == 1 && column.inputs.count > 1 {
          highs[first + level] = 0.5
        }
      } else {
        (lows[first], highs[first]) = ranges[index].limits(of: column, scale)
        if let least = column.leastInput, levelNovelty > 0 { lows[first] = max(lows[first], least) }
        index += 1
      }
    }
    (self.lows, self.highs) = (lows, highs)
  }

  /// Returns the input of a level above which it is evidence.
  func limit(ofLevel input: Int) -> Float { highs[input] }

  /// Returns the inputs below which and above which a number is examined.
  func limits(of column: GrossOutlierColumn) -> (low: Float, high: Float) {
    (lows[column.inputs.lowerBound], highs[column.inputs.lowerBound])
  }

  /// Checks one row: [E].
  func finding(in row: Span<Float>) -> Finding {
    var finding = Finding()
    if isSuspicious(row) { check(row, &finding) }
    if !groups.isEmpty { checkGroups(row, &finding) }
    return finding
  }

  /// Returns the subject of a code, which is the index of a range, or -1 minus the input of a level.
  ///
  /// - Precondition: the code is that of a finding of this check.
  package func subject(_ code: Int) -> Subject {
    if code < 0 {
      let input = -1 - code
      let column = columns.firstIndex { $0.inputs.contains(input) } ?? 0
      return Subject(input: input, column: column)
    }
    let numbers = columns.indices.filter { columns[$0].levelCounts == nil }
    let range = ranges[code]
    let ends = range.low <= range.high ? range.low...range.high : nil
    guard code >= numbers.count else {
      return Subject(
        input: columns[numbers[code]].inputs.lowerBound, column: numbers[code], range: ends, bulk: range.bulk)
    }
    let grouped = numbers.filter { columns[$0].isGrouped }
    let column = grouped[(code - numbers.count) % grouped.count]
    return Subject(
      input: columns[column].inputs.lowerBound, column: column, range: ends, bulk: range.bulk,
      groupInput: groups.levelInput(ofRange: code))
  }

  /// Returns whether some input may be evidence, without an early exit, so that the loop is vectorized.
  private func isSuspicious(_ row: Span<Float>) -> Bool {
    let (lows, highs) = (lows.span, highs.span)
    var found = false
    for index in 0..<min(row.count, lows.count, highs.count) {
      let value = row[index]
      found = (value < lows[index]) || (value > highs[index]) || found
    }
    return found
  }

  private func check(_ row: Span<Float>, _ finding: inout Finding) {
    var index = 0
    for column in columns {
      let first = column.inputs.lowerBound
      if column.levelCounts != nil {
        guard !isMissingLevel(row, column) else { continue }
        for input in column.inputs where row[input] > highs[input] {
          finding.add(levelNovelty, code: -1 - input)
        }
      } else {
        let value = row[first]
        if value < lows[first] || value > highs[first], column.isValue(value) {
          let isBelowLimit = column.leastInput.map { value < $0 } ?? false
          let evidence = ranges[index].evidence(of: column.linear(value), scale: scale)
          finding.add(isBelowLimit ? max(levelNovelty, evidence) : evidence, code: index)
        }
        index += 1
      }
    }
  }

  /// Returns whether a cell is missing in a column without gaps in training.
  ///
  /// The inputs of its levels are then their shares. Those of an unseen level are zeros.
  private func isMissingLevel(_ row: Span<Float>, _ column: GrossOutlierColumn) -> Bool {
    guard row[column.inputs.upperBound - 1] > TableCell.unseenLevel else { return false }
    for input in column.inputs.dropLast() where row[input] != 0 { return true }
    return false
  }

  private func checkGroups(_ row: Span<Float>, _ finding: inout Finding) {
    groups.forEachGroup(in: row) { first in
      for (offset, column) in groups.numbers.enumerated() {
        let value = row[column.inputs.lowerBound]
        guard column.isValue(value) else { continue }
        let evidence = ranges[first + offset].evidence(of: column.linear(value), scale: groupScale)
        // A value outside its group's range is weaker evidence than one outside the range of all rows.
        finding.add(evidence <= 1 ? evidence : 1 + 0.25 * (evidence - 1), code: first + offset)
      }
    }
  }
}

extension GrossOutlierCheck.Finding {
  mutating func add(_ evidence: Float, code: Int) {
    if evidence > self.evidence { self = Self(evidence: evidence, code: code) }
  }
}

extension ValueRange {
  /// Returns the least and the largest input of a column that are no evidence.
  fileprivate func limits(of column: GrossOutlierColumn, _ scale: EvidenceScale) -> (Float, Float) {
    guard low <= high else { return (-.infinity, .infinity) }
    // Inputs increase with the values, so a bisection finds the limit to within a few ulps.
    func limit(from inside: Float, to outside: Float) -> Float {
      var (inside, outside) = (inside, outside)
      func isEvidence(_ input: Float) -> Bool {
        evidence(of: column.linear(input), scale: scale) > 0
      }
      guard isEvidence(outside) else { return outside * 2 }
      for _ in 0..<160 {
        let middle = inside / 2 + outside / 2
        if middle == inside || middle == outside { break }
        if isEvidence(middle) { outside = middle } else { inside = middle }
      }
      return inside
    }
    let start = innerInput(column)
    return (limit(from: start, to: -Self.inputLimit), limit(from: start, to: Self.inputLimit))
  }

  /// Returns an input whose value is in the range.
  private func innerInput(_ column: GrossOutlierColumn) -> Float {
    let target = low / 2 + high / 2
    var (below, above) = (-Self.inputLimit, Self.inputLimit)
    for _ in 0..<160 {
      let middle = below / 2 + above / 2
      if middle == below || middle == above { break }
      if column.linear(middle) < target { below = middle } else { above = middle }
    }
    let input = column.linear(above) <= high ? above : below
    return input
  }

  /// The bound of encoded values.
  private static let inputLimit: Float = 1e15
}

/// The groups of rows with the same level.
struct GrossOutlierGroups: Sendable {
  /// The columns whose values are compared within groups: [G].
  let numbers: [GrossOutlierColumn]
  /// The input of each level with enough training rows, and the first of the G ranges of its group.
  private let levels: [(input: Int, firstRange: Int)]

  /// The least number of training rows of a group.
  static let leastCount = 50
  /// The maximum number of ranges of all groups.
  private static let rangeLimit = 1 << 14

  init(columns: [GrossOutlierColumn]) {
    numbers = columns.filter { $0.isGrouped && $0.levelCounts == nil }
    var next = columns.count { $0.levelCounts == nil }
    let limit = next + Self.rangeLimit
    var levels: [(input: Int, firstRange: Int)] = []
    for column in columns where !numbers.isEmpty {
      guard let counts = column.levelCounts, column.inputs.count > 1 else { continue }
      for (level, count) in counts.enumerated() where count >= Self.leastCount && next < limit {
        levels.append((column.inputs.lowerBound + level, next))
        next += numbers.count
      }
    }
    self.levels = levels
  }

  /// The input of each level with enough training rows, and the first of the ranges of its group.
  var levelRanges: [(input: Int, firstRange: Int)] { levels }

  var isEmpty: Bool { levels.isEmpty }

  /// The number of ranges of all groups.
  var rangeCount: Int { levels.count * numbers.count }

  /// Returns the input of the level whose group has a range.
  func levelInput(ofRange index: Int) -> Int? {
    levels.last { $0.firstRange <= index }?.input
  }

  /// Calls `body` with the first range of each group that a row belongs to.
  func forEachGroup(in row: Span<Float>, _ body: (Int) -> Void) {
    for level in levels where row[level.input] == 1 { body(level.firstRange) }
  }
}

/// The columns of one series together, compared with what the last rows let expect.
struct JointWatch {
  /// What was found in one row.
  struct Finding {
    var decision: WindowAlarm.Decision
    /// The columns with the largest shares; empty under the threshold.
    var reasons: [WindowReason] = []
  }

  private(set) var model: JointModel?
  private(set) var alarm = WindowAlarm()
  /// The indices of the columns; those of the first row with two numbers and more.
  private(set) var columns: [Int] = []
  /// The number of complete rows seen.
  private(set) var rowCount = 0
  private(set) var age = WindowAge()
  /// The squared distances of the last rows.
  private(set) var squares: [Double] = []
  private var rows: [Double] = []
  private var isExcluded: [Bool] = []
  private let learnedCount: Int

  /// The ratio that alarms: 9 of the 17 given files of SKAB, and no alarm outside of their events.
  static let ratio = 1.5
  /// The number of last rows whose squared distances are averaged.
  static let smoothedCount = 10
  /// The first rows that are learned whose distances do not count.
  private static let skippedCount = 30
  private static let leastDistance = 1e-3

  init(learnedCount: Int) { self.learnedCount = learnedCount }

  /// The last rows, for storage.
  var latest: (rows: [Double], isExcluded: [Bool]) {
    (Array(rows.suffix(learnedCount * columns.count)), Array(isExcluded.suffix(learnedCount)))
  }

  /// Creates a watch in a stored state.
  init(
    learnedCount: Int, model: JointModel?, alarm: WindowAlarm, columns: [Int], rowCount: Int, age: WindowAge,
    squares: [Double], rows: [Double], isExcluded: [Bool]
  ) {
    self.learnedCount = learnedCount
    self.model = model
    self.alarm = alarm
    self.columns = columns
    self.rowCount = rowCount
    self.age = age
    self.squares = squares
    self.rows = rows
    self.isExcluded = isExcluded
  }

  /// Scores a row, and learns if it is time to; nil for a row with a missing value, and before the model.
  mutating func observe(
    _ values: [Double], named names: [String], at seconds: Double, isOver: Bool, canAlarm: Bool,
    isNormal: Bool, _ decision: AlarmDecision
  ) -> Finding? {
    if columns.isEmpty { chooseColumns(values) }
    let row = columns.map { $0 < values.count ? values[$0] : .nan }
    guard columns.count > 1, row.allSatisfy(\.isFinite) else { return nil }
    rowCount += 1
    rows += row
    let finding = find(row, names, at: seconds, canAlarm: canAlarm, isNormal: isNormal, decision)
    isExcluded.append(isOver || finding?.decision.isOver == true)
    trim()
    learnIfDue(at: seconds, decision)
    return finding
  }

  private mutating func chooseColumns(_ values: [Double]) {
    let known = values.indices.filter { values[$0].isFinite }
    if known.count > 1 { columns = Array(known.prefix(JointModel.columnLimit)) }
  }

  private mutating func find(
    _ row: [Double], _ names: [String], at seconds: Double, canAlarm: Bool, isNormal: Bool,
    _ decision: AlarmDecision
  ) -> Finding? {
    guard let model, rows.count > JointModel.lagCount * columns.count else { return nil }
    let (difference, length) = distance(model)
    squares.append(length.square)
    if squares.count > Self.smoothedCount { squares.removeFirst() }
    let circumstances = WindowAlarm.Circumstances(
      ratio: Self.ratio, budget: decision.options.alpha, leastDistance: Self.leastDistance,
      quietRowCount: Self.smoothedCount, quietTime: decision.options.quietTime, canAlarm: canAlarm)
    let mean = squares.reduce(0, +) / Double(squares.count)
    func reasons() -> [WindowReason] {
      let total = length.shares.reduce(0) { $0 + max(0, $1) }
      return columns.indices.filter { length.shares[$0] > 0 && model.scales[$0].isFinite }.map { index in
        WindowReason(
          column: names[columns[index]], value: row[index],
          expected: row[index] - difference[index] * model.scales[index],
          share: length.shares[index] / total)
      }
      .sorted { $0.share > $1.share }
    }
    let found = alarm.judge(mean.squareRoot(), row: rowCount, at: seconds, circumstances) {
      isNormal || (!decision.windows.normalKinds.isEmpty && decision.windows.isNormal("joint", reasons()))
    }
    return Finding(decision: found, reasons: found.isOver ? reasons() : [])
  }

  private func distance(
    _ model: JointModel
  ) -> (difference: [Double], length: (square: Double, shares: [Double])) {
    var standardized: [Double] = []
    for row in rows.suffix((JointModel.lagCount + 1) * columns.count).chunks(of: columns.count) {
      standardized += model.standardized(Array(row))
    }
    let difference = JointModel.difference(
      standardized, endingAt: JointModel.lagCount, model.coefficients, columns.count)
    return (difference, model.length(of: difference))
  }

  private mutating func trim() {
    guard isExcluded.count > 2 * learnedCount else { return }
    isExcluded.removeFirst(isExcluded.count - learnedCount)
    rows.removeFirst(rows.count - learnedCount * columns.count)
  }

  private mutating func learnIfDue(at seconds: Double, _ decision: AlarmDecision) {
    guard rowCount >= learnedCount else { return }
    if model == nil {
      guard (rowCount - learnedCount) % max(learnedCount / 4, 1) == 0 else { return }
    } else {
      guard decision.windows.isDue(since: age, row: rowCount, seconds: seconds) else { return }
    }
    age = WindowAge(row: rowCount, seconds: seconds, refreshCount: decision.windows.refreshCount)
    let (rows, isExcluded) = latest
    guard let learned = JointModel(rows, columnCount: columns.count, isExcluded: isExcluded) else { return }
    model = learned
    alarm.seed(Self.distances(of: rows, learned, isExcluded))
  }

  /// Returns the distances of the rows that a model learned from.
  private static func distances(of rows: [Double], _ model: JointModel, _ isExcluded: [Bool]) -> [Double] {
    let count = model.columnCount
    var standardized: [Double] = []
    for row in rows[...].chunks(of: count) { standardized += model.standardized(Array(row)) }
    var squares: [Double] = []
    var distances: [Double] = []
    for row in JointModel.lagCount..<rows.count / count {
      let difference = JointModel.difference(standardized, endingAt: row, model.coefficients, count)
      squares.append(model.length(of: difference).square)
      let smoothed = squares.suffix(smoothedCount)
      guard row >= skippedCount, !isExcluded[row] else { continue }
      distances.append((smoothed.reduce(0, +) / Double(smoothed.count)).squareRoot())
    }
    return distances
  }
}

extension ArraySlice {
  /// The elements in groups of a size; a rest is left out.
  fileprivate func chunks(of size: Int) -> [ArraySlice] {
    stride(from: startIndex, to: endIndex - size + 1, by: size).map { self[$0..<$0 + size] }
  }
}

import MisfitCore
import Synchronization

/// The state of one series: its columns, and its current event.
final class SeriesWatch {
  /// A column, which one thread at a time may change.
  final class Column: @unchecked Sendable {
    var watch: ColumnWatch
    init(_ watch: ColumnWatch) { self.watch = watch }
  }

  /// One for each column; nil for a column that had no number yet.
  var columns: [Column?] = []
  /// The number of rows of the series.
  var rowCount = 0
  /// The number of rows since a score was over the threshold; nil without an event.
  var calmRowCount: Int?
  /// The alarm decision for the current number of columns.
  var decision: AlarmDecision
  /// The time of the latest row, in seconds.
  var lastSeconds = -Double.infinity

  init(_ options: WatchOptions) { decision = AlarmDecision(options, columnCount: 0) }

  /// Scores a row and learns it.
  ///
  /// `names` has the name of each column, and values that are not finite are missing.
  func observe(_ row: StreamRow, named names: [String], isNormal: Bool, into observation: inout Observation) {
    let canAlarm = row.canAlarm && !isExcepted(row, names)
    var isOver = false
    for index in row.values.indices {
      let value = row.values[index]
      guard value.isFinite else {
        if index < columns.count, columns[index] != nil { observation.missingCount += 1 }
        continue
      }
      let finding = column(index).watch.find(
        value, named: names[index], at: row.seconds, decision, canAlarm: canAlarm, isNormal: isNormal)
      isOver = isOver || finding.isOver
      add(finding, of: value, named: names[index], to: &observation)
    }
    finish(&observation, at: row.seconds, isOver: isOver)
  }

  /// Scores rows column by column, on several threads, and learns them; the result is that of one row after
  /// the other.
  ///
  /// A column's memory stays in the cache of one core. Returns false, and does nothing, if a column has its
  /// first number in these rows.
  func observe(
    _ rows: [StreamRow], named names: [String], isNormal: [Bool], on pool: WorkerPool,
    into observations: inout [Observation]
  ) -> Bool {
    let isKnown = rows.allSatisfy { row in
      row.values.indices.allSatisfy {
        $0 < columns.count && columns[$0] != nil || !row.values[$0].isFinite
      }
    }
    guard isKnown else { return false }
    let canAlarm = rows.map { $0.canAlarm && !isExcepted($0, names) }
    let findings = Mutex<[Int: [ColumnFinding?]]>([:])
    let decision = decision
    pool.run(shardCount: columns.count) { index in
      guard let column = columns[index] else { return }
      var found: [ColumnFinding?] = []
      found.reserveCapacity(rows.count)
      for (number, row) in rows.enumerated() {
        guard index < row.values.count, row.values[index].isFinite else {
          found.append(nil)
          continue
        }
        found.append(
          column.watch.find(
            row.values[index], named: names[index], at: row.seconds, decision, canAlarm: canAlarm[number],
            isNormal: isNormal[number]))
      }
      findings.withLock { $0[index] = found }
    }
    let all = findings.withLock { $0 }
    let ordered = columns.indices.compactMap { index in all[index].map { (index, $0) } }
    for number in rows.indices {
      var isOver = false
      for (index, found) in ordered {
        guard let finding = found[number] else {
          if index < rows[number].values.count { observations[number].missingCount += 1 }
          continue
        }
        isOver = isOver || finding.isOver
        add(finding, of: rows[number].values[index], named: names[index], to: &observations[number])
      }
      finish(&observations[number], at: rows[number].seconds, isOver: isOver)
    }
    return true
  }

  /// Returns a column, which is added at its first value.
  private func column(_ index: Int) -> Column {
    if index < columns.count, let column = columns[index] { return column }
    while columns.count <= index { columns.append(nil) }
    decision = AlarmDecision(decision.options, columnCount: columns.count { $0 != nil } + 1)
    let column = Column(ColumnWatch(decision.options.recipe, base: decision.base))
    columns[index] = column
    return column
  }

  /// The bytes of memory, about: two lists of distances and one of values for each statistic.
  var byteCount: Int {
    columns.reduce(4096) { total, column in
      let novelties = column?.watch.detector.novelties ?? []
      return total + 2048 + novelties.reduce(0) { $0 + 8 * ($1.memory.values.count + 2 * $1.distances.count) }
    }
  }

  private func isExcepted(_ row: StreamRow, _ names: [String]) -> Bool {
    decision.options.exceptions.contains { condition in
      guard let index = names.firstIndex(of: condition.column), index < row.values.count else { return false }
      return condition.holds(for: row.values[index])
    }
  }

  /// Adds what was found in a column to an observation.
  private func add(
    _ finding: ColumnFinding, of value: Double, named name: String, to observation: inout Observation
  ) {
    if finding.isAlarm { observation.alarmedColumns.append(name) }
    observation.isKnownKind = observation.isKnownKind || finding.isKnownKind
    if let change = finding.change {
      observation.levelChanges.append(
        LevelChange(
          column: name, before: change.before, after: change.after, rowCount: change.rowCount,
          seconds: change.seconds))
    }
    let isFirst = observation.column.isEmpty
    // The reasons are those of the first column that alarms, otherwise of the one with the largest score.
    if finding.isAlarm ? observation.alarmedColumns.count == 1 : observation.alarmedColumns.isEmpty {
      if finding.isAlarm || isFirst || finding.score > observation.score {
        observation.reasons = finding.reasons
      }
    }
    guard isFirst || finding.score > observation.score else { return }
    observation.score = finding.score
    observation.threshold = finding.threshold
    observation.column = name
    observation.value = value
    observation.expected = finding.nearest
    observation.isJudged = finding.isJudged
  }

  /// Fills in what concerns the whole row: the p-value and the event.
  private func finish(_ observation: inout Observation, at seconds: Double?, isOver: Bool) {
    rowCount += 1
    lastSeconds = max(lastSeconds, seconds ?? -.infinity)
    observation.pValue = Mathematics.exp(-observation.score)
    observation.isAlarm = !observation.alarmedColumns.isEmpty
    if observation.isAlarm {
      observation.event = calmRowCount == nil ? .new : .continues
      calmRowCount = 0
    } else if let calm = calmRowCount {
      let count = isOver ? 0 : calm + 1
      let isCalm = count >= decision.options.calmRowCount
      observation.event = isCalm ? .over : .continues
      calmRowCount = isCalm ? nil : count
    }
  }
}

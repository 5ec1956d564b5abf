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

  /// The model of all columns together; nil if none is wanted.
  var joint: JointWatch?

  init(_ options: WatchOptions) {
    decision = AlarmDecision(options, columnCount: 0)
    if options.learnedRowCount > 0 { joint = JointWatch(learnedCount: options.learnedRowCount) }
  }

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
      isOver = isOver || finding.isOver || finding.shape?.decision.isOver == true
      add(finding, of: value, named: names[index], to: &observation)
    }
    compareColumns(
      of: row, named: names, canAlarm: canAlarm, isNormal: isNormal, &isOver, &observation)
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
        isOver = isOver || finding.isOver || finding.shape?.decision.isOver == true
        add(finding, of: rows[number].values[index], named: names[index], to: &observations[number])
      }
      compareColumns(
        of: rows[number], named: names, canAlarm: canAlarm[number], isNormal: isNormal[number], &isOver,
        &observations[number])
      finish(&observations[number], at: rows[number].seconds, isOver: isOver)
    }
    return true
  }

  /// Returns a column, which is added at its first value.
  private func column(_ index: Int) -> Column {
    if index < columns.count, let column = columns[index] { return column }
    while columns.count <= index { columns.append(nil) }
    let normalKinds = decision.windows.normalKinds
    decision = AlarmDecision(
      decision.options, columnCount: columns.count { $0 != nil } + 1,
      refreshCount: decision.windows.refreshCount)
    decision.windows.normalKinds = normalKinds
    let column = Column(ColumnWatch(decision.options, base: decision.base))
    columns[index] = column
    return column
  }

  /// The bytes of memory, about: two lists of distances and one of values for each statistic.
  var byteCount: Int {
    // Models of windows have the learned values twice, the last ones, and distances.
    let windows = decision.windows.learnedCount > 0 ? 96 * decision.windows.learnedCount + (1 << 16) : 0
    return columns.reduce(4096 + windows) { total, column in
      let novelties = column?.watch.detector.novelties ?? []
      return total + 2048 + windows
        + novelties.reduce(0) { $0 + 8 * ($1.memory.values.count + 2 * $1.distances.count) }
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
    if let kind = finding.kind {
      observation.alarmKinds.append(
        AlarmKind(column: name, values: kind.values, deviations: kind.deviations))
    }
    observation.isKnownKind = observation.isKnownKind || finding.isKnownKind
    if decision.options.rankedColumnCount > 0 { rank(finding, of: value, named: name, in: &observation) }
    if let shape = finding.shape { add(shape, of: value, named: name, to: &observation) }
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

  /// Inserts a column among those with the largest scores; of equal ones the first column comes first.
  private func rank(
    _ finding: ColumnFinding, of value: Double, named name: String, in observation: inout Observation
  ) {
    let ranked = observation.rankedColumns
    let place = ranked.firstIndex { $0.score < finding.score } ?? ranked.count
    guard place < decision.options.rankedColumnCount else { return }
    let column = RankedColumn(
      column: name, score: finding.score, value: value, nearest: finding.nearest, typical: finding.typical)
    observation.rankedColumns.insert(column, at: place)
    if ranked.count == decision.options.rankedColumnCount { observation.rankedColumns.removeLast() }
  }

  /// Adds what was found in the shape of a column: the observation has that of the worst one, and the reasons
  /// of all that alarm.
  private func add(
    _ finding: ShapeWatch.Finding, of value: Double, named name: String, to observation: inout Observation
  ) {
    let decision = finding.decision
    var shape = WindowFinding(
      score: decision.score, threshold: decision.threshold, isAlarm: decision.isAlarm)
    if decision.isOver {
      shape.reasons = [WindowReason(column: name, value: value, expected: finding.expected, share: 1)]
    }
    note(decision, "shape", shape.reasons, in: &observation)
    guard let other = observation.shape else { return observation.shape = shape }
    if shape.isAlarm, other.isAlarm {
      observation.shape?.reasons += shape.reasons
    } else if shape.isAlarm || (!other.isAlarm && shape.score > other.score) {
      observation.shape = shape
    }
  }

  /// Notes the kind of an alarm, by which a user may call it normal.
  private func note(
    _ decision: WindowAlarm.Decision, _ source: String, _ reasons: [WindowReason],
    in observation: inout Observation
  ) {
    if decision.isKnownKind { observation.isKnownKind = true }
    guard decision.isAlarm || decision.isKnownKind else { return }
    observation.windowKinds.append(ReasonKind(source: source, reasons: reasons))
  }

  /// Compares all columns with what the last rows let expect.
  private func compareColumns(
    of row: StreamRow, named names: [String], canAlarm: Bool, isNormal: Bool, _ isOver: inout Bool,
    _ observation: inout Observation
  ) {
    let found = joint?.observe(
      row.values, named: names, at: row.seconds ?? 0, isOver: isOver,
      canAlarm: canAlarm && observation.isJudged, isNormal: isNormal, decision)
    guard let found else { return }
    observation.joint = WindowFinding(
      score: found.decision.score, threshold: found.decision.threshold, isAlarm: found.decision.isAlarm,
      reasons: found.reasons)
    note(found.decision, "joint", found.reasons, in: &observation)
    isOver = isOver || found.decision.isOver
  }

  /// Fills in what concerns the whole row: the p-value and the event.
  private func finish(_ observation: inout Observation, at seconds: Double?, isOver: Bool) {
    rowCount += 1
    lastSeconds = max(lastSeconds, seconds ?? -.infinity)
    observation.pValue = Mathematics.exp(-observation.score)
    observation.isAlarm =
      !observation.alarmedColumns.isEmpty || observation.shape?.isAlarm == true
      || observation.joint?.isAlarm == true
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

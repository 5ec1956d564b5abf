import MisfitCore

/// The state of one series: its columns, and its current event.
final class SeriesWatch {
  /// One for each column; nil for a column that had no number yet.
  var columns: [ColumnWatch?] = []
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
    rowCount += 1
    lastSeconds = max(lastSeconds, row.seconds ?? -.infinity)
    let canAlarm = !isExcepted(row, names)
    var best = -1.0
    var isOver = false
    for index in row.values.indices {
      let value = row.values[index]
      guard value.isFinite else {
        if index < columns.count, columns[index] != nil { observation.missingCount += 1 }
        continue
      }
      if index >= columns.count || columns[index] == nil { addColumn(index) }
      let isWanted = canAlarm && wants(value, column: index, named: names[index])
      let verdict =
        columns[index]?.observe(
          value, at: row.seconds ?? 0, decision, canAlarm: isWanted, isNormal: isNormal) ?? .init()
      if verdict.isAlarm { observation.alarmedColumns.append(names[index]) }
      observation.isKnownKind = observation.isKnownKind || verdict.isKnownKind
      isOver = isOver || verdict.isOver
      observeLevel(value, at: row.seconds, column: index, named: names[index], into: &observation)
      guard let column = columns[index], column.detector.score > best else { continue }
      best = column.detector.score
      describe(column, named: names[index], value: value, in: &observation)
    }
    finish(&observation, isOver: isOver, names)
  }

  private func addColumn(_ index: Int) {
    while columns.count <= index { columns.append(nil) }
    decision = AlarmDecision(decision.options, columnCount: columns.count { $0 != nil } + 1)
    columns[index] = ColumnWatch(decision.options.recipe, base: decision.base)
  }

  /// The bytes of memory, about: two lists of distances and one of values for each statistic.
  var byteCount: Int {
    columns.reduce(4096) { total, column in
      let novelties = column?.detector.novelties ?? []
      return total + 2048 + novelties.reduce(0) { $0 + 8 * ($1.memory.values.count + 2 * $1.distances.count) }
    }
  }

  private func isExcepted(_ row: StreamRow, _ names: [String]) -> Bool {
    decision.options.exceptions.contains { condition in
      guard let index = names.firstIndex(of: condition.column), index < row.values.count else { return false }
      return condition.holds(for: row.values[index])
    }
  }

  /// Returns whether the rule of a column allows an alarm for a value.
  private func wants(_ value: Double, column: Int, named name: String) -> Bool {
    guard !decision.options.rules.isEmpty, let rule = decision.options.rules[name] else { return true }
    return rule.wants(deviation: value - (columns[column]?.detector.novelties.first?.center ?? value))
  }

  private func observeLevel(
    _ value: Double, at seconds: Double?, column: Int, named name: String,
    into observation: inout Observation
  ) {
    let rate = decision.options.driftRate
    guard rate > 0, let change = columns[column]?.observeLevel(value, at: seconds, rate: rate) else { return }
    observation.levelChanges.append(
      LevelChange(
        column: name, before: change.before, after: change.after, rowCount: change.rowCount,
        seconds: change.seconds))
  }

  private func describe(
    _ column: ColumnWatch, named name: String, value: Double, in observation: inout Observation
  ) {
    observation.score = column.detector.score
    observation.threshold = column.currentThreshold(base: decision.base)
    observation.column = name
    observation.value = value
    observation.expected = column.detector.novelties.first?.latest.nearest ?? .nan
    observation.isJudged = column.valueCount > decision.options.recipe.warmUpCount
  }

  /// Fills in what concerns the whole row: the event, and the reasons.
  private func finish(_ observation: inout Observation, isOver: Bool, _ names: [String]) {
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
    guard isOver || observation.isAlarm else { return }
    let column = observation.alarmedColumns.first ?? observation.column
    guard let index = names.firstIndex(of: column), let watch = columns[index] else { return }
    observation.reasons = watch.reasons(column: column, decision.options.recipe)
  }
}

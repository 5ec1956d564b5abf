import MisfitCore

/// A detector for streams: each row is scored, with reasons, and then learned.
///
///     let watcher = try Watcher(columns: ["cpu", "load"])
///     for row in rows {
///       let observation = try watcher.observe(StreamRow([row.cpu, row.load]))
///       if observation.event == .new { print(observation.reasons) }
///     }
///
/// It needs no training and no labels. A row is new if a few statistics of the last values (the value, the
/// mean of 3, the spread of 24 to 40) are all far from everything that was seen before, as conformal
/// p-values tell. A watcher is used by one thread at a time.
public final class Watcher {
  /// The names of the columns.
  public private(set) var columns: [String]
  /// The options.
  public let options: WatchOptions
  /// The number of rows so far.
  public private(set) var rowCount = 0
  /// The number of rows whose time was before that of an earlier row of the series.
  public private(set) var lateRowCount = 0
  /// The number of times that ``refresh()`` was called.
  var refreshCount = 0
  /// Events that were normal, by the time or row number of their first row; at first those of the options.
  public internal(set) var normalEvents: Set<String>
  /// The latest alarms, which may be called normal.
  var pastAlarms: [PastAlarm] = []
  /// The kinds of alarms of models of windows that were called normal, by series.
  var normalKinds: [String: [ReasonKind]] = [:]
  let store: SeriesStore
  /// The threads for several columns, started at their first use.
  private lazy var pool = WorkerPool(threadCount: WorkerPool.availableProcessorCount)

  /// Creates a watcher that has seen nothing.
  public convenience init(columns: [String], options: WatchOptions = WatchOptions()) {
    self.init(columns: columns, options: options, store: SeriesStore(options), rowCount: 0, lateRowCount: 0)
  }

  init(
    columns: [String], options: WatchOptions, store: SeriesStore, rowCount: Int, lateRowCount: Int
  ) {
    self.columns = columns
    self.options = options
    self.store = store
    normalEvents = options.normalEvents
    self.rowCount = rowCount
    self.lateRowCount = lateRowCount
  }

  /// The number of series so far.
  public var seriesCount: Int { store.count }

  /// Adds a column, whose values come last in the rows from now on.
  public func addColumn(_ name: String) { columns.append(name) }

  /// Makes the models of windows learn again, from the latest ``WatchOptions/learnedRowCount`` rows of each
  /// series; those that were anomalous are left out.
  ///
  /// A series learns at its next row. A model is kept if too few rows are left.
  public func refresh() { refreshCount += 1 }

  /// Sets the events that were normal, and returns the number of earlier alarms that are now called normal.
  ///
  /// Rows like those of a normal event do not alarm any more. The last 256 alarms of columns are known by
  /// their time and row number; other events are those of later rows.
  ///
  /// - Throws: ``MisfitError`` if a series that was moved to disk cannot be read or written.
  @discardableResult public func setNormalEvents(_ events: Set<String>) throws -> Int {
    let added = events.subtracting(normalEvents)
    normalEvents = events
    let alarms = added.isEmpty ? [] : pastAlarms.filter { $0.isNamed(in: added) }
    for alarm in alarms {
      let series = try store.series(alarm.series)
      for kind in alarm.kinds {
        guard let index = columns.firstIndex(of: kind.column), index < series.columns.count else { continue }
        series.columns[index]?.watch.addNormal(kind)
      }
      for kind in alarm.windowKinds ?? [] { addNormal(kind, of: alarm.series) }
    }
    return alarms.count
  }

  /// Scores a row, then learns it.
  ///
  /// - Precondition: the row has at most one value for each column.
  /// - Throws: ``MisfitError`` if a series that was moved to disk cannot be read or written.
  public func observe(_ row: StreamRow) throws -> Observation {
    precondition(row.values.count <= columns.count, "a row has one value for each column")
    rowCount += 1
    var observation = Observation(row: rowCount, series: row.series)
    guard !isMaintenance(row.seconds) else { return observation }
    let series = try store.series(row.series)
    series.decision.windows.refreshCount = refreshCount
    series.decision.windows.normalKinds = normalKinds[row.series] ?? []
    if let seconds = row.seconds, seconds < series.lastSeconds { lateRowCount += 1 }
    series.observe(row, named: columns, isNormal: isNormal(row, number: rowCount), into: &observation)
    remember(observation, row)
    return observation
  }

  /// Scores rows in order, then learns each; the result is that of one row after the other.
  ///
  /// Several columns are scored on several threads, which is faster for 100 rows and more.
  ///
  /// - Precondition: a row has at most one value for each column.
  /// - Throws: ``MisfitError`` if a series that was moved to disk cannot be read or written.
  public func observe(_ rows: [StreamRow]) throws -> [Observation] {
    guard rows.count >= Self.leastBatchCount, columns.count > 1 else { return try rows.map(observe) }
    var observations: [Observation] = []
    var start = 0
    while start < rows.count {
      let series = rows[start].series
      var end = rows[start...].firstIndex { $0.series != series || isMaintenance($0.seconds) } ?? rows.count
      // What is learned of a normal event applies to the next row.
      let first = rowCount + 1 - start
      if let normal = rows[start..<end].indices.first(where: { isNormal(rows[$0], number: first + $0) }) {
        end = normal + 1
      }
      if end - start >= Self.leastBatchCount {
        observations += try observe(Array(rows[start..<end]), of: series)
        start = end
      } else {
        observations.append(try observe(rows[start]))
        start += 1
      }
    }
    return observations
  }

  /// The number of rows of a series that are scored column by column.
  private static let leastBatchCount = 16

  private func observe(_ rows: [StreamRow], of name: String) throws -> [Observation] {
    let series = try store.series(name)
    series.decision.windows.refreshCount = refreshCount
    series.decision.windows.normalKinds = normalKinds[name] ?? []
    var observations: [Observation] = []
    var isNormal: [Bool] = []
    var latest = series.lastSeconds
    for (index, row) in rows.enumerated() {
      precondition(row.values.count <= columns.count, "a row has one value for each column")
      observations.append(Observation(row: rowCount + index + 1, series: name))
      isNormal.append(self.isNormal(row, number: rowCount + index + 1))
      if let seconds = row.seconds, seconds < latest { lateRowCount += 1 }
      latest = max(latest, row.seconds ?? latest)
    }
    if series.observe(rows, named: columns, isNormal: isNormal, on: pool, into: &observations) {
      for (observation, row) in zip(observations, rows) { remember(observation, row) }
      rowCount += rows.count
      return observations
    }
    // A column has its first number: one row after the other.
    for index in rows.indices {
      series.observe(
        rows[index], named: columns, isNormal: isNormal[index], into: &observations[index])
      remember(observations[index], rows[index])
    }
    rowCount += rows.count
    return observations
  }

  private func remember(_ observation: Observation, _ row: StreamRow) {
    let (kinds, windowKinds) = (observation.alarmKinds, observation.windowKinds)
    if !windowKinds.isEmpty, isNormal(row, number: observation.row) {
      for kind in windowKinds { addNormal(kind, of: row.series) }
    }
    guard !kinds.isEmpty || !windowKinds.isEmpty else { return }
    pastAlarms.append(
      PastAlarm(
        row: observation.row, time: row.time, series: row.series, kinds: kinds,
        windowKinds: windowKinds.isEmpty ? nil : windowKinds))
    if pastAlarms.count > PastAlarm.limit { pastAlarms.removeFirst() }
  }

  private func addNormal(_ kind: ReasonKind, of series: String) {
    var kinds = normalKinds[series] ?? []
    guard !kinds.contains(kind) else { return }
    kinds.append(kind)
    if kinds.count > KnownKinds.limit { kinds.removeFirst() }
    normalKinds[series] = kinds
  }

  private func isNormal(_ row: StreamRow, number: Int) -> Bool {
    guard !normalEvents.isEmpty else { return false }
    return normalEvents.contains(row.time) || normalEvents.contains(String(number))
  }

  private func isMaintenance(_ seconds: Double?) -> Bool {
    guard let seconds else { return false }
    if options.maintenance.contains(where: { $0.contains(seconds) }) { return true }
    guard !options.dailyMaintenance.isEmpty else { return false }
    let time = seconds - (seconds / 86_400).rounded(.down) * 86_400
    return options.dailyMaintenance.contains { $0.contains(time) }
  }
}

extension Watcher {
  /// Returns the observations of rows that arrive one by one.
  ///
  ///     for try await observation in watcher.observations(of: rows) where observation.isAlarm { … }
  public func observations<Rows: AsyncSequence>(of rows: Rows) -> ObservedRows<Rows>
  where Rows.Element == StreamRow {
    ObservedRows(watcher: self, rows: rows)
  }
}

/// The observations of rows that arrive one by one; see ``Watcher/observations(of:)``.
public struct ObservedRows<Rows: AsyncSequence>: AsyncSequence where Rows.Element == StreamRow {
  let watcher: Watcher
  let rows: Rows

  /// Returns an iterator that starts at the first row.
  public func makeAsyncIterator() -> Iterator {
    Iterator(watcher: watcher, rows: rows.makeAsyncIterator())
  }

  /// One pass over the rows.
  public struct Iterator: AsyncIteratorProtocol {
    let watcher: Watcher
    var rows: Rows.AsyncIterator

    /// Returns the observation of the next row; nil at the end.
    ///
    /// - Throws: ``MisfitError``, and the errors of the rows themselves.
    public mutating func next() async throws -> Observation? {
      guard let row = try await rows.next() else { return nil }
      return try watcher.observe(row)
    }
  }
}

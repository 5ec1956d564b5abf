import MisfitCore
import MisfitIngest

/// Reads the rows of a source, and puts them in the order of series and time.
struct SeriesReader {
  let record: SeriesRecord
  let source: any RecordSource
  let threadCount: Int
  private let encoder: RowEncoder
  private let inputs: [Int]
  private(set) var findings = SeriesFindings()

  private var values = ChunkedFloats()
  private var missing = MissingCells()
  /// The times of records; empty if there is none.
  private var times = ChunkedDoubles()
  /// The series of records; empty if there is one.
  private var seriesOfRecords = ChunkedArray<Int32>()
  private var recordCount = 0
  /// The numbers of the records in the source, from 1, if some were skipped; else empty.
  private var numbers: [Int] = []
  private var names: [String] = []
  /// The latest time of each series, in the order of the source; NaN without one.
  private var lastTimes: [Double] = []
  /// The series of the last record.
  private var lastSeries: Int32 = 0
  /// The index of a series by the value of its cell, and by its text if that is no known level.
  private var byValue: [Double: Int32] = [:]
  private var byText: [String: Int32] = [:]

  /// Reads a source as the schema of `record` requires.
  ///
  /// - Precondition: the source was fitted to the schema.
  init(_ record: SeriesRecord, source: any RecordSource, threadCount: Int) {
    self.record = record
    self.source = source
    self.threadCount = threadCount
    encoder = RowEncoder(record.schema)
    inputs = record.inputs
  }

  /// Returns all rows.
  ///
  /// `onRows` receives the number of rows read so far.
  ///
  /// - Throws: ``IngestError``, ``SeriesError``, the errors of `onRows`.
  mutating func read(onRows: (Int) throws -> Void = { _ in }) throws -> SeriesRows {
    try forEachRecord(onRows) { reader, values, batch, row in
      reader.append(values, batch, row)
      return true
    }
    return try ordered().cut(by: record, &findings)
  }

  /// Returns whether the records of the source are `rows`.
  ///
  /// - Complexity: O(1) memory.
  /// - Throws: ``IngestError``, the errors of `onRows`.
  mutating func areRecords(of rows: SeriesRows, onRows: (Int) throws -> Void) throws -> Bool {
    let order = rows.rowsOfRecords()
    let isEqual = try forEachRecord(onRows) { reader, values, batch, row in
      reader.recordCount <= rows.recordCount
        && reader.isEqual(values, batch, row, to: order[reader.recordCount - 1], of: rows)
    }
    return isEqual && recordCount == rows.recordCount && numbers == rows.numbers
  }

  /// Calls `body` with each record and its encoded values; returns false as soon as `body` does.
  ///
  /// The time and the series of the record are known by then.
  @discardableResult
  private mutating func forEachRecord(
    _ onRows: (Int) throws -> Void,
    _ body: (inout SeriesReader, FloatSlice, borrowing RecordBatch, Int) -> Bool
  ) throws -> Bool {
    let capacity = source.layout.batchRowCount
    let encoded = Rows(count: capacity, width: record.schema.inputCount)
    var isRight = true
    try source.forEachBatch(ofUpTo: capacity, threadCount: threadCount) { batch in
      guard isRight else { return }
      encoder.encode(batch, into: encoded.slice)
      for row in 0..<batch.rowCount where isRight {
        note(batch, row)
        isRight = body(&self, encoded[row], batch, row)
      }
      try onRows(recordCount)
    }
    return isRight
  }

  /// Notes the number, the series and the time of a record.
  private mutating func note(_ batch: borrowing RecordBatch, _ row: Int) {
    let number = batch.number(ofRow: row)
    if numbers.isEmpty, number != recordCount + 1 { numbers = (0..<recordCount).map { $0 + 1 } }
    if number != recordCount + 1 || !numbers.isEmpty { numbers.append(number) }
    recordCount += 1
    lastSeries = record.seriesColumn.map { series(of: batch, row, $0) } ?? 0
    guard let timeColumn = record.timeColumn else { return }
    if lastTimes.count <= lastSeries { lastTimes.append(.nan) }
    let time = batch.value(row: row, column: timeColumn)
    if time.isNaN { findings.untimedCount += 1 } else { lastTimes[Int(lastSeries)] = time }
  }

  private mutating func append(_ encoded: FloatSlice, _ batch: borrowing RecordBatch, _ row: Int) {
    for (column, input) in zip(record.columns, inputs) {
      let isMissing = batch.value(row: row, column: column).isNaN
      if isMissing { findings.missingCount += 1 }
      if isMissing || encoded[input].isNaN { missing.insert(values.count) }
      values.append(isMissing ? 0 : encoded[input])
    }
    if record.seriesColumn != nil { seriesOfRecords.append(lastSeries) }
    if record.timeColumn != nil { times.append(lastTimes[Int(lastSeries)]) }
  }

  private func isEqual(
    _ encoded: FloatSlice, _ batch: borrowing RecordBatch, _ row: Int, to other: Int, of rows: SeriesRows
  ) -> Bool {
    let known = rows.values[other]
    for (index, (column, input)) in zip(record.columns, inputs).enumerated() {
      let isMissing = batch.value(row: row, column: column).isNaN || encoded[input].isNaN
      guard isMissing == rows.missing.contains(other * inputs.count + index) else { return false }
      guard isMissing || encoded[input] == known[index] else { return false }
    }
    let time = record.timeColumn == nil ? Double.nan : lastTimes[Int(lastSeries)]
    let name = names.isEmpty ? nil : names[Int(lastSeries)]
    return time.bitPattern == rows.time(ofRow: other).bitPattern
      && name == (rows.names.isEmpty ? nil : rows.names[rows.series(ofRow: other)])
  }

  private mutating func series(of batch: borrowing RecordBatch, _ row: Int, _ column: Int) -> Int32 {
    let value = batch.value(row: row, column: column)
    let text = batch.unknownLevel(row: row, column: column)
    if let text {
      if let known = byText[text] { return known }
    } else if let known = byValue[value.isNaN ? .infinity : value] {
      return known
    }
    let name = record.schema.cell(ofValue: value, text: text, column: column).seriesName
    // A level may be known in one batch and unknown in another only by its text.
    let index = byText[name] ?? Int32(names.count)
    if index == names.count { names.append(name) }
    byText[name] = index
    if text == nil { byValue[value.isNaN ? .infinity : value] = index }
    return index
  }

  /// Returns the rows in order, with gaps filled if that is requested; windows end with series.
  private mutating func ordered() throws(SeriesError) -> SeriesRows {
    let order = sortedOrder()
    let added = record.gaps == .fill ? fillCounts(order) : [:]
    let total = added.values.reduce(order.count, +)
    guard total - order.count <= max(1_000_000, 4 * order.count) else {
      throw SeriesError(
        .tooManyRows(added: total - order.count, rowCount: order.count), source: source.name)
    }
    findings.filledCount = total - order.count
    guard added.isEmpty else { return filled(order, added, total) }
    let values = SeriesMemory.rows(count: total, width: record.columns.count)
    let ordered = SeriesRows(
      values: values, records: order, times: orderedTimes(order), names: orderedNames(order),
      series: seriesRanges(order), segments: [], recordCount: recordCount,
      missing: copyValues(order, to: values), numbers: numbers)
    return ordered
  }

  /// Moves the values to their rows; returns the cells without one.
  private mutating func copyValues(_ order: SeriesOrder, to rows: Rows) -> MissingCells {
    let (slice, width) = (rows.slice, rows.width)
    guard !order.isIdentity else {
      values.move(to: slice)
      return missing
    }
    var cells = MissingCells()
    for (row, record) in order.enumerated() {
      for column in 0..<width {
        slice[row * width + column] = values[record * width + column]
        if missing.contains(record * width + column) { cells.insert(row * width + column) }
      }
      guard row % SeriesMemory.rowsPerRelease == 0 else { continue }
      slice.buffer.release()
      values.release()
    }
    values = ChunkedFloats()
    return cells
  }

  private mutating func orderedTimes(_ order: SeriesOrder) -> StoredDoubles {
    guard record.timeColumn != nil else { return StoredDoubles(count: 0) }
    let ordered = StoredDoubles(count: order.count)
    for (row, record) in order.enumerated() {
      ordered[row] = times[record]
      guard row % SeriesMemory.rowsPerRelease == 0 else { continue }
      ordered.release()
      times.release()
    }
    times = ChunkedDoubles()
    return ordered
  }

  private func series(ofRecord record: Int) -> Int32 {
    self.record.seriesColumn == nil ? 0 : seriesOfRecords[record]
  }

  private func seriesRanges(_ order: SeriesOrder) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var last: Int32?
    for (row, record) in order.enumerated() {
      let series = record < 0 ? last : self.series(ofRecord: record)
      if series != last { ranges.append(row..<row) }
      last = series
      ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<row + 1
    }
    return ranges
  }

  private func orderedNames(_ order: SeriesOrder) -> [String] {
    guard !names.isEmpty else { return [] }
    return seriesRanges(order).map { names[Int(series(ofRecord: order[$0.lowerBound]))] }
  }

  /// Returns the rows with missing ones between them.
  private mutating func filled(_ order: SeriesOrder, _ added: [Int: Int], _ total: Int) -> SeriesRows {
    let width = record.columns.count
    let rows = SeriesMemory.rows(count: total, width: width)
    var cells = MissingCells()
    var records: [Int32] = []
    var rowTimes: [Double] = []
    for (place, record) in order.enumerated() {
      for number in 0..<(added[place] ?? 0) {
        for column in 0..<width { cells.insert(records.count * width + column) }
        records.append(-1)
        rowTimes.append(times[order[place - 1]] + Double(number + 1) * (self.record.step ?? 0))
      }
      for column in 0..<width {
        rows.slice[records.count * width + column] = values[record * width + column]
        if missing.contains(record * width + column) { cells.insert(records.count * width + column) }
      }
      records.append(Int32(record))
      rowTimes.append(times[record])
    }
    (values, times) = (ChunkedFloats(), ChunkedDoubles())
    let all = SeriesOrder(records)
    return SeriesRows(
      values: rows, records: all, times: StoredDoubles(rowTimes), names: orderedNames(all),
      series: seriesRanges(all),
      segments: [], recordCount: recordCount, missing: cells, numbers: numbers)
  }

  /// Returns the records in the order of series, then time, then records.
  private mutating func sortedOrder() -> SeriesOrder {
    let count = recordCount
    guard record.timeColumn != nil || names.count > 1 else { return SeriesOrder(identityOf: count) }
    // Whether a row follows an earlier one of its series.
    var latest = [Double](repeating: -.infinity, count: max(1, names.count))
    var isSorted = true
    for record in 0..<count where self.record.timeColumn != nil {
      let series = Int(series(ofRecord: record))
      let time = times[record]
      if time < latest[series] {
        findings.lateCount += 1
        isSorted = false
      } else {
        if time == latest[series] { findings.repeatedCount += 1 }
        if !time.isNaN { latest[series] = time }
      }
      if record % SeriesMemory.rowsPerRelease == 0 { times.release() }
    }
    guard !isSorted || names.count > 1 else { return SeriesOrder(identityOf: count) }
    let (series, times) = (seriesOfRecords, times)
    let (hasSeries, hasTimes) = (series.count > 0, times.count > 0)
    var records = (0..<Int32(count)).map(\.self)
    records.sort { first, second in
      let (first, second) = (Int(first), Int(second))
      if hasSeries, series[first] != series[second] { return series[first] < series[second] }
      guard hasTimes else { return first < second }
      let (one, other) = (times[first], times[second])
      return one == other || one.isNaN || other.isNaN ? first < second : one < other
    }
    return SeriesOrder(records)
  }

  /// Returns the number of rows to add before the records at these places in an order.
  private func fillCounts(_ order: SeriesOrder) -> [Int: Int] {
    guard let step = record.step else { return [:] }
    var counts: [Int: Int] = [:]
    for place in order.indices.dropFirst() {
      let (last, next) = (order[place - 1], order[place])
      guard series(ofRecord: last) == series(ofRecord: next) else { continue }
      let steps = ((times[next] - times[last]) / step).rounded()
      if steps > 1 { counts[place] = Int(min(steps, 1e9)) - 1 }
    }
    return counts
  }
}

extension CellValue {
  /// The name of a series whose rows have this cell.
  fileprivate var seriesName: String {
    switch self {
    case .level(let text): text
    case .missing: ""
    // All digits: numbers of devices may differ in the last one only.
    case .number(let number): Int64(exactly: number).map { String($0) } ?? "\(number)"
    case .date: description
    }
  }
}

import MisfitCore
import MisfitIngest

/// Reads the rows of a source, and puts them in the order of series and time.
struct SeriesReader {
  let record: SeriesRecord
  let source: any RecordSource
  let threadCount: Int
  private let encoder: RowEncoder
  private(set) var findings = SeriesFindings()

  private var values: [Float] = []
  private var times: [Double] = []
  private var seriesOfRows: [Int32] = []
  /// The numbers of the records in the source, from 1, if some were skipped; else empty.
  private var numbers: [Int] = []
  private var names: [String] = []
  /// The latest time of each series, in the order of the source; NaN without one.
  private var lastTimes: [Double] = []
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
  }

  /// Returns all rows.
  ///
  /// `onRows` receives the number of rows read so far.
  ///
  /// - Throws: ``IngestError``, ``SeriesError``, the errors of `onRows`.
  mutating func read(onRows: (Int) throws -> Void = { _ in }) throws -> SeriesRows {
    let capacity = source.layout.batchRowCount
    let encoded = Rows(count: capacity, width: record.schema.inputCount)
    let inputs = record.inputs
    try source.forEachBatch(ofUpTo: capacity, threadCount: threadCount) { batch in
      encoder.encode(batch, into: encoded.slice)
      for row in 0..<batch.rowCount {
        append(encoded[row], inputs, batch, row)
      }
      try onRows(times.count)
    }
    return try ordered()
  }

  private mutating func append(
    _ encoded: FloatSlice, _ inputs: [Int], _ batch: borrowing RecordBatch, _ row: Int
  ) {
    for (column, input) in zip(record.columns, inputs) {
      let isMissing = batch.value(row: row, column: column).isNaN
      if isMissing { findings.missingCount += 1 }
      values.append(isMissing ? .nan : encoded[input])
    }
    let number = batch.number(ofRow: row)
    if numbers.isEmpty, number != seriesOfRows.count + 1 { numbers = seriesOfRows.indices.map { $0 + 1 } }
    if number != seriesOfRows.count + 1 || !numbers.isEmpty { numbers.append(number) }
    let index = record.seriesColumn.map { series(of: batch, row, $0) } ?? 0
    seriesOfRows.append(index)
    guard let timeColumn = record.timeColumn else { return times.append(.nan) }
    if lastTimes.count <= index { lastTimes.append(.nan) }
    let time = batch.value(row: row, column: timeColumn)
    if time.isNaN { findings.untimedCount += 1 } else { lastTimes[Int(index)] = time }
    times.append(lastTimes[Int(index)])
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

  /// Returns the rows in order, with gaps filled if that is requested.
  private mutating func ordered() throws(SeriesError) -> SeriesRows {
    let order = sortedOrder()
    let width = record.columns.count
    let added = record.gaps == .fill ? fillCounts(order) : [:]
    let total = added.values.reduce(order.count, +)
    guard total - order.count <= max(1_000_000, 4 * order.count) else {
      throw SeriesError(
        .tooManyRows(added: total - order.count, rowCount: order.count), source: source.name)
    }
    let rows = Rows(count: total, width: width)
    var records: [Int] = []
    var rowTimes: [Double] = []
    records.reserveCapacity(total)
    rowTimes.reserveCapacity(total)
    var series: [Range<Int>] = []
    var segments: [Range<Int>] = []
    var last: Int?
    for (place, record) in order.enumerated() {
      let isNew = last.map { seriesOfRows[$0] != seriesOfRows[record] } ?? true
      if let last, !isNew {
        for number in 0..<(added[place] ?? 0) {
          rows[records.count].fill(with: .nan)
          records.append(-1)
          rowTimes.append(times[last] + Double(number + 1) * (self.record.step ?? 0))
        }
      }
      let row = records.count
      let isSplit = !isNew && splits(from: last, to: record)
      if isNew { series.append(row..<row) }
      if isNew || isSplit { segments.append(row..<row) }
      let slot = rows[row]
      for column in 0..<width { slot[column] = values[record * width + column] }
      records.append(record)
      rowTimes.append(times[record])
      series[series.count - 1] = series[series.count - 1].lowerBound..<row + 1
      segments[segments.count - 1] = segments[segments.count - 1].lowerBound..<row + 1
      last = record
    }
    values = []
    times = []
    findings.filledCount = total - order.count
    let found = order.isEmpty ? [] : series.map { seriesOfRows[records[$0.lowerBound]] }
    let ordered = SeriesRows(
      values: rows, records: records, times: rowTimes,
      names: names.isEmpty ? [] : found.map { names[Int($0)] }, series: series, segments: segments,
      recordCount: order.count, numbers: numbers)
    for segment in segments { Self.fillMissing(rows, segment) }
    return ordered
  }

  /// Returns the records in the order of series, then time, then records.
  private mutating func sortedOrder() -> [Int] {
    let count = times.count
    // Whether a row follows an earlier one of its series.
    var latest = [Double](repeating: -.infinity, count: max(1, names.count))
    var isSorted = true
    for record in 0..<count {
      let series = Int(seriesOfRows[record])
      if times[record] < latest[series] {
        findings.lateCount += 1
        isSorted = false
      } else {
        if times[record] == latest[series] { findings.repeatedCount += 1 }
        if !times[record].isNaN { latest[series] = times[record] }
      }
    }
    let records = Array(0..<count)
    guard !isSorted || names.count > 1 else { return records }
    let (series, times) = (seriesOfRows, times)
    return records.sorted { first, second in
      if series[first] != series[second] { return series[first] < series[second] }
      let (one, other) = (times[first], times[second])
      return one == other || one.isNaN || other.isNaN ? first < second : one < other
    }
  }

  /// Returns whether windows end between two records of a series.
  private mutating func splits(from last: Int?, to record: Int) -> Bool {
    guard let last, let step = self.record.step else { return false }
    let steps = (times[record] - times[last]) / step
    guard steps > 1.5 else { return false }
    let isSplit = self.record.endsWindows(atGapOf: steps, windowLength: self.record.windows.length)
    if isSplit { findings.splitCount += 1 } else if self.record.gaps != .fill { findings.joinedCount += 1 }
    return isSplit
  }

  /// Returns the number of rows to add before the records at these places in an order.
  private func fillCounts(_ order: [Int]) -> [Int: Int] {
    guard let step = record.step else { return [:] }
    var counts: [Int: Int] = [:]
    for place in order.indices.dropFirst() {
      let (last, next) = (order[place - 1], order[place])
      guard seriesOfRows[last] == seriesOfRows[next] else { continue }
      let steps = ((times[next] - times[last]) / step).rounded()
      if steps > 1 { counts[place] = Int(min(steps, 1e9)) - 1 }
    }
    return counts
  }

  /// Replaces missing values on the line between the values before and after them; at the ends of a segment,
  /// by the nearest value; 0, the mean, if a column has none.
  private static func fillMissing(_ rows: Rows, _ segment: Range<Int>) {
    let width = rows.width
    let slice = rows.slice
    for column in 0..<width {
      var before: Int?
      var row = segment.lowerBound
      while row < segment.upperBound {
        guard slice[row * width + column].isNaN else {
          before = row
          row += 1
          continue
        }
        var after = row
        while after < segment.upperBound, slice[after * width + column].isNaN { after += 1 }
        let left = before.map { slice[$0 * width + column] }
        let right = after < segment.upperBound ? slice[after * width + column] : nil
        for missing in row..<after {
          let share = Float(missing - row + 1) / Float(after - row + 1)
          slice[missing * width + column] =
            switch (left, right) {
            case (let left?, let right?): left + (right - left) * share
            case (let value?, nil), (nil, let value?): value
            case (nil, nil): 0
            }
        }
        row = after
      }
    }
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

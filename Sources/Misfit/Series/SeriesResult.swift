import MisfitCore
import MisfitIngest
import MisfitKernels

/// The scored rows of series, in the order of series and time.
package struct SeriesResult: Sendable {
  let record: SeriesRecord
  let rows: SeriesRows
  let scores: SeriesScores
  /// The single values that raise the scores of their rows, by row, and the raised scores.
  private let findings: [Int: (finding: SeriesOutliers.Finding, score: Double)]

  /// Raises the scores of rows with values far from their neighbors.
  init(record: SeriesRecord, rows: SeriesRows, scores: SeriesScores) {
    self.record = record
    self.rows = rows
    var findings: [Int: (finding: SeriesOutliers.Finding, score: Double)] = [:]
    for finding in record.outliers?.findings(in: rows, record) ?? [] {
      guard let raised = record.outliers?.score(scores.scores[finding.row], finding) else { continue }
      findings[finding.row] = (finding, raised)
    }
    self.scores = scores
    self.findings = findings
  }

  /// The value of a row that is far from its neighbors; nil if there is none.
  func outlier(ofRow row: Int) -> SeriesOutliers.Finding? { findings[row]?.finding }

  /// Whether some row has a value far from its neighbors.
  var hasOutliers: Bool { !findings.isEmpty }

  /// The number of records without a score: those in stretches that are shorter than a window.
  package var unscoredCount: Int {
    rows.records.indices.count { row in
      release(after: row)
      return rows.records[row] >= 0 && score(ofRow: row).isNaN
    }
  }

  /// A note on the records without a score; nil if there are none.
  package var unscoredText: MessageText? {
    guard unscoredCount > 0 else { return nil }
    let count = CountText.of(unscoredCount, "row")
    return
      """
      \(count) have no score: they are in stretches without gaps that are shorter than a window of \
      \(windowLength) rows
      """
  }

  /// The number of series.
  package var seriesCount: Int { rows.series.count }

  /// The rows of a series, without its gaps.
  package func rows(ofSeries index: Int) -> Range<Int> { rows.series[index] }

  /// The name of a series; nil if all rows are of one.
  package func name(ofSeries index: Int) -> String? { rows.names.isEmpty ? nil : rows.names[index] }

  /// The names of the columns that are scored.
  package var columnNames: [String] { record.columnNames }

  /// The number of rows in a window.
  package var windowLength: Int { record.windows.length }

  /// The score of a row.
  package func score(ofRow row: Int) -> Double {
    (findings.isEmpty ? nil : findings[row]?.score) ?? scores.scores[row]
  }

  /// Frees the memory of rows in files, once for a number of rows; a pass calls it after each row.
  func release(after row: Int) {
    guard row % SeriesMemory.rowsPerRelease == 0 else { return }
    rows.release(after: 0)
    scores.release()
  }

  /// The record of a row in its source, from 0; nil for a row that fills a gap.
  package func recordIndex(ofRow row: Int) -> Int? { rows.records[row] < 0 ? nil : rows.records[row] }

  /// The time of a row, in the unit of its column; nil if there is none.
  package func time(ofRow row: Int) -> Double? {
    let time = rows.time(ofRow: row)
    return time.isNaN ? nil : time
  }

  /// Whether times are dates, in seconds from 1 January 1970.
  package var hasDates: Bool {
    record.timeColumn.map { record.schema.table?.used[$0].kind == .datetime } ?? false
  }

  /// Returns the time of a row as text; its number in the source, from 1, if there is none.
  package func timeText(ofRow row: Int) -> String {
    guard let time = time(ofRow: row) else {
      return rows.number(ofRow: row).map { "row \($0)" } ?? "a gap"
    }
    return hasDates
      ? CellValue.date(time, hasTime: showsTimes).description : NumberText.significant(time, digits: 12)
  }

  private var showsTimes: Bool {
    record.timeColumn.flatMap { record.schema.table?.used[$0].dates?.hasTime } ?? true
  }

  /// Returns the name of a row among all: its series and its time; nil without either.
  func id(ofRow row: Int, series: Int) -> String? {
    let time = time(ofRow: row) == nil ? nil : timeText(ofRow: row)
    let parts = [name(ofSeries: series), time].compactMap(\.self)
    return parts.isEmpty || time == nil ? nil : parts.joined(separator: " ")
  }

  /// The value of a row in the unit of a column of ``columnNames``.
  package func value(ofRow row: Int, column: Int) -> Double { number(rows.values, row, column) }

  /// The expected value of a row in the unit of a column of ``columnNames``.
  package func expected(ofRow row: Int, column: Int) -> Double { number(scores.expected, row, column) }

  /// Whether the usual distances from the expected values are known.
  package var hasBands: Bool { record.bands != nil }

  /// The band around the expected value of a row that ``SeriesRecord/bandShare`` of the learned rows keep, in
  /// the unit of a column of ``columnNames``; nil if it is not known.
  package func usual(ofRow row: Int, column: Int) -> ClosedRange<Double>? {
    guard let band = record.bands?[column] else { return nil }
    let expected = expected(ofRow: row, column: column)
    return expected.isFinite ? expected - band...expected + band : nil
  }

  private func number(_ values: Rows, _ row: Int, _ column: Int) -> Double {
    record.decoded(values[row][column], column: column)
  }

  /// The mean squared distance of a row from what is expected of it, in the scale of the model.
  package func squaredError(ofRow row: Int) -> Double {
    var sum = 0.0
    let (values, expected) = (rows.values[row], scores.expected[row])
    for column in 0..<record.columns.count {
      let difference = Double(values[column] - expected[column])
      sum += difference * difference
    }
    return sum / Double(record.columns.count)
  }

  /// Returns each column's share of a row's squared error.
  package func shares(ofRow row: Int) -> [Double] {
    let (values, expected) = (rows.values[row], scores.expected[row])
    let squares = (0..<record.columns.count).map { column in
      let difference = Double(values[column] - expected[column])
      return difference * difference
    }
    let total = squares.reduce(0, +)
    return squares.map { total > 0 ? $0 / total : 0 }
  }
}

extension SeriesRecord {
  /// Returns the number of an encoded value, in the unit of a column of ``columns``.
  func decoded(_ value: Float, column: Int) -> Double {
    let index = columns[column]
    guard let number = schema.table?.used[index].number else { return schema.decode(value, column: index) }
    return number.decode(Double(value))
  }
}

extension Scoring {
  /// Returns the same scoring with all rows of its series scored; itself if the model scores single rows.
  ///
  /// `onRows` receives the number of rows read, then of windows scored; an error that it throws ends the
  /// work.
  ///
  /// - Throws: ``IngestError``, ``SeriesError``, the errors of `onRows`.
  package func scoringSeries(onRows: (Int) throws -> Void = { _ in }) throws -> Scoring {
    guard let record = detector.record.series, series == nil else { return self }
    var scoring = self
    var reader = SeriesReader(record, source: source, threadCount: threadCount)
    // Sources in memory may share a name, and files may have changed.
    if let learned = detector.learnedSeries, learned.source == source.name,
      try reader.areRecords(of: learned.rows, onRows: onRows)
    {
      scoring.series = SeriesResult(record: record, rows: learned.rows, scores: learned.scores)
      return scoring
    }
    reader = SeriesReader(record, source: source, threadCount: threadCount)
    let rows = try reader.read(onRows: onRows)
    let windows = SeriesWindows(rows, record.windows)
    let pass = SeriesPass(rows, record.windows, measure: detector.calibration.measure)
    if rows.count > 0 {
      try pass.add(
        windows, by: detector.model, on: NumericThread.pool(threadCount: threadCount), precision: precision,
        onWindows: onRows)
    }
    scoring.series = SeriesResult(record: record, rows: rows, scores: pass.result())
    return scoring
  }
}

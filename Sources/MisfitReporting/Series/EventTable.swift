import Misfit
import MisfitCore
import MisfitReports

/// Events as a file and as a table of a page.
package enum EventTable {
  /// The maximum number of events on a page; the file has them all.
  private static let shownCount = 200

  /// Writes events as CSV, one row an event, the largest score first.
  ///
  /// Columns: `series`, `start`, `peak` and `end` as times (as numbers of rows without times), the same rows
  /// as `start_row`, `peak_row` and `end_row` of the source from 1, `rows`, `score`, and for each column of
  /// the data its value and the expected value at the peak.
  ///
  /// - Throws: ``FileError``.
  package static func write(
    _ events: [SeriesEvent], columns: [String], to path: String, escapesFormulas: Bool,
    in group: OutputGroup? = nil
  ) throws(FileError) {
    var text = CSVText()
    text.escapesFormulas = escapesFormulas
    let pairs = columns.flatMap { ["\($0)", "\($0)_expected"] }
    var bytes = text.row(
      ["series", "start", "peak", "end", "start_row", "peak_row", "end_row", "rows", "score", "column"]
        + pairs)
    for event in worstFirst(events) {
      let cells = Dictionary(event.columns.map { ($0.name, $0) }) { first, _ in first }
      var fields = [event.series ?? "", event.start, event.peak, event.end]
      fields += [event.startRecord, event.peakRecord, event.endRecord, event.rowCount].map(CSVText.number)
      fields += [number(event.score), event.columns.first?.name ?? ""]
      for name in columns {
        fields += [cells[name]?.value, cells[name]?.expected].map { $0.map(number) ?? "" }
      }
      text.append(fields, to: &bytes)
    }
    try OutputFile.write(bytes, to: path, in: group)
  }

  private static func number(_ value: Double) -> String { NumberText.significant(value, digits: 7) }

  /// Returns events by their scores, largest first.
  static func worstFirst(_ events: [SeriesEvent]) -> [SeriesEvent] {
    events.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(
      \.element)
  }

  /// Returns the events as a table for a page; nil without events.
  static func table(of events: [SeriesEvent]) -> HTMLReport.Table? {
    guard !events.isEmpty else { return nil }
    let hasSeries = events.contains { $0.series != nil }
    var columns = [HTMLReport.Column("rank", kind: .number)]
    if hasSeries { columns.append(HTMLReport.Column("series")) }
    columns += [
      HTMLReport.Column("start"), HTMLReport.Column("peak"), HTMLReport.Column("end"),
      HTMLReport.Column("rows", kind: .number), HTMLReport.Column("score", kind: .number),
      HTMLReport.Column("what was not as expected, at the peak"),
    ]
    let rows = worstFirst(events).prefix(shownCount).enumerated().map { index, event in
      var cells = [HTMLReport.Cell(number: Double(index + 1), text: "\(index + 1)")]
      if hasSeries { cells.append(HTMLReport.Cell(event.series)) }
      cells += [HTMLReport.Cell(event.start), HTMLReport.Cell(event.peak), HTMLReport.Cell(event.end)]
      cells.append(HTMLReport.Cell(number: Double(event.rowCount), text: NumberText.grouped(event.rowCount)))
      cells.append(HTMLReport.Cell(number: event.score, text: NumberText.significant(event.score)))
      cells.append(HTMLReport.Cell(event.reasonText(atMost: 3)))
      return HTMLReport.Row(cells)
    }
    let more = events.count > shownCount ? "; the \(shownCount) with the largest scores are shown" : ""
    return HTMLReport.Table(
      caption: CountText.of(events.count, "event") + more, columns: columns, rows: rows,
      order: HTMLReport.Order(column: 0), hasFilter: rows.count > 10)
  }
}

extension SeriesEvent {
  /// Returns the columns with the largest shares as text: `cpu 97 (expected 21), …`.
  package func reasonText(atMost count: Int) -> String {
    columns.prefix(count).filter { $0.share > 0.02 }.map { column in
      "\(column.name) \(NumberText.significant(column.value)) "
        + "(expected \(NumberText.significant(column.expected, digits: 3)))"
    }.joined(separator: ", ")
  }

  /// The time of the event in a sentence: `2014-04-10 00:04 to 01:19`.
  package var timeText: String { start == end ? start : "\(start) to \(end)" }
}

import Misfit
import MisfitCore
import MisfitReports

/// The report of a column shift as a folder: `report.html`, `summary.json` and, with segments,
/// `segments.csv`.
package struct ColumnShiftReport {
  /// The command that made the report, shown on the page.
  package var command: String?
  /// Whether text that a spreadsheet would evaluate as a formula is prefixed with an apostrophe.
  package var escapesFormulas = false
  private let shift: ColumnShift

  /// Creates the report of a shift.
  package init(_ shift: ColumnShift) { self.shift = shift }

  /// Writes the folder, and returns the path of the page.
  ///
  /// - Throws: ``FileError``.
  package func write(to path: String) throws -> String {
    var folder = try ReportFolder(path)
    folder.setSummary(shift.json)
    var sections = [HTMLReport.Section("Which columns' errors moved", [.table(table)])]
    if let segments = shift.segments {
      try SegmentTable.write(
        segments, to: folder.file("segments.csv"), escapesFormulas: escapesFormulas, in: folder.group)
      folder.note(
        "segments.csv", "one row a segment: rows, flagged rows, and how likely chance explains them")
      if let table = SegmentTable.table(of: segments) {
        sections.append(HTMLReport.Section("Which segments' scores rose", [.table(table)]))
      }
    }
    if let command { sections[0].blocks.append(.code(command, caption: "The command that made this page")) }
    let names = shift.sources.map { FileSystem.lastComponent(of: $0) }
    let counts = shift.counts.map { NumberText.grouped($0) }
    let page = HTMLReport(
      title: "From \(names[0]) to \(names[1])", kicker: "Misfit report",
      subtitle: "\(counts[0]) and \(counts[1]) samples by one model", lead: shift.finding,
      sections: sections)
    return try folder.write(page)
  }

  private var table: HTMLReport.Table {
    let titles = ["error: first", "second", "change", "standard error", "mean value: first", "second"]
    return HTMLReport.Table(
      caption: "Mean squared errors of scaled values, and mean values in the data's own units",
      columns: [HTMLReport.Column("column")] + titles.map { HTMLReport.Column($0, kind: .number) },
      rows: shift.columns.map { column in
        let figures = [
          column.error.first, column.error.second, column.error.change, column.error.standardError,
          column.value?.first, column.value?.second,
        ]
        return HTMLReport.Row(
          [HTMLReport.Cell(column.feature)]
            + figures.map { value in
              HTMLReport.Cell(number: value, text: value.map { NumberText.significant($0) })
            })
      }, hasFilter: shift.columns.count > 10)
  }
}

import Misfit
import MisfitCore
import MisfitReports

/// Tables of reasons, of single samples and of groups.
enum ReasonTables {
  /// The maximum number of columns of a sample shown on a page; `reasons.csv` has them all.
  static let shownColumns = 30

  /// Writes all reasons of samples as CSV, one row for each sample and column.
  ///
  /// - Throws: ``FileError``.
  static func write(
    _ samples: [ScoredSample], to path: String, escapesFormulas: Bool, in group: OutputGroup
  ) throws(FileError) {
    var text = CSVText()
    text.escapesFormulas = escapesFormulas
    var bytes = text.row(
      ["rank", "id"] + FeatureError.fieldNames.map { $0.isEmpty ? "column" : String($0.dropFirst()) })
    for (index, sample) in samples.enumerated() {
      for reason in sample.reasons {
        text.append([CSVText.number(index + 1), sample.id] + reason.fields, to: &bytes)
      }
    }
    try OutputFile.write(bytes, to: path, in: group)
  }

  /// Returns the reasons of samples as a table for a page; nil if there are none.
  static func table(of samples: [ScoredSample]) -> HTMLReport.Table? {
    guard samples.contains(where: { !$0.reasons.isEmpty }) else { return nil }
    var rows: [HTMLReport.Row] = []
    for (index, sample) in samples.enumerated() {
      for reason in sample.reasons.prefix(shownColumns) {
        rows.append(
          HTMLReport.Row([
            HTMLReport.Cell(number: Double(index + 1), text: "\(index + 1)"), HTMLReport.Cell(sample.id),
            HTMLReport.Cell(reason.feature), share(reason.share), HTMLReport.Cell(reason.valueText),
            HTMLReport.Cell(reason.expectedText), HTMLReport.Cell(reason.direction?.rawValue),
          ]))
      }
    }
    return HTMLReport.Table(
      caption: "Why each of the worst samples is anomalous: the columns' shares of its error",
      columns: [
        HTMLReport.Column("rank", kind: .number), HTMLReport.Column("id"), HTMLReport.Column("column"),
        HTMLReport.Column("share", kind: .number), HTMLReport.Column("value"),
        HTMLReport.Column("expected"), HTMLReport.Column("direction"),
      ], rows: rows, hasFilter: true)
  }

  /// Returns the comparison of the worst samples with the others as a table; nil without groups.
  static func table(of groups: GroupReasons) -> HTMLReport.Table? {
    let columns = groups.columns
    guard !columns.isEmpty else { return nil }
    return HTMLReport.Table(
      caption:
        """
        The worst \(NumberText.grouped(groups.worstCount)) samples against the other \
        \(NumberText.grouped(groups.otherCount)): mean shares of the error, and mean values
        """,
      columns: [HTMLReport.Column("column")]
        + ["share: worst", "others", "mean value: worst", "others", "difference"].map {
          HTMLReport.Column($0, kind: .number)
        },
      rows: columns.map { column in
        HTMLReport.Row(
          [
            HTMLReport.Cell(column.feature), share(column.worstShare), share(column.otherShare),
          ]
            + [column.worstMean, column.otherMean, column.difference].map { value in
              HTMLReport.Cell(number: value, text: value.map { NumberText.significant($0) })
            })
      }, hasFilter: columns.count > 10)
  }

  private static func share(_ value: Double) -> HTMLReport.Cell {
    HTMLReport.Cell(number: value, text: "\(NumberText.fixed(value * 100, decimals: 1)) %")
  }
}

import Misfit
import MisfitCore
import MisfitReports

/// The series of a page as a table, one row each.
enum SeriesTable {
  /// The maximum number of series in the table.
  private static let shownCount = 1_000

  /// Returns the series, the largest score first; nil for a single one.
  static func table(of drawings: SeriesDrawings) -> HTMLReport.Table? {
    let result = drawings.result
    guard result.seriesCount > 1 else { return nil }
    var counts = [Int](repeating: 0, count: result.seriesCount)
    for event in drawings.events { counts[event.seriesIndex] += 1 }
    let order = drawings.worstFirst
    let rows = order.prefix(shownCount).enumerated().map { rank, worst in
      let score = worst.row.map(result.score(ofRow:))
      return HTMLReport.Row([
        number(rank + 1), HTMLReport.Cell(result.name(ofSeries: worst.series)),
        number(result.rows(ofSeries: worst.series).count), number(counts[worst.series]),
        HTMLReport.Cell(number: score, text: score.map { NumberText.significant($0) }),
        HTMLReport.Cell(worst.row.map(result.timeText(ofRow:))),
      ])
    }
    let more = order.count > shownCount ? "; the first \(NumberText.grouped(shownCount)) are shown" : ""
    return HTMLReport.Table(
      caption: "\(NumberText.grouped(order.count)) series" + more,
      columns: [
        HTMLReport.Column("rank", kind: .number), HTMLReport.Column("series"),
        HTMLReport.Column("rows", kind: .number), HTMLReport.Column("events", kind: .number),
        HTMLReport.Column("largest score", kind: .number), HTMLReport.Column("at"),
      ], rows: rows, order: HTMLReport.Order(column: 0), hasFilter: rows.count > 10)
  }

  private static func number(_ count: Int) -> HTMLReport.Cell {
    HTMLReport.Cell(number: Double(count), text: NumberText.grouped(count))
  }
}

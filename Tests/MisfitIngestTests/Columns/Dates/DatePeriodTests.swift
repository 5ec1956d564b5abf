import MisfitCore
import Testing

@testable import MisfitIngest

@Suite struct DatePeriodTests {
  @Test(arguments: [
    ("2024-03", DatePeriod.month), ("03/2024", .month), ("Mar 2024", .month), ("Mar-24", .month),
    ("2024M03", .month), ("2024Q1", .quarter), ("Q1 2024", .quarter), ("1Q2024", .quarter),
    ("2024-W05", .week), ("2024W05", .week), ("01/02/24", nil), ("14:30", nil), ("5-Mar-24", nil),
    ("2024-03-01", nil),
  ])
  func aCellNamesAPeriod(text: String, period: DatePeriod?) {
    #expect(DatePeriod(text.utf8.span) == period)
    guard let period, let seconds = DateText.read(text.utf8.span, order: .dayFirst)?.seconds else { return }
    let expected: [DatePeriod: String] = [.month: "2024-03", .quarter: "2024-Q1", .week: "2024-W05"]
    #expect(period.text(seconds: seconds) == expected[period])
  }

  @Test(arguments: [
    (["2024-Q1", "2024-Q2", "2023-Q4", "2023-Q3"], DatePeriod.quarter),
    (["2024-01", "2024-02", "2023-12", "2023-11"], .month),
    (["2024-01", "2024-02-03", "2023-12", "2023-11"], nil),
  ])
  func aColumnHasAPeriodIfAllItsCellsDo(cells: [String], period: DatePeriod?) throws {
    let text = "when,y\n" + (0..<24).map { "\(cells[$0 % cells.count]),a\n" }.joined()
    let column = try TableInspection(CSVSource(text: text)).columns[0]
    #expect(column.kind == .datetime && column.dates?.figures?.period == period)
  }
}

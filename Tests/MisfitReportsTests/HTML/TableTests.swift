import Testing

@testable import MisfitReports

@Suite("Tables of the page")
struct TableTests {
  private func page(_ table: HTMLReport.Table) throws -> HTMLChecker {
    try HTMLChecker(HTMLReport(title: "x", sections: [.init("y", [.table(table)])]).html())
  }

  @Test("titles are buttons in header cells that show the order of the rows")
  func headers() throws {
    let table = HTMLReport.Table(
      columns: [
        .init("Row"), .init("Error", kind: .number), .init("Share", kind: .number, alignment: .leading),
      ],
      rows: [], order: .init(column: 1, isDescending: true))
    let page = try page(table)
    #expect(page["th"].map { $0.attributes["aria-sort"] } == [nil, "descending", nil])
    #expect(page["th"].map { $0.attributes["data-kind"] } == ["t", "n", "n"])
    #expect(page["th"].map { $0.attributes["class"] } == [nil, "end", nil])
    #expect(page["button"].map(\.text) == ["Row", "Error", "Share"])
    #expect(page["button"].allSatisfy { $0.path.last == "th" && $0.attributes["type"] == "button" })
    #expect(page.elements(withClass: "empty").first?.text == "No rows")
  }

  @Test("numbers have a sort key that reads back as the same number; NaN and missing cells have none")
  func sortValues() throws {
    let values: [Double?] = [0.1 + 0.2, -2.5e-300, 1e22, .infinity, -.infinity, .nan, nil]
    let table = HTMLReport.Table(
      columns: [.init("v", kind: .number)], rows: values.map { .init([.init(number: $0)]) })
    let cells = try page(table)["td"]
    let expected = ["0.30000000000000004", "-2.5e-300", "1e+22", "Infinity", "-Infinity", nil, nil]
    #expect(cells.map { $0.attributes["data-v"] } == expected)
    #expect(cells.last?.text == "–" && cells.last?.attributes["class"] == "end n missing")
  }

  @Test("rows too short are filled with missing cells, rows too long are cut")
  func ragged() throws {
    let table = HTMLReport.Table(
      columns: [.init("a"), .init("b")], rows: [.init(["1"]), .init(["2", "3", "4"])])
    #expect(try page(table)["td"].map(\.text) == ["1", "–", "2", "3"])
  }

  @Test("only long tables scroll inside a box", arguments: [(24, false), (25, true)])
  func long(rowCount: Int, scrolls: Bool) throws {
    let table = HTMLReport.Table(columns: [.init("a")], rows: (0..<rowCount).map { .init([.init("\($0)")]) })
    let region = try #require(try page(table).elements(withClass: "scroll").first)
    #expect(region.attributes["class"]?.hasSuffix("long") == scrolls)
    #expect(region.attributes["tabindex"] == "0" && region.attributes["aria-label"] == "Table")
  }

  @Test("bars stay inside their cell", arguments: [(0.5, "--part:0.5"), (7, "--part:1"), (-1, "--part:0")])
  func bars(part: Double, style: String) throws {
    let table = HTMLReport.Table(
      columns: [.init("a")], rows: [.init([.init("x", bar: part)], isMarked: true)])
    let page = try page(table)
    #expect(page["td"].first?.attributes["style"] == style)
    #expect(page["tr"].last?.attributes["class"] == "marked")
  }

  @Test("a filter is hidden without its script, and counts the rows")
  func filter() throws {
    let rows = (0..<1200).map { HTMLReport.Row([.init("\($0)")]) }
    let page = try page(.init(caption: "All", columns: [.init("a")], rows: rows, hasFilter: true))
    #expect(page.elements(withClass: "filter").first?.attributes["hidden"] == "")
    #expect(page["output"].first?.text == "1,200 rows")
    #expect(page["input"].first?.attributes["type"] == "search")
    let region = page.elements(withClass: "scroll").first
    #expect(region?.attributes["aria-labelledby"] == "table-1-1-caption")
  }

  @Test(
    "columns of text are at least as wide as their longest word, up to a limit",
    arguments: [(0, 4), (13, 16), (300, 45)])
  func room(length: Int, characters: Int) throws {
    let word = String(repeating: "m", count: length)
    let page = try page(.init(columns: [.init("a")], rows: [.init([.init("x\n\(word)\ny")])]))
    #expect(page["th"].first?.attributes["style"] == "min-width:\(characters)ch")
  }
}

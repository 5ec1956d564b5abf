import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Notations of numbers")
struct NumberNotationTests {
  /// A table of two columns, the cells between bars in the first one, whole numbers in the second.
  private func source(
    _ cells: String, _ delimiter: String = "\t", beside: [String] = ["1", "2"],
    _ options: SourceOptions = .init()
  ) throws -> CSVSource {
    let lines = cells.split(separator: "|").enumerated().map { row, cell in
      "\(cell)\(delimiter)\(beside[row % beside.count])\n"
    }
    return try CSVSource(text: "a\(delimiter)b\n" + lines.joined(), options: options)
  }

  private func column(_ source: CSVSource) throws -> TableColumn { try TableInspection(source).columns[0] }

  @Test(
    "are detected if the whole column agrees",
    arguments: [
      ("1,029.50|981|2,400", [981, 1029.5, 2400]), ("1,029|981|2,400", [981, 1029, 2400]),
      ("1.029,50|981|2.400", [981, 1029.5, 2400]), ("1,234,567|9|10", [9, 10, 1_234_567]),
      ("12,34,567|9|10", [9, 10, 1_234_567]), ("1 029,5|981|2 400", [981, 1029.5, 2400]),
      ("1\u{202f}029|981|-2\u{a0}400", [-2400, 981, 1029]), ("1'029.5|981|2’400", [981, 1029.5, 2400]),
      ("$1,234.50|$3|-$2.5|$(7)", [-7, -2.5, 3, 1234.5]), ("1.234,50 €|3 €|-2,5€", [-2.5, 3, 1234.5]),
      ("EUR 5.25|EUR 7|6.5", [5.25, 6.5, 7]), ("kr 5|7 kr|9 kr", [5, 7, 9]),
      ("US$5.25|US$7|US$ 6.5", [5.25, 6.5, 7]),
      ("45.2%|7 %|-3%", [-3, 7, 45.2]), ("45,2 %|7 %|-3,5 %", [-3.5, 7, 45.2]),
      ("(448.97)|6.48|12.5", [-448.97, 6.48, 12.5]), ("448.97-|6.48|12.5", [-448.97, 6.48, 12.5]),
      ("\u{2212}3.12|4.5|0.03", [-3.12, 0.03, 4.5]), ("–3.12|4.5|0.03", [-3.12, 0.03, 4.5]),
      ("\u{2212}1.234,5|4,5|0,03", [-1234.5, 0.03, 4.5]), ("1.5|2,000.25|NA|3", [1.5, 3, 2000.25]),
    ])
  func values(_ cells: String, _ expected: [Double]) throws {
    let source = try source(cells)
    let column = try column(source)
    #expect(column.kind == .numeric || column.kind == .count)
    let data = try TrainingData.load(source, options: .init())
    let read = try data.schema.table.map { try source.typed(by: $0) } ?? source
    let rows = try contents(of: read).rows
    #expect(rows.map { $0[0] }.filter { !$0.isNaN }.sorted() == expected)
    #expect(column.numbers?.least == expected.first && column.numbers?.largest == expected.last)
  }

  @Test(
    "that are ambiguous leave a column as text, with the reason",
    arguments: [
      (
        "1,234|2,345|3,456",
        """
        1,234 may mean 1234 or 1.234: `SourceOptions.numbers.decimal` = , or `SourceOptions.numbers.decimal` \
        = . says which
        """
      ),
      ("1,5|2.5|3,5", "some numbers have a decimal comma and others a point"),
      ("$5|€7|$9", "numbers have several units: $, €"),
      ("45%|0.4|0.5", "some numbers have % and others have not"),
      (
        "555 123 456|555 234 567|555 345 678",
        "they may be codes; `SourceOptions.numbers.thousands` = \" \" reads them as numbers"
      ),
      ("1 234|1'234|5", "thousands are separated in two ways"),
    ])
  func unclear(_ cells: String, _ reason: String) throws {
    let column = try column(source(cells, ";"))
    #expect(
      !column.kind.isNumber && column.reason.hasSuffix("; " + reason)
        && column.unreadNumbers?.description == reason)
  }

  @Test("have one decimal sign in a table")
  func table() throws {
    let comma = try column(source("1.443|992|2.100", ";", beside: ["0,14", "4,94", "3"]))
    #expect(
      comma.numbers?.largest == 2100 && comma.notation.thousands == "." && comma.notation.hasDecimalComma)
    let point = try column(source("1,443|992|2,100", ";", beside: ["0.14", "4.94", "3"]))
    #expect(
      point.numbers?.largest == 2100 && point.notation.thousands == "," && !point.notation.hasDecimalComma)
    let both = try source("1,25|992|2,5", ";", beside: ["0.14", "4.94", "3"])
    #expect(both.layout.notes.contains { $0.hasPrefix("\"a\" has decimal commas and \"b\" decimal points") })
    #expect(try column(both).numbers?.least == 1.25)
  }

  @Test("are detected in late records as in the first ones")
  func late() throws {
    let text = "a;b\n" + (0..<900).map { "\($0 % 40);2.\(100 + $0 % 800)\n" }.joined() + "1,5;3\n"
    let source = try CSVSource(text: text)
    let columns = try TableInspection(source).columns
    #expect(columns[0].notation.hasDecimalComma && columns[0].numbers?.largest == 39)
    #expect(columns[1].numbers?.least == 3 && columns[1].numbers?.largest == 2899)
    let table = try #require(TrainingData.load(source).schema.table)
    #expect(table.columns.map(\.notation) == columns.map(\.notation))
    #expect(try contents(of: source.typed(by: table)).rows.last == [1.5, 3])
  }

  @Test("can be set by options, and are stored in a model")
  func said() throws {
    let decimal = SourceOptions.with { $0.numbers.decimal = "," }
    let open = try column(source("1,234|2,345|3,456", ";", decimal))
    #expect(open.numbers?.least == 1.234 && open.notation.hasDecimalComma)
    let thousands = SourceOptions.with { $0.numbers.thousands = "." }
    let plain = try source("1.234|2.345|3.456", ",", thousands)
    #expect(try column(plain).numbers?.least == 1234)
    let table = try #require(TrainingData.load(plain).schema.table)
    let known = SourceOptions.with {
      $0.expectedTable = table
      $0.expectedColumns = table.used.map(\.name)
    }
    #expect(try contents(of: source("5.678|9", ",", known)).rows == [[5678, 1], [9, 2]])
    // A file that is plainly written otherwise is read as it is.
    #expect(try contents(of: source("5,678.5|9", "\t", known)).rows.count == 2)
  }

  @Test("are read for a model of numbers; a percentage or another currency than in training is an error")
  func models() throws {
    let options = SourceOptions.with { $0.expectedColumns = ["a", "b"] }
    #expect(try contents(of: source("1,234.5|\u{2212}2", "\t", options)).rows == [[1234.5, 1], [-2, 2]])
    let dollars = try #require(TrainingData.load(source("$1|$2|$3.5")).schema.table)
    let known = SourceOptions.with {
      $0.expectedTable = dollars
      $0.expectedColumns = ["a", "b"]
    }
    #expect(try contents(of: source("$4|5", "\t", known)).rows == [[4, 1], [5, 2]])
    #expect(ingestError { _ = try contents(of: source("€4|5", "\t", known)) }?.kind == .notANumber("€4"))
  }

  @Test("texts among numbers are listed")
  func texts() throws {
    let column = try column(source("1|2|3|heavy|5|6|7"))
    #expect(column.reason.contains("nearly every value is") && column.reason.contains("but not \"heavy\""))
  }

  @Test(
    "texts that only resemble numbers are not numbers",
    arguments: [
      "192.168.1.1", "01.02.2024", "5-7", "1,2,3", "1.23.456", "(5", "$", "%", "12e", "0.123.456", "A5", "5A",
    ])
  func others(_ text: String) {
    #expect(WrittenNumber(text)?.marks == nil)
  }
}

extension ColumnKind {
  fileprivate var isNumber: Bool { self == .numeric || self == .count }
}

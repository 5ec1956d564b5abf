import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Kinds of columns")
struct ColumnKindTests {
  /// Cells of a column, and what they make of it.
  struct Case: Sendable, CustomTestStringConvertible {
    var cells: [String]
    var kind: ColumnKind
    var reason: String
    var testDescription: String { "\(cells.prefix(4)) \(kind)" }

    init(_ cells: [String], _ kind: ColumnKind, _ reason: String) {
      (self.cells, self.kind, self.reason) = (cells, kind, reason)
    }
  }

  private static func repeated(_ cells: [String], _ count: Int) -> [String] {
    (0..<count).map { cells[$0 % cells.count] }
  }

  static let cases = [
    Case(repeated(["1.5", "-2", "0.25"], 30), .numeric, "every value is a number"),
    Case(repeated(["1", "7", "3"], 30), .count, "every value is a whole number of at least 0"),
    Case(repeated(["1", "-7", "3"], 30), .numeric, "every value is a number"),
    Case(
      repeated(["1", "2", "3", "4", "5"], 300) + ["900", "1000", "5000"], .count,
      "every value is a whole number of at least 0, some of them far from most"),
    Case(repeated(["0", "1"], 30), .boolean, "every value is 0 or 1"),
    Case(repeated(["Yes", "No"], 30), .boolean, "every value is \"Yes\" or \"No\""),
    Case(repeated(["true", "FALSE"], 30), .boolean, "every value is \"true\" or \"FALSE\""),
    Case(repeated(["male", "female"], 30), .categorical, "2 different texts in 30 cells"),
    Case(repeated(["a", "b", ""], 30), .categorical, "2 different texts in 20 cells"),
    Case(repeated(["a", "1", "b"], 30), .categorical, "3 different texts in 30 cells"),
    Case(
      repeated(["1", "x", "2"], 30), .count,
      "nearly every value is a whole number of at least 0, but not \"x\""),
    Case((1...30).map { "user\($0)" }, .identifier, "30 different texts in 30 cells"),
    Case((5...34).map { "\($0)" }, .identifier, "the numbers count the records"),
    Case((1...90).map { "key \($0 / 2)" } + ["z"], .categorical, "47 different texts in 91 cells"),
    Case((1...200).map { "key \($0 / 2)" }, .identifier, "101 different texts in 200 cells"),
    Case(repeated(["x"], 30), .categorical, "every cell is \"x\""),
    Case(repeated(["4.5"], 30), .numeric, "every cell is \"4.5\""),
    Case(repeated(["7"], 30), .count, "every cell is \"7\""),
    Case(repeated(["true"], 30), .categorical, "every cell is \"true\""),
    Case(repeated(["2024-01-01"], 30), .datetime, "every cell is \"2024-01-01\""),
    Case(repeated(["", "NA"], 30), .constant, "no cell has a value"),
    Case(repeated(["x", ""], 30), .categorical, "one text, and missing cells"),
    Case(
      (1...30).map { "the pump made a noise \($0)" }, .text,
      "30 different texts in 30 cells, and they are sentences"),
    Case(
      repeated((1...8).map { "the pump made noise \($0)" }, 40), .text,
      "8 different texts in 40 cells, and they are sentences"),
    Case(repeated(["2020-02-29", "2021-03-01"], 30), .datetime, "every value is a date"),
    Case(
      repeated(["31/12/2020", "01/02/2021"], 30), .datetime, "every value is a date, the day before the month"
    ),
    Case(
      repeated(["12/31/2020", "01/02/2021"], 30), .datetime, "every value is a date, the month before the day"
    ),
    Case(
      repeated(["03/04/2020", "01/02/2021"], 30), .datetime,
      "every value is a date, the month before the day (the reverse is possible)"),
  ]

  @Test("are found from the cells, with a reason", arguments: cases)
  func kinds(_ column: Case) throws {
    // Another column, so that an empty cell is no empty line.
    let text = "x,other\n" + column.cells.map { "\($0),a\n" }.joined()
    let found = try TableInspection(CSVSource(text: text)).columns[0]
    // In a table of numbers alone, two values would stay as they are; the other column prevents that.
    #expect(found.kind == column.kind)
    #expect(found.reason.description == column.reason)
    #expect(found.cellCount == column.cells.count)
    #expect(found.missingCount == column.cells.count { $0.isEmpty || $0 == "NA" })
  }

  @Test("are those that users select", arguments: ColumnKind.allCases)
  func forced(_ kind: ColumnKind) throws {
    let options = SourceOptions.with { $0.typing.kinds = ["x": kind] }
    let text = "x,y\n" + (1...20).map { "\($0 % 2),\($0)\n" }.joined()
    let column = try TableInspection(CSVSource(text: text, options: options)).columns[0]
    #expect(column.kind == kind && column.reason == "set by \(.columnKind)")
    #expect(column.isUsed == ![.identifier, .constant, .text].contains(kind))
  }

  @Test("of a table of numbers alone are numeric, whatever the numbers")
  func plain() throws {
    let table = try TableInspection(CSVSource(text: "a,b,c\n1,0,5\n2,1,5\n3,0,5\n"))
    #expect(table.isAllNumbers && table.columns.allSatisfy { $0.kind == .numeric })
    #expect(try !TableInspection(CSVSource(text: "a,b,c\n1,0,5\n2,1,5\n3,,5\n")).isAllNumbers)
  }

  @Test("words for a missing value are those of the list, in any case, and those that users add")
  func missing() throws {
    let cells = ["NA", "na", "NaN", "nan", "NULL", "null", "None", "?", "", "  ", "n/a", "nodata", "Unknown"]
    let text = "x,y\n" + cells.map { "\($0),a\n" }.joined() + "1,b\n2,b\n3,b\n"
    #expect(try TableInspection(CSVSource(text: text)).columns[0].missingCount == 11)
    let options = SourceOptions.with { $0.typing.missingWords = ["noData", "unknown"] }
    #expect(try TableInspection(CSVSource(text: text, options: options)).columns[0].missingCount == 13)
  }

  @Test("and statistics do not depend on threads or on the split into blocks", arguments: [1, 2, 5])
  func threads(_ threadCount: Int) throws {
    var generator = SeededGenerator(seed: 3)
    var text = "n,c,level,when,name\n"
    for row in 0..<5000 {
      let number = generator.nextUnitFloat()
      text += row % 7 == 0 ? "" : "\(number)"
      text += ",\(row % 13),\"l\(Int(number * 40))\",2020-01-\(row % 28 + 1),\(row)x\n"
    }
    let whole = try TableInspection(CSVSource(text: text), threadCount: 1)
    #expect(whole.columns.map(\.kind) == [.numeric, .count, .categorical, .datetime, .identifier])
    #expect(try TableInspection(CSVSource(text: text), threadCount: threadCount).columns == whole.columns)
    for blockByteCount in [97, 4096] {
      let source = try CSVSource(
        MemoryInput(name: "text", bytes: Array(text.utf8)), options: SourceOptions(),
        blockByteCount: blockByteCount)
      #expect(try TableInspection(source, threadCount: threadCount).columns == whole.columns)
    }
  }

  @Test("statistics are those of NumPy")
  func figures() throws {
    let text = "x,y\n1,a\n2,b\n4,a\n,b\n8,a\n16.5,b\n"
    let column = try TableInspection(CSVSource(text: text)).columns[0]
    let figures = try #require(column.numbers)
    // numpy.mean, std, percentile(25, 50, 75) of [1, 2, 4, 8, 16.5]
    #expect(abs(figures.mean - 6.3) < 1e-12 && abs(figures.deviation - 5.635601121442148) < 1e-12)
    #expect(figures.lowerQuartile == 2 && figures.median == 4 && figures.upperQuartile == 8)
    #expect(figures.least == 1 && figures.largest == 16.5 && column.missingCount == 1)
  }

  @Test("of many thousand levels keep the most frequent ones, in bounded memory")
  func manyLevels() throws {
    var generator = SeededGenerator(seed: 4)
    var text = "x,y\n"
    for row in 0..<120_000 {
      let level = row % 3 == 0 ? "common \(row % 9)" : "rare \(generator.nextIndex(below: 60_000))"
      text += "\(level),a\n"
    }
    let options = SourceOptions.with {
      $0.typing.maximumLevelCount = 3
      $0.typing.kinds = ["x": .categorical]
    }
    let column = try TableInspection(CSVSource(text: text, options: options)).columns[0]
    #expect(column.levels.map(\.text) == ["common 0", "common 3", "common 6"])
    // Counts lose at the most what a table of 32,768 texts must forget.
    #expect(column.levels.allSatisfy { (13_333 - 8...13_334).contains($0.count) })
    #expect(column.width == 4)
    // 60,000 texts of which 80,000 draws meet about 44,200, and 3 common ones.
    #expect(abs(Double(column.distinctCount) / 44_190 - 1) < 0.05)
  }

  @Test("numbers with percent and currency signs are numbers", arguments: ["%", " €"])
  func units(_ sign: String) throws {
    let text = "a,b\n" + (0..<30).map { "\($0 * 7).5\(sign),\($0 % 4)\n" }.joined()
    let column = try TableInspection(CSVSource(text: text)).columns[0]
    #expect(column.kind == .numeric && column.numbers?.largest == 203.5)
    #expect(column.reason == "every value is a number in \(sign.trimmingPrefix(" "))")
    let names = "a,b\n" + (0..<30).map { "n\($0)\(sign),\($0 % 4)\n" }.joined()
    #expect(try TableInspection(CSVSource(text: names)).columns[0].reason == "30 different texts in 30 cells")
  }

  @Test("a kind of numbers selected for text is reported as unsuitable")
  func noNumbers() throws {
    let options = SourceOptions.with { $0.typing.kinds = ["a": .numeric] }
    let column = try TableInspection(CSVSource(text: "a,b\nx,1\ny,2\n", options: options)).columns[0]
    #expect(column.reason == "set by \(.columnKind), but no cell is a number")
  }
}

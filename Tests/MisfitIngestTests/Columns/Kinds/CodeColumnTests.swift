import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Numbers that name things")
struct CodeColumnTests {
  private static func columns(_ cells: [String], beside other: String = "a") throws -> [TableColumn] {
    try TableInspection(CSVSource(text: "x,y\n" + cells.map { "\($0),\(other)\n" }.joined())).columns
  }

  @Test(
    "are levels, as written",
    arguments: [
      ["00501", "60601", "02139"], ["007", "010", "123"], ["101", "102", "104", "102A", "103B"],
      ["117", "c168", "262", "c12"],
      ["1", "2", "A", "B", "3"], ["4000123412341234", "4000123412341235"],
    ])
  func levels(_ codes: [String]) throws {
    let cells = (0..<60).map { codes[$0 % codes.count] }
    let column = try Self.columns(cells)[0]
    #expect(
      column.kind == .categorical && column.remark?.contains("`SourceOptions.typing.kinds` = x=count") == true
    )
    #expect(column.levels.map(\.text).sorted() == codes.sorted())
    // Each cell has a level of its own in the next pass, too.
    let source = try CSVSource(text: "x,y\n" + cells.map { "\($0),\($0.count)\n" }.joined())
    let data = try TrainingData.load(source)
    #expect(data.schema.table?.columns[0].levels.count == codes.count)
  }

  @Test("are identifiers if nearly all of them differ", arguments: ["1", "a"])
  func identifiers(_ other: String) throws {
    let accounts = (0..<40).map { "\(912_345_678_901_234_567 + $0 * $0 * 7_919)" }
    #expect(try Self.columns(accounts, beside: other)[0].kind == .identifier)
    let padded = (0..<60).map { row in
      let text = "\((row * 7_919 + 31) % 10_000)"
      return String(repeating: "0", count: 5 - text.count) + text
    }
    #expect(try Self.columns(padded, beside: other)[0].kind == .identifier)
    let boats = (1...16).map(String.init) + ["A", "B", "C", "D"]
    #expect(try Self.columns(boats, beside: other)[0].kind == .identifier)
  }

  @Test("count all levels, however many there are and however late the first code comes")
  func manyLevels() throws {
    let cells = (0..<9_000).map { row -> String in
      let number = (row * 37 + 11_000) % 1_500
      return row < 2_000 ? "\(number + 10_000)" : number < 1_000 ? "0\(number + 1_000)" : "\(number + 10_000)"
    }
    let column = try Self.columns(cells)[0]
    let otherCount = try #require(column.encoding.levelCounts?.otherCount)
    #expect(column.kind == .categorical && otherCount > 0)
    #expect(column.levels.reduce(0) { $0 + $1.count } + otherCount == 9_000)
  }

  @Test(
    "are not detected in measurements and counts",
    arguments: [
      (["0.5", "00.7", "1.5"], ColumnKind.numeric), (["0", "10", "200"], .count),
      (["12", "7", "12kg", "3kg"], .count),
      (["1", "2", "heavy", "3"], .count), (["-5", "7", "0"], .numeric), (["100000000000", "5", "7"], .count),
    ])
  func measures(_ values: [String], _ kind: ColumnKind) throws {
    #expect(try Self.columns((0..<60).map { values[$0 % values.count] })[0].kind == kind)
  }

  @Test(
    "one text among many numbers is an unreadable cell",
    arguments: [
      ("x4", 0, 9), ("A", 0, 9), ("1O5", 100, 40), ("12x", 10, 80), ("c168", 100, 900), ("c16", 100, 40),
    ])
  func mistake(_ text: String, _ least: Int, _ count: Int) throws {
    let cells = (0..<200).map { $0 == 77 ? text : "\(least + $0 * 7 % count)" }
    #expect(try Self.columns(cells)[0].kind == .count)
    let error = ingestError {
      _ = try TrainingData.load(CSVSource(text: "x,y\n" + cells.map { "\($0),a\n" }.joined()))
    }
    #expect(error?.kind == .notANumber(text) && error?.position?.line == 79)
  }

  @Test(
    "a few letters among repeating numbers make all of them codes",
    arguments: [
      ("A", [3, 20, 40], 16, 1), ("c168", [50], 40, 117), ("117b", [9], 30, 110), ("B2", [4, 9], 9, 1),
    ])
  func fewLetters(_ text: String, _ places: [Int], _ count: Int, _ least: Int) throws {
    let cells = (0..<60).map { places.contains($0) ? text : "\(least + $0 * 7 % count)" }
    let column = try Self.columns(cells)[0]
    #expect(column.kind == .categorical && column.remark?.contains("letters and digits") == true)
  }

  @Test("words for a missing value do not turn counts into codes", arguments: ["x", "M", "T"])
  func lettersForNoValue(_ letter: String) throws {
    #expect(try Self.columns((0..<60).map { $0 % 9 == 4 ? letter : "\($0 % 11)" })[0].kind == .count)
  }

  @Test(
    "the index that data frames write is ignored, in tables of numbers too",
    arguments: ["", "Unnamed: 0", "id"])
  func index(_ name: String) throws {
    let rows = (0..<30).map { "\($0),\($0 * $0 % 17).5,7\n" }.joined()
    let table = try TableInspection(CSVSource(text: "\(name),a,b\n\(rows)"))
    #expect(table.columns.map(\.kind) == [.identifier, .numeric, .numeric])
    let schema = try TrainingData.load(CSVSource(text: "\(name),a,b\n\(rows)")).schema
    #expect(schema.columnNames == ["a", "b"])
  }

  /// 0 to 59 in another order.
  private static let shuffled = (0..<60).map { $0 * 37 % 60 }

  @Test(
    "an index is ignored in any order and with gaps, among numbers and among texts",
    arguments: [
      ("i", shuffled), ("i", shuffled.map { $0 + 1 }), ("", shuffled),
      ("", (0..<60).map { $0 * $0 / 3 + $0 }),
      ("id", (0..<60).map { $0 * 3 + 5 }), ("Index", (0..<60).map { $0 * $0 + 1 }),
      ("Unnamed: 0", [4, 7, 9]),
    ])
  func shuffledIndex(_ name: String, _ numbers: [Int]) throws {
    for other in ["a", "1.5"] {
      let rows = numbers.map { "\($0),\($0 * $0 % 17).5,\(other)\n" }.joined()
      let text = "\(name),a,b\n\(rows)"
      #expect(try TableInspection(CSVSource(text: text)).columns[0].kind == .identifier)
      let data = try TrainingData.load(CSVSource(text: text))
      #expect(data.schema.table?.columns[0].kind == .identifier)
      let title = name.isEmpty ? "column_1" : name
      #expect(data.notes.contains { $0.contains("\"\(title)\" is left out as identifier") })
    }
  }

  @Test(
    "whole numbers with another name are numbers, whatever their order",
    arguments: [
      ("x", (0..<60).map { $0 * 3 + 5 }), ("i", shuffled.map { $0 + 2 }), ("i", shuffled.map { $0 / 2 * 2 }),
      ("id", [5, 3, 9, 4]), ("row", [2, 1, 3]),
    ])
  func noIndex(_ name: String, _ numbers: [Int]) throws {
    for other in ["a", "1.5"] {
      let rows = numbers.map { "\($0),\($0 * $0 % 17).5,\(other)\n" }.joined()
      #expect(try TableInspection(CSVSource(text: "\(name),a,b\n\(rows)")).columns[0].kind.isUsed)
    }
  }

  @Test("the first column of a table without a header is an index if it ascends with few gaps")
  func indexWithoutHeader() throws {
    func kind(_ number: (Int) -> Int) throws -> ColumnKind {
      let rows = (0..<60).map { "\(number($0)),\($0 * $0 % 17).5\n" }.joined()
      return try TableInspection(CSVSource(text: rows)).columns[0].kind
    }
    #expect(try kind { $0 + $0 / 3 } == .identifier)
    #expect(try kind { $0 * $0 } != .identifier)
  }

  @Test("a table of only an index column is learned from")
  func nothingElse() throws {
    let schema = try TrainingData.load(CSVSource(text: "x\n" + (0..<30).map { "\($0)\n" }.joined())).schema
    #expect(schema.table == nil && schema.width == 1)
  }
}

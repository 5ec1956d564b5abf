import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Words for a missing value")
struct MissingWordsTests {
  private static func column(
    _ cells: [String], _ change: (inout TypingOptions) -> Void = { _ in }
  ) throws -> TableColumn {
    var options = SourceOptions()
    change(&options.typing)
    let text = "x,y\n" + cells.map { "\($0),a\n" }.joined()
    return try TableInspection(CSVSource(text: text, options: options)).columns[0]
  }

  @Test("are those of pandas, of spreadsheets and of databases", arguments: TypingOptions.usualMissingWords)
  func usual(_ word: String) throws {
    for variant in [word, word.uppercased(), word.lowercased()] {
      let column = try Self.column(["1.5", variant, "2.5", "1.5", "7", "3"])
      #expect(column.kind == .numeric && column.missingCount == 1)
    }
  }

  @Test("may be marks in columns of numbers and dates", arguments: TypingOptions.placeholderWords)
  func placeholders(_ mark: String) throws {
    let number = try Self.column(["1.5", mark, "2.5", mark, "1.5"])
    #expect(number.kind == .numeric && number.missingCount == 2)
    #expect(number.remark == "\"x\" has words for no value: \"\(mark)\" (2)")
    let date = try Self.column(["2024-03-01", mark, "2024-03-02", mark, "2024-03-05"])
    #expect(date.kind == .datetime && date.missingCount == 2)
    let level = try Self.column(["+", mark, "+", mark, "+"])
    #expect(level.kind == .categorical && level.missingCount == 0 && level.levels.count == 2)
    let kept = try Self.column(["1.5", mark, "2.5", mark, "1.5"]) { $0.keptWords = [mark] }
    #expect(kept.missingCount == 0)
  }

  @Test("can be kept as levels", arguments: ["NA", "na"])
  func kept(_ word: String) throws {
    let cells = ["DE", "NA", "FR", "NA", "DE", "None"]
    #expect(try Self.column(cells).missingCount == 3)
    let column = try Self.column(cells) { $0.keptWords = [word] }
    #expect(column.missingCount == 1 && column.levels.map(\.text).sorted() == ["DE", "FR", "NA"])
  }

  @Test("are read as such by the next pass, in a table of numbers and in any other")
  func reading() throws {
    for other in ["1,", "a,"] {
      let text =
        "x,y,z\n"
        + (0..<12).map { "\(other)\($0 % 5 == 1 ? ["#N/A", "-", "inf"][$0 % 3] : "\($0)"),\($0 * $0 % 7)\n" }
        .joined()
      let data = try TrainingData.load(CSVSource(text: text))
      #expect(data.schema.table?.columns[1].missingCount == 3)
    }
  }
}

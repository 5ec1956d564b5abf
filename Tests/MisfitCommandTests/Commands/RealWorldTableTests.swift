import Foundation
import MisfitCore
import Testing

/// Tables as other programs write them.
@Suite("Real-world tables")
struct RealWorldTableTests {
  /// 40 rows: a kind that determines a price of about 10 or 20, and a count; the last price is anomalous.
  private func prices(_ write: (_ kind: String, _ price: String, _ count: Int) -> String) -> String {
    var generator = SeededGenerator(seed: 4)
    return (0..<40).map { row in
      let cents = (row % 2 + 1) * 1000 + generator.nextIndex(below: 99)
      return write(
        row % 2 == 0 ? "low" : "high", row == 39 ? "99.5" : "\(cents / 100).\(cents % 100)", row % 5)
    }.joined()
  }

  @Test("with decimal commas are ranked like those with points, whichever a model learned from")
  func decimalCommas() throws {
    let command = try BuiltCommand()
    try command.write("kind,price,n\n" + prices { "\($0),\($1),\($2)\n" }, to: "point.csv")
    let euro = "kind;price;n\r\n" + prices { "\($0);\($1);\($2)\r\n" }.replacing(".", with: ",")
    try command.write(euro, to: "comma.csv")
    let inspection = try command.run("inspect comma.csv")
    #expect(
      inspection.errors == "misfit: note: comma.csv: semicolon-separated, with a header, decimal commas\n")
    #expect(inspection.output.contains("every value is a number with a decimal comma"))
    var ranks: [String] = []
    for model in ["point", "comma"] {
      #expect(try command.run("fit \(model).csv -o \(model).misfit --model local -q").status == 0)
      for data in ["point", "comma"] {
        let run = try command.run("rank \(model).misfit \(data).csv --top 3 -q")
        #expect(run.line(1).contains("price 99.5 (in training "), "\(run.errors)")
        ranks.append(run.output)
      }
    }
    #expect(Set(ranks).count == 1)
  }

  @Test("with titles, comments, currencies and thousands are ranked like plain numbers, detected or by flags")
  func notations() throws {
    let command = try BuiltCommand()
    try command.write("kind,price,n\n" + prices { "\($0),\($1),\($2)\n" }, to: "plain.csv")
    #expect(try command.run("fit plain.csv -o m.misfit --model local -q").status == 0)
    let expected = try command.run("rank m.misfit plain.csv --top 3 -q").output
    let euro = prices { "\($0);€ \($1);\($2)\n" }.replacing(".", with: ",")
    try command.write("sep=;\nkind;price;n\n" + euro, to: "euro.csv")
    try command.write("Prices\n\nkind;price;n\n" + euro, to: "title.csv")
    try command.write("a;b\nc\nkind;price;n\n!by hand\n" + euro, to: "flags.csv")
    for data in ["euro.csv", "title.csv", "flags.csv --skip-lines 2 --comment ! --decimal ,"] {
      #expect(try command.run("rank m.misfit \(data) --top 3 -q").output == expected, "\(data)")
    }
    try command.write("kind,price,n\nlow,10.5,1\nlow,\"1,234\",2\n", to: "large.csv")
    let large = try command.run("rank m.misfit large.csv --top 1 -q")
    #expect(large.line(1).contains("price 1234 (in training "), "\(large.errors)")
  }

  @Test("with runs of spaces or blank lines are ranked like those with commas")
  func spaces() throws {
    let command = try BuiltCommand()
    try command.write("price,n\n" + prices { "\($1),\($2)\n" }, to: "comma.csv")
    try command.write(" price    n\n" + prices { "  \($1)   \($2) \n" }, to: "space.txt")
    try command.write("price,n\n\n" + prices { "\($1),\($2)\n\n" }, to: "blank.csv")
    #expect(try command.run("fit comma.csv -o m.misfit --model local -q").status == 0)
    let expected = try command.run("rank m.misfit comma.csv -q").output
    for data in ["space.txt", "blank.csv"] {
      #expect(try command.run("rank m.misfit \(data) -q").output == expected)
      #expect(try command.run("fit \(data) -o \(data).misfit --model local -q").status == 0)
      #expect(try command.run("rank \(data).misfit comma.csv -q").output == expected)
    }
  }

  @Test("with line breaks in cells are ranked with one line a row")
  func lineEnds() throws {
    let command = try BuiltCommand()
    try command.write("note,kind,price\n" + prices { "\"a\nb\t\($2)\",\($0),\($1)\n" }, to: "notes.csv")
    #expect(try command.run("fit notes.csv --id note -o m.misfit --model local -q").status == 0)
    let run = try command.run("rank m.misfit notes.csv --top 4 -q")
    #expect(run.lines.count == 5 && run.line(1).contains("  a\\nb\\t4  "))
    #expect(try command.run("inspect notes.csv -q").lines.count == 6)
  }

  @Test("never pass control characters to the terminal")
  func controlCharacters() throws {
    let command = try BuiltCommand()
    try command.write(
      "id,\u{202E}kind,price\n" + prices { "\u{1B}[2J\u{7}\($2),\($0),\($1)\n" }, to: "log.csv")
    #expect(try command.run("fit log.csv --id id -o m.misfit --model local -q").status == 0)
    for line in [
      "rank m.misfit log.csv --top 4", "inspect log.csv", "inspect m.misfit", "score m.misfit x\u{1B}.csv",
    ] {
      let run = try command.run(line)
      let scalars = (run.output + run.errors).unicodeScalars
      #expect(!scalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
      #expect(!scalars.contains("\u{202E}"))
    }
    #expect(try command.run("rank m.misfit log.csv --top 4 -q").line(1).contains("\\u{1B}[2J\\u{07}"))
  }

  @Test("with a row number column are learned without it, in order and shuffled")
  func countedRows() throws {
    let command = try BuiltCommand()
    try command.write(
      ",price,n\n" + (0..<30).map { "\($0),\($0 * $0 % 7).5,\($0 % 4)\n" }.joined(), to: "frame.csv")
    #expect(
      try command.run("fit frame.csv -o m.misfit --model pca").errors.contains(
        "misfit: note: \"column_1\" is left out as identifier: the numbers count the records\n"))
    try command.write(
      ",price,n\n" + (0..<30).map { "\($0 * 7 % 30),\($0 * $0 % 7).5,\($0 % 4)\n" }.joined(), to: "frame.csv")
    #expect(
      try command.run("fit frame.csv -o m.misfit --model pca").errors.contains(
        """
        misfit: note: "column_1" is left out as identifier: each number from the first to the last names one \
        record

        """
      ))
  }
}

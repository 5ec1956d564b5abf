import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Detecting the format of a text")
struct CSVFormatTests {
  @Test(
    "the delimiter is detected",
    arguments: [
      "a,b,c\n1,2,3\n4,5,6\n", "a;b;c\n1;2;3\n4;5;6\n", "a\tb\tc\n1\t2\t3\n4\t5\t6\n",
      "a|b|c\n1|2|3\n4|5|6\n",
    ])
  func delimiter(_ text: String) throws {
    let source = try CSVSource(text: text)
    #expect(source.layout.columns == ["a", "b", "c"])
    #expect(try contents(of: source).rows == [[1, 2, 3], [4, 5, 6]])
  }

  @Test("delimiters inside quotes do not count")
  func quotedDelimiters() throws {
    let text = "name;x;y\n\"a,b,c\";1;2\n\"d,e,f\";3;4\n"
    let source = try CSVSource(text: text, options: .with { $0.idColumn = "name" })
    #expect(try contents(of: source).ids == ["a,b,c", "d,e,f"])
  }

  @Test(
    "any number of spaces separates numbers if nothing else does",
    arguments: [
      "a b c\n1 2 3\n4 5 6\n", "  a   b  c \n  1   2  3  \n\n 4.0  5   6\n", "1 2 3\r\n4   5 6 \r\n",
      "a b c\n\"1\" 2 3\n  4 \"5\"   6 \n",
    ])
  func spaces(_ text: String) throws {
    for size in 1...text.utf8.count {
      let input = MemoryInput(name: "text", bytes: Array(text.utf8), pieceByteCount: size)
      let source = try CSVSource(input, options: SourceOptions(), blockByteCount: size)
      #expect(source.layout.notes.contains("space-separated"))
      #expect(try contents(of: source).rows == [[1, 2, 3], [4, 5, 6]], "pieces of \(size)")
    }
  }

  @Test("spaces between words separate columns only if the option is set")
  func words() throws {
    let text = "name age\nanna 31\nbert 40\n"
    let source = try CSVSource(text: "name age\nanna x\nbert y\n")
    #expect(
      source.layout.notes.contains("if spaces separate 2 columns, use `SourceOptions.delimiter` = space"))
    #expect(source.layout.columns.count == 1)
    let options = SourceOptions.with {
      $0.delimiter = " "
      $0.idColumn = "name"
    }
    let told = try CSVSource(text: text, options: options)
    #expect(try contents(of: told).ids == ["anna", "bert"] && contents(of: told).rows == [[31], [40]])
  }

  @Test("too few and too many fields between spaces", arguments: [("1\n", 1), ("1  \n", 1), ("1 2 3\n", 3)])
  func raggedSpaces(_ line: String, _ found: Int) {
    let error = failure("a b\n1 2\n\(line)", .with { $0.delimiter = " " })
    #expect(error?.kind == .raggedRecord(expected: 2, found: found) && error?.position?.line == 3)
  }

  @Test(
    "a header is distinguished from numbers",
    arguments: [
      ("x,y\n1,2\n3,4\n", true), ("1,2\n3,4\n", false), ("x1,2\n1,2\n3,4\n", true),
      ("label,1,2\n1,2,3\n4,5,6", false),
      ("a\n1\n", true), ("1\n2\n", false), ("a,b\n,1\n2,\n", true), ("nan,2\n1,2\n", false),
    ])
  func header(_ text: String, _ hasHeader: Bool) throws {
    let options = SourceOptions.with { $0.ignoredColumns = [] }
    if text.hasPrefix("label") || text.hasPrefix("x1") {
      // One text in the first record of a table with other numbers there: half of the columns decide.
      let isError = failure(text, options) != nil
      #expect(isError == !hasHeader)
      return
    }
    #expect(try CSVSource(text: text, options: options).layout.namesAreGiven == hasHeader)
  }

  @Test("a name that the options use makes a header")
  func namedHeader() throws {
    let source = try CSVSource(text: "label,1,2\n1,2,3\n4,5,6", options: .with { $0.labelColumn = "label" })
    #expect(source.layout.columns == ["1", "2"])
    #expect(try contents(of: source).labels == ["1", "4"])
  }

  @Test("header and delimiter can be set")
  func overrides() throws {
    let none = try CSVSource(text: "1,2\n3,4\n", options: .with { $0.hasHeader = true })
    #expect(none.layout.columns == ["1", "2"])
    let bars = try CSVSource(text: "1|2\n3|4\n", options: .with { $0.delimiter = "|" })
    #expect(bars.layout.columns == ["column_1", "column_2"])
  }

  @Test("repeated names are made unique, with a note")
  func duplicates() throws {
    let source = try CSVSource(text: "x,x,x_2,x\n1,2,3,4\n")
    #expect(source.layout.columns == ["x", "x_3", "x_2", "x_4"])
    #expect(source.layout.notes.contains { $0.contains("\"x_3\"") })
  }

  @Test("an empty name becomes the column's number")
  func emptyName() throws {
    #expect(try CSVSource(text: ",x\n1,2\n").layout.columns == ["column_1", "x"])
  }

  @Test("notes list what was detected")
  func notes() throws {
    #expect(try CSVSource(text: "a;b\n1;2\n").layout.notes == ["semicolon-separated", "with a header"])
    #expect(try CSVSource(text: "1\n2\n").layout.notes == ["one column", "without a header"])
  }
}

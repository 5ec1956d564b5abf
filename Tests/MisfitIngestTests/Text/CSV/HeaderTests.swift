import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Headers that do not look like names")
struct HeaderTests {
  /// Records of numbers with fractions that no counting record resembles.
  private func records(_ count: Int, _ width: Int, index: Bool = false) -> String {
    (0..<count).map { row in
      let cells = (0..<width).map { "\(row * 7 % 13 + 40).\($0 + 1)" }
      return (index ? ["\(row)"] + cells : cells).joined(separator: ",") + "\n"
    }.joined()
  }

  @Test(
    "column numbers and years are names",
    arguments: [
      ("0,1,2,3,4", 5, false), ("0,1", 2, false), (",0,1,2", 3, true), (",0", 1, true),
      (",10,20,30", 3, true),
      ("2001,2002,2003", 3, false), ("1990,1991", 2, false), ("1960,1970,1980", 3, false),
      ("400,410,420,430", 4, false), ("1,2,3", 3, false), ("\"0\",\"1\",\"2\"", 3, false),
    ])
  func numbers(_ header: String, _ width: Int, _ index: Bool) throws {
    let source = try CSVSource(text: header + "\n" + records(20, width, index: index))
    #expect(source.layout.namesAreGiven)
    #expect(try contents(of: source).rows.count == 20)
  }

  @Test("text columns may be next to years")
  func country() throws {
    let text = "Country,1990,1991,1992\nFrance,58041000,58313000,58604000\nChad,5963000,6158000,6360000\n"
    let source = try CSVSource(text: text, options: .with { $0.idColumn = "Country" })
    #expect(source.layout.columns == ["1990", "1991", "1992"])
    #expect(
      try CSVSource(text: "c,2019,2020\na,5,7\nb,8,8\nd,9,1\n").layout.columns == ["c", "2019", "2020"])
  }

  @Test(
    "numbers like those of the other records are data",
    arguments: [
      "0,1,2\n3,4,5\n6,7,8\n", "1,2,3\n10,20,30\n40,50,60\n", "0,1\n1,0\n0,0\n1,1\n", "1,2\n3,4\n",
      "2001,2002\n2003,2005\n1999,2000\n", "0\n1\n2\n", ",0,1\n1,1,0\n1,0,0\n", "0.5,1.5,2.5\n4,9,1\n",
      "0,1\n1,3\n2,5\n3,7\n", "0,1,2\n1,5,7\n2,8,8\n3,9,1\n", "1990,1991\n1992,1995\n1996,1999\n",
    ])
  func data(_ text: String) throws {
    #expect(try !CSVSource(text: text).layout.namesAreGiven)
  }

  @Test("the names of a model are a header whatever they look like, in any order and below titles")
  func known() throws {
    let options = SourceOptions.with { $0.expectedColumns = ["0", "1", "x"] }
    for text in ["1,x,0\n5,6,4\n", "a title\n\n1,x,0\n5,6,4\n", "1 ,\"x\", 0\r\r\n5,6,4\r\n"] {
      let source = try CSVSource(text: text, options: options)
      #expect(try contents(of: source).rows == [[4, 5, 6]])
    }
  }

  @Test("names lose the carriage returns around them, like cells")
  func carriageReturns() throws {
    for text in ["x,k\r\r\n1,2\r\r\n", "\"x\",\"k\"\r\r\n\"1\",\"2\"\r\r\n"] {
      for size in 1...text.utf8.count {
        let input = MemoryInput(name: "text", bytes: Array(text.utf8), pieceByteCount: size)
        let options = SourceOptions.with { $0.labelColumn = "k" }
        let source = try CSVSource(input, options: options, blockByteCount: size)
        #expect(source.layout.columns == ["x"])
        let found = try contents(of: source)
        #expect(found.rows == [[1]] && found.labels == ["2"], "pieces of \(size)")
      }
    }
  }
}

@Suite("A header with fewer names than the records have fields")
struct ShortHeaderTests {
  private func source(_ header: String, _ records: [String]) throws -> CSVSource {
    try CSVSource(text: header + "\n" + records.joined(separator: "\n") + "\n")
  }

  @Test(
    "leaves the empty field after a trailing delimiter without a name", arguments: [1, 2])
  func trailing(_ count: Int) throws {
    let end = String(repeating: ",", count: count)
    let source = try source("a,b", (1...12).map { "\($0),\($0 * $0)" + end }).allowingMissingCells()
    #expect(source.layout.columns == ["a", "b"] + (3..<3 + count).map { "column_\($0)" })
    #expect(source.layout.notes.contains("the delimiter at the end of each record is ignored"))
    let rows = try contents(of: source).rows
    #expect(rows.count == 12 && rows[3][0] == 4 && rows[3][1] == 16 && rows[3][2].isNaN)
  }

  @Test("names all columns but the first if R wrote row names")
  func rowNames() throws {
    let records = (1...12).map { "\"\($0)\" \($0).5 \(20 - $0)" }
    let source = try source("\"a\" \"b\"", records)
    #expect(source.layout.columns == ["row_names", "a", "b"])
    #expect(try contents(of: source).rows[2] == [3, 3.5, 17])
  }

  @Test(
    "is an error if it is unknown which names are missing",
    arguments: [("a,b", "7,8,9"), ("a,b,c", "1,2,3,4,5"), ("1,2", "1,2,3"), ("a,a", "%,2,3")])
  func unclear(_ header: String, _ record: String) throws {
    let records = (1...12).map { record.replacing("%", with: "\($0)") }
    let error = #expect(throws: IngestError.self) { try source(header, records) }
    guard case .raggedHeader = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

@Suite("Lines above and between the records")
struct LinesBesideRecordsTests {
  /// The columns, the rows and the line of the first record of a text.
  private func read(
    _ text: String, _ options: SourceOptions = SourceOptions()
  ) throws -> (columns: [String], rows: [[Double]], line: Int?) {
    let source = try CSVSource(text: text, options: options)
    var line: Int?
    try source.forEachBatch { batch in line = line ?? batch.lines.first }
    return (source.layout.columns, try contents(of: source).rows, line)
  }

  @Test(
    "are skipped if they are clearly not records, and lines keep their numbers",
    arguments: [
      ("sep=;\na;b\n1;2\n3;4\n", 3), ("\"sep=;\"\r\na;b\r\n1;2\r\n3;4\r\n", 3),
      ("sep=\t\na\tb\n1\t2\n3\t4\n", 3),
      ("Report\n\na,b\n1,2\n3,4\n", 4), ("Report,\nMay,\na,b\n1,2\n3,4\n", 4),
      ("# by hand\na,b\n1,2\n3,4\n", 3), ("# x, y and z\n# more\na,b\n1,2\n# between\n3,4\n# end\n", 4),
      ("# by \"hand\n# a,b\n1,2\n3,4\n", 3), ("% note\na;b\n1;2\n3;4\n", 3),
    ])
  func plain(_ text: String, _ line: Int) throws {
    for size in 1...text.utf8.count {
      let input = MemoryInput(name: "text", bytes: Array(text.utf8), pieceByteCount: size)
      let source = try CSVSource(input, options: SourceOptions(), blockByteCount: size)
      #expect(source.layout.columns == ["a", "b"])
      #expect(try contents(of: source).rows == [[1, 2], [3, 4]])
    }
    #expect(try read(text).line == line)
  }

  @Test("are records if they have as many fields as records")
  func records() throws {
    let options = SourceOptions.with { $0.idColumn = "tag" }
    let source = try CSVSource(text: "tag,x\n#1,2\n#2,3\n", options: options)
    #expect(try contents(of: source).ids == ["#1", "#2"])
    #expect(try CSVSource(text: "#tag,x\na,2\nb,3\n").layout.columns == ["tag", "x"])
    let known = SourceOptions.with { $0.expectedColumns = ["# a", "b"] }
    #expect(try contents(of: CSVSource(text: "# a,b\n1,2\n", options: known)).rows == [[1, 2]])
  }

  @Test("are skipped if options request it")
  func said() throws {
    let lines = try read("1,2\n3,4\na,b\n5,6\n", .with { $0.skippedLineCount = 2 })
    #expect(lines.columns == ["a", "b"] && lines.rows == [[5, 6]] && lines.line == 4)
    let comments = try read("a,b\n!1,2\n5,6\n!\n", .with { $0.comment = "!" })
    #expect(comments.rows == [[5, 6]] && comments.line == 3)
    let error = ingestError { _ = try CSVSource(text: "a\n1\n", options: .with { $0.skippedLineCount = 2 }) }
    #expect(error?.kind == .nothingBehindSkippedLines(2))
  }

  @Test("comment lines are not records, also in a table of one column")
  func onlyComments() throws {
    #expect(try read("a\n1\n#x\n2\n#y\n#z\n", .with { $0.comment = "#" }).rows == [[1], [2]])
    #expect(try read("a,b\n1,2\n" + String(repeating: "#\n", count: 40)).rows == [[1, 2]])
  }

  @Test("one column of decimal commas is not split at them")
  func decimalColumn() throws {
    let read = try read("temp\n0,31\n-1\n2,75\n")
    #expect(read.columns == ["temp"] && read.rows == [[0.31], [-1], [2.75]])
  }
}

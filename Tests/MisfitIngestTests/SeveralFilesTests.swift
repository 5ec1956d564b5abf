import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Several files as one table")
struct SeveralFilesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("many/part1.csv", "a,b\n1,2\n3,4\n")
    try folder.write("many/part2.csv", "b;a\n6;5\n")
    try folder.write("many/part3.jsonl", "{\"a\": 7, \"b\": 8}\n")
    try folder.write("many/README", "no table")
  }

  private let rows: [[Double]] = [[1, 2], [3, 4], [5, 6], [7, 8]]

  @Test("a folder, a pattern and a list are the same, with columns found by their names")
  func ways() throws {
    let paths = ["part1.csv", "part2.csv", "part3.jsonl"].map { "\(folder.path)/many/\($0)" }
    for texts in [["\(folder.path)/many"], ["\(folder.path)/many/"], ["\(folder.path)/m*/part?.*"], paths] {
      let found = try contents(of: DataSource.open(texts), batchSize: 1)
      #expect(found.rows == rows)
      #expect(found.ids == ["part1.csv:1", "part1.csv:2", "part2.csv:1", "part3.jsonl:1"])
      for size in [2, 3, 10] { #expect(try contents(of: DataSource.open(texts), batchSize: size) == found) }
    }
  }

  @Test("cells of a table of several kinds are those of their columns, whatever the order")
  func kinds() throws {
    try folder.write("kinds/part1.csv", "n,site,id\n1,a,7\n2,b,8\n3,a,9\n")
    try folder.write("kinds/part2.csv", "site,id,n\nb,10,4\na,11,5\nb,12,6\n")
    let options = SourceOptions.with { $0.idColumn = "id" }
    let table = try TableInspection(DataSource.open("\(folder.path)/kinds", options: options))
    #expect(table.columns.map(\.name) == ["n", "site"])
    #expect(table.columns[0].numbers?.largest == 6)
    #expect(table.columns[1].levels.map(\.text) == ["a", "b"])
  }

  @Test("numbers are read with the decimal sign of their file", arguments: [false, true])
  func decimalSigns(_ hasCommasFirst: Bool) throws {
    let points = "x,site\n1.5,a\n2.25,b\n3.75,a\n4.5,b\n"
    let commas = "site;x\na;1,5\nb;2,25\na;3,75\nb;4,5\n"
    try folder.write("signs/1.csv", hasCommasFirst ? commas : points)
    try folder.write("signs/2.csv", hasCommasFirst ? points : commas)
    let source = try DataSource.open("\(folder.path)/signs")
    let sign = hasCommasFirst ? "points" : "commas"
    #expect(source.layout.notes.contains("decimal \(sign) in \(folder.path)/signs/2.csv"))
    let column = try #require(TableInspection(source).columns.first { $0.name == "x" })
    #expect(column.kind == .numeric && column.numbers?.least == 1.5 && column.numbers?.largest == 4.5)
    let options = SourceOptions.with { $0.ignoredColumns = ["site"] }
    let numbers = try DataSource.open("\(folder.path)/signs", options: options)
    let read = try contents(of: #require(numbers as? CSVSource).allowingMissingCells())
    #expect(read.rows.flatMap(\.self) == [1.5, 2.25, 3.75, 4.5, 1.5, 2.25, 3.75, 4.5])
  }

  @Test("all columns of all files are kept, and empty if a file lacks them")
  func keptColumns() throws {
    try folder.write("kept/1.csv", "a,note\n1,x\n")
    try folder.write("kept/2.csv", "more,a\n7,2\n")
    let options = SourceOptions.with {
      $0.keptColumns = .all
      $0.expectedColumns = ["a"]
    }
    let source = try DataSource.open("\(folder.path)/kept", options: options)
    #expect(source.layout.keptColumns == ["a", "note", "more"])
    var cells: [[String]] = []
    try source.forEachBatch { batch in
      for row in 0..<batch.rowCount { cells.append(batch.keptCells(ofRow: row)) }
    }
    #expect(cells == [["1", "x", ""], ["2", "", "7"]])
  }

  @Test("a file with a header after one without is an error that states it")
  func headers() throws {
    let bare = try folder.write("bare.csv", "1,2\n3,4\n5,6\n")
    let first = "\(folder.path)/many/part1.csv"
    #expect(
      ingestError { _ = try DataSource.open([bare, first]) }?.kind
        == .partHeader(hasHeader: true, first: bare))
    #expect(
      ingestError { _ = try DataSource.open([first, bare]) }?.kind
        == .partHeader(hasHeader: false, first: first))
  }

  @Test("a name with wildcards is a file of that name, if there is one")
  func literalNames() throws {
    let path = try folder.write("many/part[12].csv", "a,b\n9,9\n")
    #expect(try contents(of: DataSource.open(path)).rows == [[9, 9]])
    #expect(try contents(of: DataSource.open("\(folder.path)/many/part[1-2].csv")).rows.count == 3)
  }

  @Test("a file that is named twice is read twice, with a note, but not standard input")
  func repeated() throws {
    let first = "\(folder.path)/many/part1.csv"
    let source = try DataSource.open([first, "\(folder.path)/many/../many/part1.csv"])
    #expect(try contents(of: source).rows == [[1, 2], [3, 4], [1, 2], [3, 4]])
    #expect(source.layout.notes.contains { $0.contains("is named more than once") })
    #expect(ingestError { _ = try DataSource.open(["-", "-"]) }?.kind == .standardInputTwice)
  }

  @Test("hidden files of a folder are skipped without a note, others with one")
  func otherFiles() throws {
    try folder.write("many/.part0.csv", "junk\n0\n")
    let source = try DataSource.open("\(folder.path)/many")
    #expect(try contents(of: source).rows == rows)
    #expect(
      source.layout.notes.contains(
        "1 other file in \(folder.path)/many skipped (1 without an extension)"))
  }

  @Test("one table has the same profile and content in one file and in several", arguments: [1, 2, 3])
  func cuts(_ threadCount: Int) throws {
    let records = (0..<3000).map { "\($0 % 7).5,\("abc".dropFirst($0 % 3).prefix(1)),\($0)\n" }
    let header = "x,site,n\n"
    let whole = try folder.write("whole.csv", header + records.joined())
    for (index, range) in [0..<1, 1..<1200, 1200..<1201, 1201..<3000].enumerated() {
      try folder.write("cut/\(index).csv", header + records[range].joined())
    }
    let one = try TableInspection(DataSource.open(whole), threadCount: threadCount)
    let several = try TableInspection(DataSource.open("\(folder.path)/cut"), threadCount: threadCount)
    #expect(one.rowCount == 3000 && several.rowCount == 3000)
    #expect(one.columns == several.columns)
  }

  @Test("an id column keeps its ids")
  func ids() throws {
    let options = SourceOptions.with { $0.idColumn = "a" }
    let found = try contents(of: DataSource.open("\(folder.path)/many", options: options))
    #expect(found.ids == ["1", "3", "5", "7"])
  }

  @Test("an error names the file, and the line in it")
  func places() throws {
    let bad = try folder.write("many/part4.csv", "a,b\n1,2\n3,x\n")
    let error = ingestError { _ = try contents(of: DataSource.open("\(folder.path)/many")) }
    #expect(error?.position == InputPosition(source: bad, byteOffset: 10, line: 3, record: 2, column: "b"))
  }

  @Test("a file that lacks a column, or has more, is an error")
  func columns() throws {
    let first = "\(folder.path)/many/part1.csv"
    let less = try folder.write("less.csv", "a,c\n1,2\n")
    let more = try folder.write("more.csv", "a,b,c\n1,2,3\n")
    let lacking = IngestError.UnknownName(name: "b", nearest: nil)
    #expect(
      ingestError { _ = try DataSource.open([first, less]) }?.kind
        == .partLacksColumns([lacking], first: first))
    #expect(
      ingestError { _ = try DataSource.open([first, more]) }?.kind == .partHasMore(["c"], first: first))
    let ignoring = SourceOptions.with { $0.ignoredColumns = ["c"] }
    #expect(try contents(of: DataSource.open([first, more], options: ignoring)).rows.count == 3)
    let unknown = SourceOptions.with { $0.ignoredColumns = ["c", "zz"] }
    let kind = ingestError { _ = try DataSource.open([first, more], options: unknown) }?.kind
    let name = IngestError.UnknownName(name: "zz", nearest: nil)
    #expect(kind == .unknownColumns([name], option: .ignoredColumns, hasHeader: true))
  }

  @Test("a file with a header alone is skipped with a note")
  func empty() throws {
    let empty = try folder.write("many/part0.csv", "a,b\n")
    let source = try DataSource.open("\(folder.path)/many")
    #expect(try contents(of: source).rows == rows)
    #expect(source.layout.notes.contains("\(empty) has no records"))
  }

  @Test("an array is not read along with others, and a pattern without a match is an error")
  func refused() {
    let first = "\(folder.path)/many/part1.csv"
    #expect(
      ingestError { _ = try DataSource.open([first, fixture("nan.npy")]) }?.kind == .partKind("an array"))
    #expect(
      ingestError { _ = try DataSource.open("\(folder.path)/*.xyz") }?.kind
        == .noMatch("\(folder.path)/*.xyz"))
  }

  @Test(
    "patterns match as in a shell",
    arguments: [
      ("part1.csv", "*.csv", true), ("part1.csv", "p*1*", true), ("part1.csv", "part[0-9].csv", true),
      ("part1.csv", "part[!0-9].csv", false), ("part1.csv", "part?.csv", true),
      ("part10.csv", "part?.csv", false),
      ("a", "", false), ("", "*", true), ("aaab", "*a*b", true), ("aaab", "*a*c", false), ("[x", "[x", true),
    ])
  func patterns(_ name: String, _ pattern: String, _ matches: Bool) {
    #expect(PathPattern.isMatch(Array(name)[...], Array(pattern)[...]) == matches)
  }
}

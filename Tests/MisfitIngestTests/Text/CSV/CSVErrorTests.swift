import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Errors of a text and their positions")
struct CSVErrorTests {
  private func place(
    line: Int? = nil, record: Int? = nil, byteOffset: Int? = nil, column: String? = nil
  ) -> InputPosition {
    InputPosition(source: "text", byteOffset: byteOffset, line: line, record: record, column: column)
  }

  @Test(
    "an empty text, only line breaks, only a byte order mark", arguments: ["", "\n", "\r\n\n", "\u{feff}"])
  func empty(_ text: String) { #expect(failure(text) == IngestError(.empty, at: place())) }

  @Test("a header alone", arguments: ["a,b,c", "a,b,c\n", "a\r\n\r\n"])
  func headerOnly(_ text: String) { #expect(failure(text) == IngestError(.headerOnly, at: place())) }

  @Test("a cell that is not a number is reported with its position and text")
  func notANumber() {
    let error = failure("id,x,y\n1,2,3\n4,5,6\n7,oops,9\n10,11,12\n")
    #expect(
      error == IngestError(.notANumber("oops"), at: place(line: 4, record: 3, byteOffset: 21, column: "x")))
    #expect(error?.description.hasPrefix("text:4: column \"x\": \"oops\" is not a number") == true)
  }

  @Test("a text in the first record may be a header, and the message states it")
  func doubtfulHeader() {
    let error = failure("label,1,2\n1,2,3\n4,5,6\n")
    #expect(error?.kind == .notANumber("label"))
    #expect(error?.description.contains("SourceOptions.hasHeader") == true)
  }

  @Test("the position is correct after quoted line breaks")
  func placeBehindQuotes() {
    let text = "id,x\n\"a\nb\",1\n\"c\n\n\",2\nd,3\ne,4\nf,bad\n"
    let error = failure(text, .with { $0.idColumn = "id" })
    let expected = place(line: 9, record: 5, byteOffset: text.utf8.count - 4, column: "x")
    #expect(error == IngestError(.notANumber("bad"), at: expected))
  }

  @Test(
    "missing, infinite, NaN and too large cells",
    arguments: [
      ("", IngestError.Kind.missingCell), ("NaN", .notFinite("NaN")), ("-inf", .notFinite("-inf")),
      ("1e999", .numberTooLarge("1e999")), ("\"\"", .missingCell),
    ])
  func badCells(_ cell: String, _ kind: IngestError.Kind) {
    let error = failure("x,y\n1,2\n\(cell),4\n5,6\n")
    #expect(error?.kind == kind)
    #expect(error?.position?.line == 3)
    #expect(error?.position?.column == "x")
  }

  @Test(
    "too few and too many fields",
    arguments: [
      ("3", 1), ("3,4,5", 3), ("3,4,", 3), ("3,4,5,6,7", 5), ("\"3\"", 1),
    ])
  func ragged(_ record: String, _ found: Int) {
    let error = failure("x,y\n1,2\n\(record)\n5,6\n")
    #expect(
      error
        == IngestError(.raggedRecord(expected: 2, found: found), at: place(line: 3, record: 2, byteOffset: 8))
    )
  }

  @Test("an unclosed quote is reported where it opens")
  func unclosedQuote() {
    let error = failure("id,x\na,1\nb,2\n\"c,3\nd,4\n", .with { $0.idColumn = "id" })
    #expect(error == IngestError(.unclosedQuote, at: place(line: 4, record: 3, byteOffset: 13, column: "id")))
    #expect(failure("\"a,b\n1,2\n")?.kind == .unclosedQuote)
  }

  @Test("a first line with a different number of fields is reported, with the first line of the others")
  func raggedHeader() {
    let lines = String(repeating: "1,2\n", count: 20)
    let error = failure("made on Monday\nby hand\n1,2\n" + lines)
    #expect(error == IngestError(.raggedHeader(expected: 2, found: 1, line: 3), at: place(line: 1)))
    #expect(error?.description.contains("skippedLineCount` = 2 begins at line 3") == true)
    let wider = String(repeating: "1,2,3\n", count: 20)
    #expect(failure("a\n" + wider)?.kind == .raggedHeader(expected: 3, found: 1, line: 2))
    #expect(failure("a,b\n" + lines) == nil)
  }

  @Test("text after a closing quote")
  func textAfterQuote() {
    let error = failure("id,x\na,1\n\"b\"c,2\n", .with { $0.idColumn = "id" })
    #expect(error?.kind == .textAfterQuote("c"))
    #expect(error?.position?.byteOffset == 12)
  }

  @Test("leading blank lines count as lines but not as records")
  func behindBlankLines() {
    let error = failure("x,y\n1,2\n\n \r\n3,4,5\n")
    let kind = IngestError.Kind.raggedRecord(expected: 2, found: 3)
    #expect(error == IngestError(kind, at: place(line: 5, record: 2, byteOffset: 12)))
  }

  @Test("a blank line in a table of one column is a missing cell, with its position")
  func missingCellOfBlankLine() {
    let error = failure("x\n1\n\n2\n")
    #expect(error == IngestError(.missingCell, at: place(line: 3, record: 2, byteOffset: 4, column: "x")))
  }

  @Test("all columns of text are named in one error if a model needs numbers, with the options to use")
  func nonNumericColumns() {
    let error = ingestError {
      _ = try CSVSource(
        text: "name,x,city\nann,1,Rome\nbob,2,Oslo\n", options: .with { $0.expectedShape = .row(3) })
    }
    let columns = [("name", "ann"), ("city", "Rome")].map {
      IngestError.ColumnExample(name: $0.0, text: $0.1)
    }
    #expect(error == IngestError(.nonNumericColumns(columns), at: place()))
    let text = error?.description ?? ""
    for part in [
      "\"name\" (for example \"ann\")", "\"city\"", "idColumn` = NAME", "labelColumn` = NAME",
      "ignoredColumns` = NAME",
    ] {
      #expect(text.contains(part))
    }
    // Two tables may be compared without any model.
    #expect(text.contains("the model or the table before has numbers here") && !text.contains("fitted"))
  }

  @Test("a text in a column that starts with numbers is an error with its position")
  func breaksLater() {
    let good = (1...2000).map { "\($0),1\n" }.joined()
    let error = failure("x,y\n" + good + "3,many\n")
    #expect(error?.kind == .notANumber("many"))
    #expect(error?.position?.record == 2001)
  }

  @Test("unknown names come with the nearest spelling")
  func unknownColumns() {
    let error = failure("pressure,class\n1,2\n", .with { $0.labelColumn = "clas" })
    let name = IngestError.UnknownName(name: "clas", nearest: "class")
    #expect(error == IngestError(.unknownColumns([name], option: .labelColumn, hasHeader: true), at: place()))
    #expect(error?.description.contains("did you mean \"class\"") == true)
  }

  @Test("missing columns of a model are all named, with the nearest spellings")
  func missingColumns() {
    let options = SourceOptions.with { $0.expectedColumns = ["pressure", "speed", "flow"] }
    let error = failure("presure,flow,zzz\n1,2,3\n", options)
    let names = [("pressure", "presure"), ("speed", nil)].map {
      IngestError.UnknownName(name: $0.0, nearest: $0.1)
    }
    #expect(error == IngestError(.missingColumns(names), at: place()))
    let count = failure("1,2\n3,4\n", options)
    #expect(count?.kind == .columnCount(expected: 3, found: 2))
  }

  @Test("a column of a model with another role in the options is reported, with a remedy")
  func takenColumns() {
    let options = SourceOptions.with {
      $0.expectedColumns = ["pressure", "speed"]
      $0.labelColumn = "speed"
    }
    let error = failure("pressure,speed\n1,2\n", options)
    #expect(error == IngestError(.takenColumns(["speed"]), at: place()))
    #expect(error?.description.contains("omit that `SourceOptions.idColumn`, ") == true)
  }

  @Test("all columns ignored")
  func noFeatures() {
    #expect(failure("id\na\nb\n", .with { $0.idColumn = "id" })?.kind == .noFeatureColumns)
  }

  @Test("a header that is not UTF-8")
  func invalidUTF8() {
    let input = MemoryInput(name: "text", bytes: [UInt8(ascii: "a"), 0xff] + Array(",b\n1,2\n".utf8))
    let error = ingestError { _ = try CSVSource(input, options: SourceOptions()) }
    #expect(
      error == IngestError(.invalidUTF8("a\\xFF"), at: place(line: 1, byteOffset: 0, column: "column_1")))
  }

  @Test(
    "bytes that are not text are named",
    arguments: [
      ([0x61, 0, 0x2c, 0, 0x62, 0], "SourceOptions.encoding` = utf-16"),
      ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a], "PNG"),
      ([0x50, 0x4b, 3, 4], "ZIP"),
      ([0x61, 0, 0, 0x62], "binary"),
    ] as [([UInt8], String)])
  func foreign(_ bytes: [UInt8], _ name: String) {
    let error = ingestError {
      _ = try CSVSource(MemoryInput(name: "text", bytes: bytes), options: SourceOptions())
    }
    #expect(error?.description.contains(name) == true)
  }
}

import MisfitCore
import Testing

@testable import MisfitIngest
@testable import MisfitStreams

/// The notation of a stream is that of a table.
@Suite struct StreamNotationTests {
  /// Texts that mean the same as a table and as a stream.
  static let texts = [
    "a;b\n1,5;2\n-3,25;7\n",
    "1,5;2,5;3,5\n4,5;5,5;6,5\n",
    "a;b\n\"1.234,5\";1.000\n\"2,5\";12\n",
    "a,b\n\"1,234.5\",$5\n\"2,000\",$7.25\n12,$-3\n",
    "a,b\n45%,(448.97)\n12.5%,17\n0%,-3\n",
    "a\tb\n1 234,5 €\t1'000\n12,0 €\t7\n",
    "a,b\n\u{2212}3.5,1\n2,\u{2212}4e3\n",
    "a,b\n-,1\n#N/A,.\n3,n.a.\n (null) ,--\n",
    "a,b\n \"1\" ,\"2\"\n\"3\",6\r\r\n4,5\n",
    "sep=;\na;b\n1;2\n3;4\n",
    "Report of March\nof all machines\na,b\n1,2\n3,4\n",
    "# made by a program\na,b\n1,2\n# a comment\n3,4\n",
    "a,2019,2020\n3,1,2\n4,3,4\n",
    "0,1,2\n10,20,30\n11,21,31\n12,22,32\n",
    "a,a,,b\n1,2,3,4\n5,6,7,8\n",
    "a  b   c\n1  2   3\n 4 5 6 \n7 8 9\n",
  ]

  private func stream(
    _ text: String, _ options: RowFormatOptions = RowFormatOptions(), chunk: Int = .max
  ) throws -> (parser: RowParser, values: [[Double]]) {
    var parser = try RowParser(options, source: "rows")
    var cutter = RecordCutter(quoting: nil, options: options)
    var values: [[Double]] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: min(chunk, bytes.count)) {
      let end = chunk == .max ? bytes.count : min(start + chunk, bytes.count)
      try parser.parse(cutter.cut(Array(bytes[start..<end]))) { values.append($1.values) }
      if let quoting = parser.quoting { cutter.quoting = quoting }
    }
    try parser.parse(cutter.finish()) { values.append($1.values) }
    return (parser, values)
  }

  private func table(_ text: String) throws -> (columns: [String], values: [[Double]]) {
    let source = try CSVSource(text: text)
    var values: [[Double]] = []
    try source.allowingMissingCells().forEachBatch(ofUpTo: 100, threadCount: 1) { batch in
      for row in 0..<batch.rowCount {
        values.append((0..<batch.width).map { batch.value(row: row, column: $0) })
      }
    }
    return (source.layout.columns, values)
  }

  @Test(arguments: texts) func aStreamIsReadAsTheTableIs(text: String) throws {
    let (parser, values) = try stream(text)
    let table = try table(text)
    #expect(parser.columns == table.columns)
    #expect(values.map(\.description) == table.values.map(\.description))
  }

  @Test(arguments: [1, 7, 30]) func theNotationDoesNotDependOnChunksOnceItIsPlain(chunk: Int) throws {
    for text in Self.texts where !text.contains("a,2019") && !text.contains("0,1,2") {
      let (whole, parts) = (try stream(text), try stream(text, chunk: chunk))
      #expect(parts.parser.columns == whole.parser.columns, "\(text)")
      #expect(parts.values.count == whole.values.count, "\(text)")
    }
  }

  @Test func numbersThatMayMeanTwoThingsAreNotReadUntilOthersShowIt() throws {
    let unclear = try stream("a;b\n1,234;x\n")
    #expect(unclear.values[0][0].isNaN && unclear.parser.unclearColumns.keys.sorted() == ["a"])
    var (parser, _) = unclear
    var later: [Double] = []
    try parser.parse(Array("0,5;x\n1,234;y\n".utf8)) { later.append($1.values[0]) }
    #expect(later == [0.5, 1.234] && parser.unclearColumns.isEmpty)
    #expect(parser.notes == ["decimal commas"])
  }

  @Test func theOptionsForNumbersAndMissingWordsAreThoseOfTables() throws {
    var options = RowFormatOptions()
    options.thousands = "."
    #expect(try stream("a;b\n1.234;1\n", options).values == [[1234, 1]])
    options = RowFormatOptions()
    options.missingWords = ["none of it"]
    options.keptWords = ["."]
    let (parser, _) = try stream("a,b\n1,2\nNone of it,.\n", options)
    #expect(parser.unreadCounts == [0, 1] && parser.unreadExamples == [nil, "."])
  }

  @Test func stringsOfObjectsAreReadAsCells() throws {
    let (parser, values) = try stream("{\"a\":\"1.234,5 €\",\"b\":1.5}\n{\"a\":\"(2,5)\",\"b\":\"-\"}\n")
    #expect(parser.columns == ["a", "b"] && values.map { $0[0] } == [1234.5, -2.5])
    #expect(values[1][1].isNaN && parser.unreadCounts == [0, 0])
  }

  @Test func namesThatAreNotUTF8StayDifferent() throws {
    var options = RowFormatOptions()
    options.series = ["host"]
    var parser = try RowParser(options, source: "rows")
    var series: [String] = []
    let bytes = Array("host,x\n".utf8) + [0xE4, 0x2C, 0x31, 0x0A, 0xF6, 0x2C, 0x32, 0x0A]
    try parser.parse(bytes) { series.append($1.series) }
    #expect(series == ["ä", "ö"])
  }
}

@Suite struct StreamDecoderTests {
  private static let text = "time,größe €,😀\n1,2,3\n"

  @Test(arguments: [
    ("windows-1252", [0x61, 0x2C, 0x80, 0xE4], "a,€ä"), ("latin1", [0xE4, 0x0A], "ä\n"),
    ("utf-16le", [0x61, 0, 0x3D, 0xD8, 0, 0xDE], "a😀"), ("utf-16be", [0, 0x61, 0xD8, 0x3D, 0xDE, 0], "a😀"),
    ("utf-16", [0xFE, 0xFF, 0, 0x61], "\u{FEFF}a"), ("utf-16", [0x61, 0, 0x62, 0], "ab"),
    (nil, [0xFF, 0xFE, 0x61, 0], "\u{FEFF}a"), (nil, [0x61, 0x0D, 0x62, 0x0D], "a\nb\n"),
    (nil, [0x61, 0x0D, 0x0A], "a\r\n"),
  ])
  func textsAreReadInTheirEncoding(encoding: String?, bytes: [UInt8], text: String) {
    var decoder = StreamDecoder(encoding: encoding)
    #expect(String(decoding: decoder.decode(bytes), as: UTF8.self) == text)
  }

  @Test(arguments: [1, 2, 3, 5]) func charactersMayBeCutAnywhere(chunk: Int) {
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in Self.text.utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    var decoder = StreamDecoder(encoding: "utf-16le")
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      let end = min(start + chunk, bytes.count)
      text += decoder.decode(Array(bytes[start..<end]))
      #expect(decoder.byteCount(of: text) == end)
      var continued = StreamDecoder(encoding: "utf-16le", format: decoder.format)
      let done = end - decoder.byteCount(of: [])
      let rest = continued.decode(Array(bytes[done...]))
      #expect(String(decoding: text + rest, as: UTF8.self) == "\u{FEFF}" + Self.text)
    }
  }
}

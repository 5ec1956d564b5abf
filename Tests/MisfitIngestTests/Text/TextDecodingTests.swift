import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Encodings and line ends of CSV")
struct TextDecodingTests {
  /// The columns, ids and values of a text.
  private struct Content: Equatable {
    var columns: [String]
    var ids: [String] = []
    var values: [Double] = []
  }

  private func read(
    _ bytes: [UInt8], _ options: SourceOptions = SourceOptions(), pieceByteCount: Int = .max
  ) throws -> Content {
    let input = MemoryInput(name: "text", bytes: bytes, pieceByteCount: pieceByteCount)
    let source = try CSVSource(input, options: options, blockByteCount: max(1, min(pieceByteCount, 64)))
    var content = Content(columns: source.layout.columns)
    try source.forEachBatch { batch in
      for row in 0..<batch.rowCount {
        content.ids.append(batch.id(ofRow: row))
        for column in 0..<batch.width { content.values.append(batch.value(row: row, column: column)) }
      }
    }
    return content
  }

  private static let text = "id,größe\n\"Mül,ler\",1\nMoĺ,2\n日本😀,3\n"

  private static func utf16(_ text: String, isBigEndian: Bool, hasMark: Bool) -> [UInt8] {
    ((hasMark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
      let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      return isBigEndian ? bytes : bytes.reversed()
    }
  }

  @Test("UTF-16 is read in both byte orders, split anywhere", arguments: [1, 2, 3, 5, 64], [true, false])
  func utf16(pieceByteCount: Int, isBigEndian: Bool) throws {
    var options = SourceOptions()
    options.idColumn = "id"
    let wanted = try read(Array(Self.text.utf8), options)
    let marked = Self.utf16(Self.text, isBigEndian: isBigEndian, hasMark: true)
    #expect(try read(marked, options, pieceByteCount: pieceByteCount) == wanted)
    let plain = Self.utf16(Self.text, isBigEndian: isBigEndian, hasMark: false)
    for encoding in [TextEncoding.utf16, isBigEndian ? .utf16BigEndian : .utf16LittleEndian] {
      options.encoding = encoding
      #expect(try read(plain, options, pieceByteCount: pieceByteCount) == wanted)
    }
  }

  @Test("Columns that tabs and spaces both separate are read, split anywhere", arguments: [1, 2, 3, 7, .max])
  func mixedBlanks(pieceByteCount: Int) throws {
    var options = SourceOptions()
    options.idColumn = "name"
    options.hasHeader = true
    let lines: [String] = (0..<20).map { row -> String in
      "  \(row).5   \(row % 3) \t  4\t\"car\t\(row) \"\n"
    }
    let text = lines.joined()
    let content = try read(
      Array(("mpg  cylinders\tweight name\n" + text).utf8), options, pieceByteCount: pieceByteCount)
    #expect(content.columns == ["mpg", "cylinders", "weight"])
    let ids: [String] = (0..<20).map { row -> String in "car\t\(row) " }
    #expect(content.ids == ids)
    let values: [Double] = (0..<20).flatMap { row -> [Double] in [Double(row) + 0.5, Double(row % 3), 4] }
    #expect(content.values == values)
  }

  @Test(
    "Tabs stay delimiters where cells between them have spaces",
    arguments: [
      "a b\tc d\n" + String(repeating: "1 2\tx y\n", count: 20),
      "a\tb\n" + String(repeating: "1\t 2\n", count: 20),
      "a\tb\tc\n" + String(repeating: "1\t2\tthe 3 of 4\n", count: 20),
    ])
  func tabsDelimit(text: String) throws {
    let decoding = try TextDecoding(
      head: Array(text.utf8), isWhole: true, name: "text", options: SourceOptions())
    #expect(!decoding.mixesBlanks)
  }

  @Test(
    "Bytes are decoded to the characters of the selected encoding",
    arguments: [
      (TextEncoding.latin1, [0xE9, 0xFC], "éü"), (.windows1252, [0x80, 0x93, 0xE9], "€“é"),
      (.latin9, [0xA4, 0xE9], "€é"), (.latin2, [0xB3, 0xF3], "łó"), (.windows1250, [0x9C, 0xE6], "ść"),
      (.windows1251, [0xCF, 0xF0, 0xE8], "При"), (.macRoman, [0x8E, 0x8A], "éä"), (.utf8, [0xC3, 0xA9], "é"),
    ] as [(TextEncoding, [UInt8], String)])
  func singleBytes(encoding: TextEncoding, bytes: [UInt8], text: String) throws {
    var options = SourceOptions()
    options.idColumn = "id"
    options.encoding = encoding
    let content = try read(Array("id,x\n".utf8) + bytes + Array(",1\nb,2\n".utf8), options)
    #expect(content.ids == [text, "b"] && content.values == [1, 2])
  }

  @Test("All tables have 128 characters, and every name is recognized")
  func tables() {
    for encoding in TextEncoding.allCases {
      #expect(encoding.upperHalf.map { $0.count == 128 } ?? true)
      #expect(TextEncoding(name: encoding.rawValue.uppercased()) == encoding)
    }
    #expect(TextEncoding(name: "cp1252") == .windows1252 && TextEncoding(name: "ISO-8859-1") == .latin1)
    #expect(TextEncoding(name: "ebcdic") == nil)
  }

  @Test(
    "Bytes without a character are an error",
    arguments: [TextEncoding.windows1252, .utf16, .utf16BigEndian])
  func invalid(encoding: TextEncoding) {
    var options = SourceOptions()
    options.encoding = encoding
    let bytes: [UInt8] =
      encoding == .windows1252 ? Array("x\n1\n\u{1}".utf8) + [0x81] : [0, 0x78, 0, 0x0A, 0xDC, 0, 0, 0x31]
    let error = ingestError { _ = try read(bytes, options) }
    guard case .invalidEncoding = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("A cell that is not UTF-8 is refused with its position and its bytes")
  func invalidCell() {
    for (option, column) in [("id", "id"), ("label", "id"), ("typed", "id")] {
      var options = SourceOptions()
      if option == "id" { options.idColumn = "id" }
      if option == "label" { options.labelColumn = "id" }
      if option == "typed" { options.typing.kinds = ["id": .categorical] }
      let bytes = Array("id,x\na,1\nM".utf8) + [0xF6] + Array("ller,2\n".utf8)
      let error = ingestError {
        let source = try CSVSource(MemoryInput(name: "text", bytes: bytes), options: options)
        if option == "typed" {
          try source.withCells().forEachBatch { _ in }
        } else {
          try source.forEachBatch { _ in }
        }
      }
      #expect(error?.kind == .invalidUTF8("M\\xF6ller"))
      #expect(error?.position?.line == 3 && error?.position?.column == column)
      #expect(error?.description.contains("SourceOptions.encoding") == true)
    }
  }

  @Test("Invalid UTF-8 in an ignored column is not an error")
  func ignoredCell() throws {
    var options = SourceOptions()
    options.ignoredColumns = ["id"]
    let bytes = Array("id,x\na,1\nM".utf8) + [0xF6] + Array("ller,2\n".utf8)
    #expect(try read(bytes, options).values == [1, 2])
  }

  @Test("Carriage returns alone end lines, split anywhere", arguments: [1, 2, 3, 7, 64])
  func carriageReturns(pieceByteCount: Int) throws {
    var options = SourceOptions()
    options.idColumn = "id"
    let text = "id,x\na,1\n\"b\r1,\"\"\n\",2\n5\" c,3\n"
    for ending in ["\r", "\r\n"] {
      let bytes = Array("id,x\(ending)a,1\(ending)\"b\r1,\"\"\n\",2\(ending)5\" c,3\(ending)".utf8)
      let content = try read(bytes, options, pieceByteCount: pieceByteCount)
      #expect(content == (try read(Array(text.utf8), options)))
      #expect(content.ids == ["a", "b\r1,\"\n", "5\" c"] && content.values == [1, 2, 3])
    }
  }

  @Test("Lines with all three endings may be in one file, with a note")
  func mixed() throws {
    let bytes = Array("x,y\r1,2\r\n3,4\n5,6\r7,8".utf8)
    #expect(try read(bytes).values == [1, 2, 3, 4, 5, 6, 7, 8])
    let source = try CSVSource(MemoryInput(name: "text", bytes: bytes), options: SourceOptions())
    #expect(source.layout.notes.contains("some lines end with carriage returns alone"))
  }

  @Test("A carriage return in a cell far from the start is refused")
  func lateReturn() {
    var options = SourceOptions()
    options.idColumn = "id"
    let bytes = Array(("id,x\n" + String(repeating: "aaaaaaaa,1\n", count: 30_000) + "b\rc,2\n").utf8)
    let error = ingestError { _ = try read(bytes, options) }
    #expect(error?.kind == .loneCarriageReturn("b\\rc") && error?.position?.line == 30_002)
  }
}

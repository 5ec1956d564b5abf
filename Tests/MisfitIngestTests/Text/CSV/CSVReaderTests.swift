import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Reading records of a text")
struct CSVReaderTests {
  private static let tricky = [
    "\u{feff}id,x,\"y \"\"quoted\"\"\",label\r\n", "a,1.5,-2e3,\"two\nlines\"\r\n",
    "\"b,c\",\" 3 \", 4 ,\"\"\"\"\n",
    "d,0.1234567890123456789012,7,\"\"\r\n", "e,1,2,last\r\n\r\n",
  ].joined()

  private static let trickyOptions = SourceOptions.with {
    $0.idColumn = "id"
    $0.labelColumn = "label"
  }

  @Test("quotes, line breaks, spaces and a byte order mark")
  func trickyText() throws {
    let source = try CSVSource(text: Self.tricky, options: Self.trickyOptions)
    #expect(source.layout.columns == ["x", "y \"quoted\""])
    let contents = try contents(of: source)
    #expect(contents.rows == [[1.5, -2000], [3, 4], [0.12345678901234568, 7], [1, 2]])
    #expect(contents.ids == ["a", "b,c", "d", "e"])
    #expect(contents.labels == ["two\nlines", "\"", "", "last"])
    #expect(contents.lines == [2, 4, 5, 6])
    let bytes = Array(Self.tricky.utf8)
    #expect(contents.byteOffsets.map { bytes[$0] } == ["a", "\"", "d", "e"].map { UInt8(ascii: $0) })
  }

  @Test("the records are the same wherever the bytes are split")
  func everyCut() throws {
    let bytes = Array(Self.tricky.utf8)
    let whole = try contents(of: CSVSource(text: Self.tricky, options: Self.trickyOptions))
    for size in 1...bytes.count {
      for batchSize in [1, 3, 10] {
        let input = MemoryInput(name: "text", bytes: bytes, pieceByteCount: size)
        let source = try CSVSource(input, options: Self.trickyOptions, blockByteCount: size)
        #expect(try contents(of: source, batchSize: batchSize) == whole, "pieces of \(size)")
      }
    }
  }

  @Test(
    "an error is the same wherever the bytes are split",
    arguments: [
      "a,b\n1,2\n3\n4,5\n", "a,b\n1,2\n3,4,5\n", "a,b\n1,2\n3,x\n", "a,b\n1,2\n3,\"4\n",
      "a,b\n1,2\n\n \t\r\n3,4,5\n",
      "a\n1\n\n2\n",
      "a,b\n1,2\n3,\"4\"5\n6,7\n", "a,b\n1,2\n3,", "a,b\n1,2\n3,nan",
    ])
  func everyCutOfErrors(_ text: String) throws {
    let expected = try #require(failure(text))
    let bytes = Array(text.utf8)
    for size in 1...bytes.count {
      let input = MemoryInput(name: "text", bytes: bytes, pieceByteCount: size)
      let error = ingestError {
        _ = try contents(of: CSVSource(input, options: SourceOptions(), blockByteCount: size))
      }
      #expect(error == expected, "pieces of \(size)")
    }
  }

  @Test(
    "blank lines are not records, wherever the bytes are split",
    arguments: [
      "a,b\n1,2\n\n3,4\n", "\n\na,b\n1,2\n \n\n3,4\n\n", "a,b\r\n1,2\r\n\r\n\r\n3,4\r\n\r\n",
      "a,b\n1,2\n \t \n3,4\n\n ",
      "a\tb\n1\t2\n  \n3\t4", "a,b\n1,\"2\"\n\n\n\"3\",4\n \n", "1,2\n\n3,4", "\n\r\n1,2\n3,4",
      "\u{feff}\n1,2\n \n3,4",
    ])
  func blankLines(_ text: String) throws {
    let bytes = Array(text.utf8)
    let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
    let places = ["1", "3"].compactMap { digit in lines.firstIndex { $0.contains(digit) }.map { $0 + 1 } }
    for size in 1...bytes.count {
      for batchSize in [1, 2, 10] {
        let input = MemoryInput(name: "text", bytes: bytes, pieceByteCount: size)
        let source = try CSVSource(input, options: SourceOptions(), blockByteCount: size)
        let contents = try contents(of: source, batchSize: batchSize)
        #expect(contents.rows == [[1, 2], [3, 4]], "pieces of \(size)")
        #expect(contents.lines == places, "pieces of \(size)")
        #expect(contents.byteOffsets.map { bytes[$0] & 0x7f }.allSatisfy { "13\"".utf8.contains($0) })
      }
    }
  }

  @Test(
    "blank lines of a single column are missing cells, wherever the bytes are split",
    arguments: [
      "x\n1\n\n\n2\n\n", "\n x\r\n1\r\n\r\n  \r\n2\r\n \r\n\r\n", "1\n\n\n2", "\n\n1\n\n\t\n\"2\"\n ",
    ])
  func blankCells(_ text: String) throws {
    let bytes = Array(text.utf8)
    for size in 1...bytes.count {
      for batchSize in [1, 2, 3, 10] {
        let input = MemoryInput(name: "text", bytes: bytes, pieceByteCount: size)
        let source = try CSVSource(input, options: SourceOptions(), blockByteCount: size)
        let contents = try contents(of: source.allowingMissingCells(), batchSize: batchSize)
        #expect(contents.rows.map { $0[0].isNaN ? 0 : $0[0] } == [1, 0, 0, 2], "pieces of \(size)")
        let first = contents.lines[0]
        #expect(contents.lines == [first, first + 1, first + 2, first + 3])
      }
    }
  }

  @Test("texts written with quotes are read back")
  func roundTrip() throws {
    var generator = SeededGenerator(seed: 3)
    let letters = Array("ab,;\"\n\r \té|")
    let names = (0..<200).map { _ in
      String(
        (0..<generator.nextIndex(below: 8)).map { _ in letters[generator.nextIndex(below: letters.count)] })
    }
    let lines = names.map { "\"\($0.replacing("\"", with: "\"\""))\",1\n" }
    let source = try CSVSource(text: "id,x\n" + lines.joined(), options: .with { $0.idColumn = "id" })
    #expect(try contents(of: source).ids == names)
  }

  @Test("a source can be read again, and ids are record numbers without an id column")
  func again() throws {
    let source = try CSVSource(text: "a,b\n1,2\n3,4\n5,6\n7,8")
    let first = try contents(of: source)
    #expect(first.ids == ["1", "2", "3", "4"])
    #expect(try contents(of: source) == first)
  }

  @Test("a reader can be dropped in the middle")
  func dropped() throws {
    let text = (0..<1000).map { "\($0),1\n" }.joined()
    let input = MemoryInput(name: "text", bytes: Array(text.utf8))
    let source = try CSVSource(input, options: SourceOptions(), blockByteCount: 64)
    for _ in 0..<50 {
      let reader = try source.makeReader()
      var batch = RecordBatch(layout: source.layout, capacity: 2)
      #expect(try reader.readBatch(into: &batch))
      #expect(batch.values[..<4] == [0, 1, 1, 1])
    }
  }

  @Test("one record, one column, and 2,000 columns")
  func sizes() throws {
    #expect(try contents(of: CSVSource(text: "1,2\n")).rows == [[1, 2]])
    #expect(try contents(of: CSVSource(text: "x\n1\n2")).rows == [[1], [2]])
    let wide = (0..<2000).map(String.init).joined(separator: ",")
    let source = try CSVSource(text: "\(wide)\n\(wide)\n\(wide)\n")
    #expect(source.layout.width == 2000)
    #expect(try contents(of: source).rows == Array(repeating: (0..<2000).map(Double.init), count: 3))
  }

  @Test("records longer than the sample for detection are read")
  func longRecords() throws {
    let wide = Array(repeating: "1.000000000000", count: 30_000).joined(separator: ",")
    let source = try CSVSource(text: "\(wide)\n\(wide)\n")
    #expect(source.layout.width == 30_000)
    #expect(try contents(of: source).rows.count == 2)
  }

  @Test("columns of a model are found by name, in any order and among others")
  func expectedColumns() throws {
    let options = SourceOptions.with { $0.expectedColumns = ["b", "a"] }
    let source = try CSVSource(text: "a,note,b,c\n1,x,2,3\n4,y,5,6\n", options: options)
    #expect(try contents(of: source).rows == [[2, 1], [5, 4]])
    #expect(source.layout.columns == ["b", "a"])
    #expect(source.layout.notes.contains("2 further columns skipped"))
    let positional = try CSVSource(text: "1,2\n3,4\n", options: options)
    #expect(try contents(of: positional).rows == [[1, 2], [3, 4]])
  }

  @Test("an id or label column that may be missing is ignored")
  func optionalColumns() throws {
    let options = SourceOptions.with {
      $0.labelColumn = "class"
      $0.requiresNamedColumns = false
    }
    #expect(try CSVSource(text: "a,b\n1,2\n", options: options).layout.hasLabels == false)
    #expect(try CSVSource(text: "a,class\n1,2\n", options: options).layout.hasLabels)
  }
}

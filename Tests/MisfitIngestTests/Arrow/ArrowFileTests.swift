import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

/// Bytes of a fixture that pyarrow wrote.
func arrowBytes(_ name: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: fixture("arrow/\(name)"))))
}

/// The cells of Arrow bytes as lines of CSV.
func arrowText(
  _ bytes: [UInt8], piece: Int = .max, options: SourceOptions = SourceOptions()
) throws -> String {
  let input = MemoryInput(name: "x.arrow", bytes: bytes, pieceByteCount: piece)
  let reader = try ArrowInput(table: ArrowFile.table(input, options: options)).open()
  var text: [UInt8] = []
  var block = Array(repeating: UInt8(0), count: 1 << 12)
  while case let count = try reader.read(into: &block, startingAt: 0), count > 0 { text += block[..<count] }
  return String(decoding: text, as: UTF8.self)
}

@Suite("Arrow files and streams")
struct ArrowFileTests {
  @Test(
    "cells of all types have the text that pyarrow's values have",
    arguments: ["types.arrow", "types.arrows", "types-lz4.arrow", "types-zstd.arrow"], [Int.max, 501, 1])
  func types(_ name: String, piece: Int) throws {
    let expected = String(decoding: try arrowBytes("types.csv"), as: UTF8.self)
    #expect(try arrowText(arrowBytes(name), piece: piece) == expected)
  }

  @Test("buffers are decompressed", arguments: ["long-lz4.arrows", "long-zstd.arrows"])
  func compressed(_ name: String) throws {
    let source = try DataSource.open(fixture("arrow/\(name)"))
    #expect(source.layout.columns == ["n", "x"])
    let rows = try contents(of: source, batchSize: 700).rows
    let expected: [[Double]] = (0..<3000).map { row in [Double(row), Double(row % 7) / 4] }
    #expect(rows == expected)
  }

  @Test("a dictionary grows by additions")
  func deltas() throws {
    let words = "a a a a b a b a c dd a b dd a b c e a b c"
    #expect(try firstCells("deltas.arrows") == words)
  }

  @Test("a dictionary is replaced by another")
  func replaced() throws {
    #expect(try firstCells("replaced.arrows") == "a b a b a z a z c c c c")
  }

  /// The cells of the first column of a fixture, separated by spaces.
  private func firstCells(_ name: String) throws -> String {
    let lines = try arrowText(arrowBytes(name)).split(separator: "\n").dropFirst()
    let cells = lines.map { line in line.split(separator: ",")[0].filter { $0 != "\"" } }
    return cells.joined(separator: " ")
  }

  @Test("columns without cells of a table are an error that names the first, unless they are left out")
  func others() throws {
    let path = fixture("arrow/others.arrow")
    let error = try #require(ingestError { _ = try DataSource.open(path) })
    #expect(error.kind == .unsupported(format: "Arrow", detail: "values of the type list"))
    #expect(error.position?.column == "list")
    #expect(error.remedy?.contains("list") == true)
    let names = [
      "list", "structure", "map", "union", "sparse", "runs", "binary", "large binary", "binary view", "fixed",
      "interval", "large list", "list view", "words",
    ]
    let source = try DataSource.open(path, options: .with { $0.ignoredColumns = names })
    #expect(try contents(of: source).rows == [[1.5, 4.5], [2.5, 5.5], [3.5, 7.5]])
    var options = SourceOptions()
    options.expectedColumns = ["last", "first"]
    #expect(try contents(of: DataSource.open(path, options: options)).rows[1] == [5.5, 2.5])
  }

  @Test("lists of the same number of values are samples")
  func tensors() throws {
    let images = try DataSource.open(
      fixture("arrow/images.arrow"), options: .with { $0.idColumn = "id" })
    #expect(images.layout.shape.extents == [2, 3, 1])
    #expect(images.layout.valueKind == .uint8)
    let content = try contents(of: images)
    #expect(content.ids == ["a", "b", "c", "d"])
    #expect(content.rows[2] == [20, 21, 22, 23, 24, 25])
    let rows = try contents(of: DataSource.open(fixture("arrow/lists.arrows"))).rows
    #expect(rows == [[0, 0, 1], [1, 0.5, 1], [2, 1, 1], [3, 1.5, 1]])
  }

  @Test("several files are one table, of any format")
  func several() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("more.csv", "x,n\n1.5,7\n2.5,8\n")
    let paths = [fixture("arrow/long-lz4.arrows"), text, fixture("arrow/long-zstd.arrows")]
    let content = try contents(of: DataSource.open(paths), batchSize: 1000)
    #expect(content.rows.count == 6002)
    #expect(content.rows[3000] == [7, 1.5])
    #expect(content.ids[2999...3001] == ["long-lz4.arrows:3000", "more.csv:1", "more.csv:2"])
    #expect(
      ingestError { _ = try DataSource.open([text, fixture("arrow/lists.arrows")]) }?.kind
        == .partKind("an Arrow table of lists"))
  }

  @Test("a pipe is read once, and compressed as a whole it is decompressed")
  func pipes() throws {
    let folder = try TemporaryFolder()
    let bytes = try arrowBytes("long-lz4.arrows")
    let file = try ByteFile.reading(folder.write("stream", StoredGzip.member(bytes)))
    let table = try ArrowFile.table(StreamedInput(file), options: SourceOptions())
    let source = try DataSource.open(table, options: SourceOptions())
    #expect(try contents(of: source, batchSize: 500).rows.count == 3000)
    #expect(ingestError { _ = try source.makeReader() }?.kind == .streamIsGone)
  }

  @Test("without rows there is an error")
  func empty() {
    #expect(ingestError { _ = try DataSource.open(fixture("arrow/empty.arrow")) }?.kind == .headerOnly)
  }

  @Test("a batch above the memory limit is an error at its message")
  func memory() throws {
    let options = SourceOptions.with { $0.memoryLimitBytes = 15_000 }
    let error = ingestError { _ = try DataSource.open(fixture("arrow/long-zstd.arrows"), options: options) }
    guard case .arrowBatchTooLarge(_, 15_000)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.position?.byteOffset ?? 0 > 0)
  }
}

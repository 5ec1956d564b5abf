import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Opening data by name")
struct DataSourceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("files are recognized by their first bytes")
  func kinds() throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: fixture("images.idx.gz"))))
    let path = try folder.write("odd-name.csv", bytes)
    #expect(try DataSource.open(path) is ArraySource)
    #expect(try DataSource.open(fixture("grey.npy")) is ArraySource)
    #expect(try DataSource.open(fixture("table.csv.gz")) is CSVSource)
    #expect(try DataSource.open(fixture("table.csv.gz")).layout.notes.first == "gzip")
  }

  @Test("random rows come from the seed")
  func random() throws {
    let source = try DataSource.open("random:5x3:42")
    let rows = try contents(of: source).rows
    #expect(rows.count == 5 && rows[0].count == 3)
    #expect(rows.flatMap(\.self).allSatisfy { (0..<1).contains($0) })
    #expect(try contents(of: source, batchSize: 1).rows == rows)
    #expect(try contents(of: DataSource.open("random:5x3", options: .with { $0.seed = 42 })).rows == rows)
    #expect(try contents(of: DataSource.open("random:5x3")).rows != rows)
  }

  @Test(
    "malformed random rows",
    arguments: [
      "random:", "random:5", "random:5x", "random:0x3", "random:5x3x2", "random:-5x3", "random:5x3:x",
      "random:5x3:1:2",
      "random:5x99999999999999999999", "random:5x999999999",
    ])
  func malformedRandom(_ text: String) {
    #expect(ingestError { _ = try DataSource.open(text) }?.kind == .malformedGenerator(text))
  }

  @Test("an unknown name comes with the nearest known one")
  func unknown() throws {
    #expect(
      ingestError { _ = try DataSource.open("digts") }?.kind == .unknownSource("digts", nearest: "digits"))
    let path = try folder.write("pressure.csv", "a\n1\n")
    let wrong = folder.path + "/presure.csv"
    #expect(ingestError { _ = try DataSource.open(wrong) }?.kind == .unknownSource(wrong, nearest: path))
    #expect(
      ingestError { _ = try DataSource.open("zzzzzzzz") }?.kind == .unknownSource("zzzzzzzz", nearest: nil))
  }

  @Test("a file without read permission")
  func permission() throws {
    let path = try folder.write("secret.csv", "a\n1\n")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    guard !FileManager.default.isReadableFile(atPath: path) else { return }
    let error = ingestError { _ = try DataSource.open(path) }
    #expect(error?.kind == .file(FileError(.open, path: path, errorNumber: EACCES)))
  }

  @Test("a folder without a PNG, and a folder where a text is needed")
  func folders() throws {
    try folder.write("notes.txt", "x")
    #expect(ingestError { _ = try DataSource.open(folder.path) }?.kind == .noImages)
    let error = ingestError { _ = try CSVSource(folder.path) }
    #expect(error?.kind == .file(FileError(.open, path: folder.path, errorNumber: EISDIR)))
  }

  @Test("samples of another shape than the model's")
  func shapes() {
    let options = SourceOptions.with { $0.expectedShape = .image(height: 3, width: 5, channels: 1) }
    let error = ingestError { _ = try DataSource.open(fixture("images.idx"), options: options) }
    #expect(
      error?.kind
        == .shapeMismatch(
          expected: .image(height: 3, width: 5, channels: 1), found: .image(height: 3, width: 4, channels: 1))
    )
    let columns = SourceOptions.with { $0.expectedShape = .row(2) }
    #expect(
      ingestError { _ = try DataSource.open("random:2x3", options: columns) }?.kind
        == .columnCount(expected: 2, found: 3))
  }

  @Test("a spool of standard input can be read again, a stream only once")
  func standardInput() throws {
    let text = "a,b\n" + (0..<5000).map { "\($0),1\n" }.joined()
    let path = try folder.write("input.csv", text)
    let spooled = try CSVSource(SpooledInput(copying: .reading(path)), options: SourceOptions())
    #expect(try contents(of: spooled) == contents(of: spooled))
    #expect(try contents(of: spooled).rows.count == 5000)
    let stream = StreamedInput(try .reading(path))
    let streamed = try DataSource.open(stream, options: SourceOptions())
    #expect(try contents(of: streamed) == contents(of: spooled))
    #expect(ingestError { _ = try contents(of: streamed) }?.kind == .streamIsGone)
  }

  @Test("a named pipe is streamed, or spooled if several passes are needed", arguments: [false, true])
  func namedPipe(_ spools: Bool) throws {
    let path = folder.path + "/pipe"
    try #require(unsafe mkfifo(path, 0o600) == 0)
    let writer = Thread { try? Data("a,b\n1,2\n3,4\n".utf8).write(to: URL(fileURLWithPath: path)) }
    writer.start()
    let source = try DataSource.open(path, options: .with { $0.spoolsStandardInput = spools })
    #expect(try contents(of: source).rows == [[1, 2], [3, 4]])
    let again = ingestError { _ = try contents(of: source) }
    #expect(again?.kind == (spools ? nil : .streamIsGone))
  }

  @Test("an empty stream is an error")
  func emptyStream() {
    #expect(ingestError { _ = try DataSource.open("/dev/null") }?.kind == .empty)
  }

  @Test("standard input may be compressed")
  func compressedStandardInput() throws {
    let stream = StreamedInput(try .reading(fixture("table.csv.gz")))
    #expect(try contents(of: DataSource.open(stream, options: SourceOptions())).rows == [[1, 2], [3, 4]])
  }
}

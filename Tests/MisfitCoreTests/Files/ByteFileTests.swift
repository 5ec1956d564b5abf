import Foundation
import MisfitCore
import Testing
import _TestSupport

/// Returns the ``FileError`` that a closure throws.
func fileError(_ body: () throws -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch {
    return error as? FileError
  }
}

@Suite struct ByteFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func contents(_ path: String) throws -> [UInt8] {
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 3, appendingTo: &bytes) > 0 {}
    return bytes
  }

  @Test("written bytes are read again, chunk by chunk")
  func roundTrip() throws {
    let path = folder.file("a")
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try ByteFile.writing(path).write(bytes)
    #expect(try contents(path) == bytes)
    #expect(try ByteFile.reading(path).regularFileSize() == 1000)
    try ByteFile.appending(path).write("end")
    #expect(try contents(path) == bytes + Array("end".utf8))
    try ByteFile.writing(path).write("new")
    #expect(try contents(path) == Array("new".utf8))
  }

  @Test("reading appends bytes and nothing else")
  func readingIntoArrays() throws {
    let file = try ByteFile.reading(try folder.write("abcdef", to: "a"))
    var bytes = Array("x".utf8)
    #expect(try file.read(upTo: 4, appendingTo: &bytes) == 4)
    #expect(bytes == Array("xabcd".utf8))
    #expect(try file.read(into: &bytes, startingAt: 1) == 2)
    #expect(bytes == Array("xefcd".utf8))
    #expect(try file.read(upTo: 4, appendingTo: &bytes) == 0)
    #expect(try file.read(into: &bytes, startingAt: 5) == 0)
    #expect(bytes == Array("xefcd".utf8))
  }

  @Test("a temporary file is written and read, and has no name")
  func temporary() throws {
    let file = try ByteFile.temporary()
    try file.write("hello")
    #expect(try file.regularFileSize() == 5)
    #expect(!file.isTerminal)
  }

  @Test("a device has no size")
  func device() throws { #expect(try ByteFile.reading("/dev/null").regularFileSize() == nil) }

  @Test("a missing file, a missing folder and a directory are refused at once")
  func refused() {
    let missing = folder.file("none")
    #expect(
      fileError { _ = try ByteFile.reading(missing) } == FileError(.open, path: missing, errorNumber: ENOENT))
    let path = folder.path
    #expect(fileError { _ = try ByteFile.reading(path) } == FileError(.open, path: path, errorNumber: EISDIR))
    #expect(
      fileError { _ = try ByteFile.writing(path) } == FileError(.create, path: path, errorNumber: EISDIR))
    let deep = folder.file("none/a")
    #expect(
      fileError { _ = try ByteFile.writing(deep) } == FileError(.create, path: deep, errorNumber: ENOENT))
  }

  @Test("a file without permission is refused", .enabled(if: getuid() != 0, "root ignores permissions"))
  func permission() throws {
    let path = try folder.write("secret", to: "a")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(fileError { _ = try ByteFile.reading(path) }?.errorNumber == EACCES)
    #expect(fileError { _ = try ByteFile.writing(path) }?.errorNumber == EACCES)
  }

  @Test("a file opened to write cannot be read, and the error says so")
  func wrongDirection() throws {
    let file = try ByteFile.writing(folder.file("a"))
    var bytes: [UInt8] = []
    #expect(fileError { try file.read(upTo: 10, appendingTo: &bytes) }?.operation == .read)
    #expect(bytes.isEmpty)
    let other = try ByteFile.reading(folder.file("a"))
    #expect(fileError { try other.write("x") }?.operation == .write)
  }

  #if os(Linux)
    @Test("a full disk is an error of the write")
    func full() throws {
      let file = try ByteFile.writing("/dev/full")
      #expect(
        fileError { try file.write("x") } == FileError(.write, path: "/dev/full", errorNumber: ENOSPC))
    }
  #endif
}

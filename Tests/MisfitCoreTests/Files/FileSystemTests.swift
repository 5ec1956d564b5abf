import Foundation
import MisfitCore
import Testing
import _TestSupport

@Suite struct FileSystemTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("names are sorted by their bytes, without the hidden ones")
  func names() throws {
    for name in ["b", "a", "B", "10", "9", ".hidden", "é"] { _ = try folder.write("", to: name) }
    #expect(try FileSystem.names(in: folder.path) == ["10", "9", "B", "a", "b", "é"])
  }

  @Test("listing a file is an error")
  func namesOfNone() throws {
    let missing = folder.file("none")
    #expect(
      fileError { _ = try FileSystem.names(in: missing) }
        == FileError(.list, path: missing, errorNumber: ENOENT))
    let file = try folder.write("", to: "a")
    #expect(
      fileError { _ = try FileSystem.names(in: file) } == FileError(.list, path: file, errorNumber: ENOTDIR))
  }

  @Test("a folder is created with its parents", arguments: ["a", "a/b/c", "a/b/", "a//b"])
  func makeDirectory(_ name: String) throws {
    let path = folder.file(name)
    try FileSystem.makeDirectory(path)
    #expect(FileSystem.status(of: path)?.isDirectory == true)
    try FileSystem.makeDirectory(path)
  }

  @Test("creating a folder at the path of a file, or below one, is an error")
  func makeDirectoryOverFile() throws {
    let file = try folder.write("x", to: "a")
    #expect(
      fileError { try FileSystem.makeDirectory(file) }
        == FileError(.makeDirectory, path: file, errorNumber: ENOTDIR))
    #expect(fileError { try FileSystem.makeDirectory(file + "/b/c") }?.errorNumber == ENOTDIR)
  }

  @Test("a status describes what exists at a path")
  func status() throws {
    let file = try folder.write("12345", to: "a")
    let status = try #require(FileSystem.status(of: file))
    #expect(status.isRegular && !status.isDirectory && status.size == 5)
    #expect(try #require(FileSystem.status(of: folder.path)).isDirectory)
    #expect(FileSystem.status(of: folder.file("none")) == nil)
    FileSystem.removeFile(file)
    #expect(FileSystem.status(of: file) == nil)
    FileSystem.removeFile(file)
  }

  @Test(
    "the last component",
    arguments: [("a/b.csv", "b.csv"), ("b.csv", "b.csv"), ("a/b/", "b"), ("/", "/"), ("", "")])
  func lastComponent(_ path: String, _ last: String) { #expect(FileSystem.lastComponent(of: path) == last) }

  @Test("an environment variable that is unset or empty is nil")
  func environment() {
    #expect(FileSystem.environment("PATH") != nil)
    #expect(FileSystem.environment("MISFIT_NEVER_SET") == nil)
  }
}

import Foundation
import Testing
import _TestSupport

@testable import MisfitCore

@Suite("A working folder")
struct WorkingFolderTests {
  @Test("is new and empty, and is removed with its content, but not with the targets of its links")
  func lifetime() throws {
    let outside = try TemporaryFolder()
    let kept = try outside.write("kept", to: "kept.txt")
    let path = try WorkingFolder.make()
    #expect(try FileSystem.names(in: path).isEmpty)
    #expect(try WorkingFolder.make() != path)
    try FileSystem.makeDirectory("\(path)/models/deep")
    try OutputFile.write("text".utf8, to: "\(path)/models/deep/a.misfit")
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/link", withDestinationPath: outside.path)
    WorkingFolder.remove(path)
    #expect(FileSystem.status(of: path) == nil)
    #expect(FileSystem.status(of: kept) != nil)
  }
}

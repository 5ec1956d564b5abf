import Foundation
import Testing
import _TestSupport

@testable import MisfitCore

@Suite("Files that are moved to their paths together")
struct StagedFolderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? []
  }

  @Test("appear when they are published, in their folders")
  func published() throws {
    let staged = try StagedFolder(in: folder.path)
    try staged.write([1, 2], to: "a/b/c.png")
    try staged.write([3], to: "d.png")
    #expect(!names.contains("a") && !names.contains("d.png"))
    _ = try folder.write("old", to: "d.png")
    try staged.publish(["a/b/c.png", "d.png"])
    #expect(try readBytes(folder.file("a/b/c.png")) == [1, 2])
    #expect(try readBytes(folder.file("d.png")) == [3])
  }

  @Test("leave nothing when they are not published")
  func dropped() throws {
    do {
      let staged = try StagedFolder(in: folder.path)
      try staged.write([1], to: "a/b.png")
      #expect(names.count == 1)
    }
    #expect(names.isEmpty)
  }

  @Test("of a writer that was killed are removed by the next; those of a living one stay")
  func stale() throws {
    try FileSystem.makeDirectory(folder.file(".misfit-0123.pictures/maps"))
    _ = try folder.write("x", to: ".misfit-0123.pictures/maps/a.png")
    let first = try StagedFolder(in: folder.path)
    #expect(!names.contains(".misfit-0123.pictures") && names.count == 1)
    let second = try StagedFolder(in: folder.path)
    #expect(names.count == 2)
    try first.write([1], to: "a")
    try second.write([2], to: "a")
    try second.publish(["a"])
    try first.publish(["a"])
    #expect(try readBytes(folder.file("a")) == [1])
  }

  @Test("refuse a target that is no folder")
  func refused() throws {
    _ = try folder.write("x", to: "file")
    #expect(throws: FileError.self) { try StagedFolder(in: folder.file("file")) }
  }
}

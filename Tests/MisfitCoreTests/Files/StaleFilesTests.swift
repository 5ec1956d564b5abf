import Foundation
import Testing
import _TestSupport

@testable import MisfitCore

@Suite struct StaleFilesTests {
  private let folder: TemporaryFolder
  private let stale = ".misfit-0123456789abcdef.partial"

  init() throws { folder = try TemporaryFolder() }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test("the next file that is written to a folder removes the files of dead writers")
  func removed() throws {
    _ = try folder.write("half", to: stale)
    try OutputFile.write("new".utf8, to: folder.file("a"))
    #expect(try names == ["a"])
  }

  @Test("a file whose writer lives is left alone")
  func living() throws {
    let path = try folder.write("half", to: stale)
    let descriptor = unsafe open(path, O_RDONLY)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    StaleFiles.remove(in: folder.path)
    #expect(try names == [stale])
  }

  @Test("only regular files under a name of that form are removed, and links are not followed")
  func others() throws {
    let kept = [".misfit-notes", "a.123.1.partial", "x.misfit-0.partial"]
    for name in kept { _ = try folder.write("kept", to: name) }
    let target = try folder.write("kept", to: "target")
    try FileManager.default.createSymbolicLink(atPath: folder.file(stale), withDestinationPath: target)
    try FileSystem.makeDirectory(folder.file(".misfit-1.partial"))
    StaleFiles.remove(in: folder.path)
    #expect(try Set(names) == Set(kept + ["target", stale, ".misfit-1.partial"]))
  }

  @Test("hidden names are all different, and of one length")
  func newPaths() {
    let paths = (0..<100).map { _ in StaleFiles.newPath(in: "f") }
    #expect(Set(paths).count == 100)
    #expect(paths.allSatisfy { $0.hasPrefix("f/.misfit-") && $0.utf8.count == paths[0].utf8.count })
  }
}

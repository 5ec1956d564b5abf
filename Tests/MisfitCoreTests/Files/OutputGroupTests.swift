import Foundation
import MisfitCore
import Testing
import _TestSupport

@Suite struct OutputGroupTests {
  private let folder: TemporaryFolder
  private let names = ["a", "b", "summary"]

  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.file(name), encoding: .utf8)
  }

  private func write(_ text: String, in group: OutputGroup) throws {
    for name in names { try OutputFile.write("\(text) \(name)".utf8, to: folder.file(name), in: group) }
  }

  private func expect(_ text: String) throws {
    for name in names { #expect(try self.text(name) == "\(text) \(name)") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
  }

  @Test("files appear when the group is committed, and replace previous ones")
  func commit() throws {
    for round in ["old", "new"] {
      let group = OutputGroup()
      try write(round, in: group)
      if round == "old" { #expect(try FileSystem.names(in: folder.path).isEmpty) } else { try expect("old") }
      try group.commit()
      try expect(round)
    }
  }

  @Test("files of a group have the permissions of those that they replace")
  func permissions() throws {
    for round in ["old", "new"] {
      let group = OutputGroup()
      try write(round, in: group)
      try group.commit()
      for name in names {
        let path = folder.file(name)
        if round == "old" {
          try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        } else {
          let attributes = try FileManager.default.attributesOfItem(atPath: path)
          #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
      }
    }
  }

  @Test("a group that is dropped leaves the previous files, and no others")
  func drop() throws {
    let first = OutputGroup()
    try write("old", in: first)
    try first.commit()
    try write("new", in: OutputGroup())
    try expect("old")
  }

  @Test(
    "if one file cannot be moved to its path, all previous ones are restored",
    arguments: ["a", "b", "summary"])
  func rollBack(_ name: String) throws {
    let others = names.filter { $0 != name && $0 != "b" }
    for other in others { _ = try folder.write("old", to: other) }
    let group = OutputGroup()
    try write("new", in: group)
    // Meanwhile another program creates a folder of that name, which no file can replace.
    try FileManager.default.createDirectory(
      atPath: folder.file(name) + "/inner", withIntermediateDirectories: true)
    #expect(throws: FileError.self) { try group.commit() }
    for other in others { #expect(try text(other) == "old") }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == (others + [name]).sorted())
  }
}

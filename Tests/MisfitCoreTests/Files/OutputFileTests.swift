import Foundation
import MisfitCore
import Testing
import _TestSupport

@Suite struct OutputFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test("a file appears when it is committed, whole and alone", arguments: [0, 10, 65_535, 65_536, 200_001])
  func commit(_ count: Int) throws {
    let path = folder.file("a")
    let file = try OutputFile(path)
    for start in stride(from: 0, to: count, by: 1000) {
      try file.write(repeatElement(UInt8(ascii: "x"), count: min(1000, count - start)))
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    try file.commit()
    #expect(try text(path) == String(repeating: "x", count: count))
    #expect(try FileSystem.names(in: folder.path) == ["a"])
  }

  @Test("a file that is dropped leaves the previous one, and no other file")
  func drop() throws {
    let path = try folder.write("old", to: "a")
    do {
      let file = try OutputFile(path)
      try file.write(String(repeating: "new", count: 100_000))
    }
    #expect(try text(path) == "old")
    #expect(try FileSystem.names(in: folder.path) == ["a"])
  }

  @Test("a committed file replaces the previous one")
  func replace() throws {
    let path = try folder.write("old", to: "a")
    try OutputFile.write("new".utf8, to: path)
    #expect(try text(path) == "new")
  }

  @Test("a commit that fails leaves the previous file, and no other file")
  func failedCommit() throws {
    let path = folder.file("a")
    do {
      let file = try OutputFile(path)
      try file.write("new")
      // Meanwhile another program creates a folder of that name, which no file can replace.
      try FileManager.default.createDirectory(atPath: path + "/inner", withIntermediateDirectories: true)
      let error = fileError { try file.commit() }
      #expect(error?.operation == .rename)
      #expect(error?.path == path)
    }
    #expect(try FileSystem.names(in: folder.path) == ["a"])
    #expect(try FileSystem.names(in: path) == ["inner"])
  }

  @Test("a link stays a link, and its target is replaced")
  func link() throws {
    let target = try folder.write("old", to: "target")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "target")
    try OutputFile.write("new".utf8, to: folder.file("link"))
    #expect(try text(target) == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "target")
    #expect(FileSystem.resolved(folder.file("link"))?.hasSuffix("/target") == true)
    #expect(FileSystem.resolved(folder.file("none")) == nil)
  }

  @Test("a dangling link is followed", arguments: ["target", "other/target"])
  func danglingLink(_ target: String) throws {
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    if target.contains("/") {
      #expect(fileError { _ = try OutputFile(link) } == FileError(.create, path: link, errorNumber: ENOENT))
      try FileSystem.makeDirectory(folder.file("other"))
    }
    try OutputFile.write("new".utf8, to: link)
    #expect(try text(folder.file(target)) == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
  }

  @Test("cyclic links and names that are too long are refused at once")
  func refusedNames() throws {
    let circle = folder.file("circle")
    try FileManager.default.createSymbolicLink(atPath: circle, withDestinationPath: "circle")
    #expect(fileError { _ = try OutputFile(circle) } == FileError(.create, path: circle, errorNumber: ELOOP))
    let long = folder.file(String(repeating: "n", count: 256))
    #expect(fileError { _ = try OutputFile(long) }?.errorNumber == ENAMETOOLONG)
  }

  @Test("a name may be as long as the system allows", arguments: [230, 239, 255])
  func longName(_ count: Int) throws {
    let path = folder.file(String(repeating: "n", count: count))
    for text in ["old", "new"] { try OutputFile.write(text.utf8, to: path) }
    #expect(try text(path) == "new")
  }

  @Test(
    "a file that replaces another has its permissions", arguments: [0o600, 0o640, 0o444, 0o755])
  func permissionsAreKept(_ permissions: Int) throws {
    let path = try folder.write("old", to: "a")
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    try OutputFile.write("new".utf8, to: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == permissions)
    #expect(try text(path) == "new")
  }

  @Test("a file that replaces another has its owner", .enabled(if: getuid() == 0, "only root may"))
  func ownerIsKept() throws {
    let path = try folder.write("old", to: "a")
    #expect(unsafe chown(path, 12, 34) == 0)
    try OutputFile.write("new".utf8, to: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.ownerAccountID] as? Int == 12 && attributes[.groupOwnerAccountID] as? Int == 34)
  }

  @Test("nothing with a visible name is in the folder while a file is written")
  func hidden() throws {
    let file = try OutputFile(folder.file("a"))
    try file.write(String(repeating: "x", count: 200_000))
    #expect(try FileSystem.names(in: folder.path).isEmpty)
  }

  @Test("two files that are written to one path do not mix")
  func twoAtOnce() throws {
    let path = folder.file("a")
    let (first, second) = (try OutputFile(path), try OutputFile(path))
    try first.write("first, and longer")
    try second.write("second")
    try first.commit()
    #expect(try text(path) == "first, and longer")
    try second.commit()
    #expect(try text(path) == "second")
    #expect(try FileSystem.names(in: folder.path) == ["a"])
  }

  @Test("a directory and a missing folder are refused at once, with the given path")
  func refused() {
    let path = folder.path
    #expect(fileError { _ = try OutputFile(path) } == FileError(.create, path: path, errorNumber: EISDIR))
    let deep = folder.file("none/a")
    #expect(fileError { _ = try OutputFile(deep) } == FileError(.create, path: deep, errorNumber: ENOENT))
  }

  @Test("a folder without permission is refused", .enabled(if: getuid() != 0, "root ignores permissions"))
  func permission() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
    #expect(fileError { _ = try OutputFile(folder.file("a")) }?.errorNumber == EACCES)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
  }

  #if os(Linux)
    @Test("a full disk is an error, and stays one")
    func full() throws {
      let file = try OutputFile("/dev/full")
      try file.write("x")
      let error = FileError(.write, path: "/dev/full", errorNumber: ENOSPC)
      #expect(fileError { try file.flush() } == error)
      #expect(fileError { try file.commit() } == error)
      #expect(fileError { try OutputFile.write([1, 2, 3], to: "/dev/full") } == error)
    }

    @Test("a disk that fills up while a file is written leaves the previous file")
    func fullDisk() async {
      // A limit on the size of a file simulates a full disk; the process with that limit ends with the test.
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        let path = try folder.write("old", to: "a")
        unsafe signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 100_000, rlim_max: 1 << 40)
        try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        do {
          let file = try OutputFile(path)
          let error = fileError {
            try file.write(String(repeating: "x", count: 300_000))
            try file.commit()
          }
          // Part of it was written: even when there is room again, trying again must not commit the rest
          // behind it.
          limit.rlim_cur = 1 << 40
          try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
          let again = fileError { try file.commit() }
          try #require(error == FileError(.write, path: path, errorNumber: EFBIG))
          try #require(again == error)
        }
        try #require(String(contentsOfFile: path, encoding: .utf8) == "old")
        try #require(FileSystem.names(in: folder.path) == ["a"])
      }
    }
  #endif

  @Test("a device is written directly")
  func device() throws {
    try OutputFile.write("x".utf8, to: "/dev/null")
    #expect(try #require(FileSystem.status(of: "/dev/null")).isRegular == false)
  }

  @Test("a dash is standard output")
  func standardOutput() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      try OutputFile.write("to standard output".utf8, to: "-")
      exit(FileSystem.status(of: "-") == nil ? 0 : 1)
    }
    let output = try #require(result).standardOutputContent
    #expect(String(decoding: output, as: UTF8.self).contains("to standard output"))
  }
}

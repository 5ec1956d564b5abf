import Foundation
import MisfitCore
import Testing

@Suite struct FileErrorTests {
  @Test(
    "the message has the file and the problem",
    arguments: [
      (FileError.Operation.open, ENOENT, "no such file"), (.list, ENOENT, "no such file"),
      (.create, ENOENT, "the folder to write into does not exist"), (.open, EISDIR, "is a directory"),
      (.makeDirectory, ENOTDIR, "is a file where a directory"), (.create, EACCES, "no permission to write"),
      (.open, EACCES, "no permission to read"), (.write, ENOSPC, "the disk is full"),
      (.create, EROFS, "no permission"),
      (.write, EPIPE, "cannot write: "), (.makeDirectory, EIO, "cannot create the directory: "),
    ])
  func sentences(_ operation: FileError.Operation, _ number: Int32, _ text: String) {
    let description = FileError(operation, path: "in/a.csv", errorNumber: number).description
    #expect(description.hasPrefix("in/a.csv: \(text)"), "\(description)")
  }

  @Test("a standard stream is called by its name")
  func streams() {
    #expect(FileError(.write, path: "-", errorNumber: ENOSPC).description.hasPrefix("standard output: "))
    #expect(FileError(.read, path: "-", errorNumber: EIO).description.hasPrefix("standard input: "))
  }
}

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file operation that the system refused.
package struct FileError: DiagnosableError, Hashable {
  /// A kind of file operation.
  package enum Operation: String, Hashable, Sendable {
    case open
    case create
    case read
    case write
    case rename
    case list
    case makeDirectory
    case compress
  }

  /// The operation that was refused.
  package var operation: Operation
  /// The path as the user gave it.
  package var path: String
  /// The system's error number.
  package var errorNumber: Int32

  /// Creates an error.
  package init(_ operation: Operation, path: String, errorNumber: Int32) {
    self.operation = operation
    self.path = path
    self.errorNumber = errorNumber
  }

  /// The text of the error, with a remedy for the common cases.
  package var diagnosis: Diagnosis {
    let position = InputPosition(source: place)
    switch (errorNumber, operation) {
    case (ENOENT, .open), (ENOENT, .list), (ENOENT, .read):
      return Diagnosis("no such file", at: position, remedy: "check the path; `-` means standard input")
    case (ENOENT, _):
      return Diagnosis(
        "the folder to write into does not exist", at: position, remedy: "create it first, or choose another")
    case (EISDIR, _):
      return Diagnosis(
        "is a directory where a file is needed", at: position,
        remedy: "choose a file inside it")
    case (ENOTDIR, _):
      return Diagnosis("is a file where a directory is needed", at: position, remedy: "choose a directory")
    case (EACCES, .create), (EACCES, .write), (EACCES, .makeDirectory), (EACCES, .rename), (EROFS, _),
      (EPERM, _):
      return Diagnosis(
        "no permission to write there", at: position,
        remedy: "choose another path, or change the permissions")
    case (EACCES, _):
      return Diagnosis("no permission to read it", at: position, remedy: "check its permissions (`ls -l`)")
    case (EBADF, .create) where path == "-":
      return Diagnosis("is closed", at: position, remedy: "write to a file, such as scores.csv")
    case (ENAMETOOLONG, _):
      return Diagnosis(
        "the name is longer than the file system allows", at: position, remedy: "choose a shorter name")
    case (ELOOP, _):
      return Diagnosis(
        "its symbolic links form a cycle", at: position,
        remedy: "give the path of the file itself")
    case (ENOSPC, _), (EDQUOT, _):
      return Diagnosis(
        "the disk is full", at: position,
        remedy: "free some space, or write to another disk")
    case (_, .compress):
      return Diagnosis(
        "the library that compresses to zstd is not installed", at: position,
        remedy: "install it (`apt-get install libzstd1`, `brew install zstd`), or write to a path with .gz")
    default:
      return Diagnosis("cannot \(verb): \(Self.systemText(errorNumber))", at: position)
    }
  }

  /// The path, or the name of the stream for `-`.
  private var place: String {
    guard path == "-" else { return path }
    return operation == .open || operation == .read ? "standard input" : "standard output"
  }

  private var verb: String { operation == .makeDirectory ? "create the directory" : operation.rawValue }

  private static func systemText(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Why the system refused an operation on a file.
public struct FileError: DiagnosableError, Hashable {
  /// What was being done.
  public enum Operation: String, Hashable, Sendable {
    case open
    case create
    case read
    case write
    case rename
    case list
    case makeDirectory
  }

  /// What was being done when the system refused.
  public var operation: Operation
  /// The path as the user gave it.
  public var path: String
  /// The system's error number.
  public var errorNumber: Int32

  /// Makes an error.
  public init(_ operation: Operation, path: String, errorNumber: Int32) {
    self.operation = operation
    self.path = path
    self.errorNumber = errorNumber
  }

  /// The sentence, with a way out for the common cases.
  public var diagnosis: Diagnosis {
    let position = InputPosition(source: place)
    switch (errorNumber, operation) {
    case (ENOENT, .open), (ENOENT, .list), (ENOENT, .read):
      return Diagnosis("no such file", at: position, remedy: "check the path; `-` means standard input")
    case (ENOENT, _):
      return Diagnosis(
        "the folder to write into does not exist", at: position, remedy: "make it first, or name another")
    case (EISDIR, _):
      return Diagnosis("is a directory where a file is needed", at: position, remedy: "name a file inside it")
    case (ENOTDIR, _):
      return Diagnosis("is a file where a directory is needed", at: position, remedy: "name a directory")
    case (EACCES, .create), (EACCES, .write), (EACCES, .makeDirectory), (EACCES, .rename), (EROFS, _),
      (EPERM, _):
      return Diagnosis(
        "no permission to write here", at: position, remedy: "name another place, or change the permissions")
    case (EACCES, _):
      return Diagnosis("no permission to read this", at: position, remedy: "check its permissions (`ls -l`)")
    case (EBADF, .create) where path == "-":
      return Diagnosis("is closed", at: position, remedy: "write to a file, such as scores.csv")
    case (ENAMETOOLONG, _):
      return Diagnosis(
        "the name is longer than the file system allows", at: position, remedy: "give a shorter name")
    case (ELOOP, _):
      return Diagnosis("links lead round in a circle", at: position, remedy: "name the file itself")
    case (ENOSPC, _), (EDQUOT, _):
      return Diagnosis(
        "the disk is full", at: position,
        remedy: "free some space, or write elsewhere")
    default:
      return Diagnosis("cannot \(verb): \(Self.systemText(errorNumber))", at: position)
    }
  }

  /// The path, or what `-` stands for.
  private var place: String {
    guard path == "-" else { return path }
    return operation == .open || operation == .read ? "standard input" : "standard output"
  }

  private var verb: String { operation == .makeDirectory ? "make the directory" : operation.rawValue }

  private static func systemText(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}

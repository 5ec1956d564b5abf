#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program that the system did not start.
package struct ChildProcessError: DiagnosableError, Hashable {
  /// The program's name or path.
  package var program: String
  /// The system's error number.
  package var errorNumber: Int32

  /// Whether the program does not exist.
  package var isNotFound: Bool { errorNumber == ENOENT }

  /// The text of the error.
  package var diagnosis: Diagnosis {
    isNotFound
      ? Diagnosis("there is no program \(program)", remedy: "install it, or add its folder to PATH")
      : Diagnosis("the program \(program) cannot be started: \(systemText)")
  }

  private var systemText: String {
    guard let text = unsafe strerror(errorNumber) else { return "error \(errorNumber)" }
    return unsafe String(cString: text)
  }
}

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Unique names for temporary files.
enum TemporaryName {
  /// Calls `create` with a template of a unique name in `TMPDIR`, or `/tmp` if that is unset.
  ///
  /// `create` passes the template (a C string that ends in six `X`) to a system call such as `mkstemp`, and
  /// returns nil if that failed.
  ///
  /// - Throws: ``FileError`` with the system's reason.
  static func make<Made>(
    _ create: (UnsafeMutablePointer<CChar>) -> Made?
  ) throws(FileError) -> (made: Made, path: String) {
    let folder = FileSystem.temporaryDirectory
    var name = Array("\(folder)/misfit-\(String(repeating: "X", count: 6))".utf8CString)
    let made = unsafe name.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.flatMap { unsafe create($0) }
    }
    guard let made else { throw FileError(.create, path: folder, errorNumber: errno) }
    return (made, String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}

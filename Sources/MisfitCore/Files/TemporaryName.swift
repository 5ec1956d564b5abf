#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// New names among the temporary files.
enum TemporaryName {
  /// Lets `create` make something under a name that nobody has, in `TMPDIR`, else `/tmp`; the system puts letters of
  /// its own in place of the last six.
  ///
  /// `create` gets the name as C has it, and gives nil where it failed.
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

import MisfitCore

/// The destination of the lines of a stream: standard output, or a file that is continued after a restart.
final class WatchOutput {
  private let file: ByteFile
  /// The number of bytes in the file; nil for standard output and devices.
  private(set) var byteCount: Int?

  /// Opens the destination; a file keeps its first `byteCount` bytes, all of them if that is nil.
  ///
  /// - Throws: ``FileError``.
  init(_ path: String, keeping byteCount: Int?) throws(FileError) {
    guard path != "-" else {
      file = .standardOutput
      return
    }
    file = try .updating(path)
    guard let size = try file.regularFileSize() else { return }
    self.byteCount = min(byteCount ?? size, size)
    try file.truncate(toByteCount: self.byteCount ?? 0)
  }

  /// Writes lines at once.
  ///
  /// - Throws: ``FileError``.
  func write(_ lines: [UInt8]) throws(FileError) {
    guard !lines.isEmpty else { return }
    guard let byteCount else { return try file.write(lines) }
    try file.write(lines, atByteOffset: byteCount)
    self.byteCount = byteCount + lines.count
  }
}

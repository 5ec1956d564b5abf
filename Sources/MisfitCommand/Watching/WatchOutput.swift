import MisfitCore

/// The destination of the lines of a stream: standard output, or a file that is continued after a restart.
final class WatchOutput {
  /// A file of lines, so that a restart does not shorten another one.
  struct Place: Codable, Hashable {
    /// The path as it was given.
    var path: String
    /// The identity of the file.
    var identity: FileIdentity
  }

  private let file: ByteFile
  /// The output file; nil for standard output and devices.
  private(set) var place: Place?
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
    place = file.identity.map { Place(path: path, identity: $0) }
    self.byteCount = min(byteCount ?? size, size)
    try file.truncate(toByteCount: self.byteCount ?? 0)
  }

  /// Throws if a path is a file with content that is not the output of a state.
  ///
  /// - Throws: ``ArgumentError``.
  static func check(_ path: String, isOutputOf position: WatchPosition) throws(ArgumentError) {
    guard path != "-", let status = FileSystem.status(of: path), status.isRegular, status.size > 0 else {
      return
    }
    guard position.output?.identity != FileSystem.identity(of: path) else { return }
    let stored = position.output.map { "writes to \($0.path)" } ?? "writes to standard output"
    throw ArgumentError(
      .conflict(
        "\(path) exists, and is not the output of the state, which \(stored)",
        remedy: "choose a path that does not exist, or another state file"))
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

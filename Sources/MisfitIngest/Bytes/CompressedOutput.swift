import MisfitCore

/// A file that is compressed if its name ends in `.gz` or `.zst`.
package final class CompressedOutput {
  private let file: OutputFile
  private let encoder: (any StreamEncoder)?

  /// Begins a file, which appears together with the others of a group if there is one.
  ///
  /// - Throws: ``FileError`` if the path cannot be written, and ``FileError`` of an unsupported operation if
  ///   the library that compresses is not installed.
  package init(_ path: String, in group: OutputGroup? = nil) throws(FileError) {
    file = try OutputFile(path, in: group)
    switch Self.format(path) {
    case .gzip: encoder = Deflater()
    case .zstd:
      guard let encoder = LibraryEncoder() else { throw FileError(.compress, path: path, errorNumber: 0) }
      self.encoder = encoder
    default: encoder = nil
    }
  }

  /// Returns the format that a name ends with: `.gz` or `.zst`; nil for others.
  package static func format(_ path: String) -> CompressionFormat? {
    let name = path.lowercased()
    return name.hasSuffix(".gz") ? .gzip : name.hasSuffix(".zst") ? .zstd : nil
  }

  /// Returns a name without the ending of a compression.
  package static func name(_ path: String) -> String {
    format(path).map { String(path.dropLast($0 == .gzip ? 3 : 4)) } ?? path
  }

  /// Whether the bytes go to a regular file, rather than to a pipe or a device.
  package var isRegular: Bool { file.isRegular }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    guard let encoder else { return try file.write(bytes) }
    try encode(bytes, encoder, ends: false)
  }

  /// Completes the file and moves it to its path.
  ///
  /// - Throws: ``FileError``.
  package func commit() throws(FileError) {
    if let encoder { try encode([], encoder, ends: true) }
    try file.commit()
  }

  private func encode(_ bytes: [UInt8], _ encoder: any StreamEncoder, ends: Bool) throws(FileError) {
    var input = 0..<bytes.count
    var output = Array(repeating: UInt8(0), count: 1 << 16)
    while true {
      var room = 0..<output.count
      guard let isDone = encoder.encode(bytes, &input, into: &output, &room, ends: ends) else {
        throw FileError(.compress, path: file.path, errorNumber: 0)
      }
      try file.write(output[..<room.lowerBound])
      if isDone { return }
    }
  }
}

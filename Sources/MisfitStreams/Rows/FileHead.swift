import MisfitCore

/// The first bytes of a file, which distinguish it from another one with the same identity: numbers of
/// deleted files are used again, and a file can be overwritten.
package struct FileHead: Hashable, Sendable, Codable {
  /// The number of bytes.
  package var byteCount: Int
  /// Their FNV-1a hash.
  package var hash: UInt64

  /// The number of bytes that are compared.
  static let byteLimit = 256

  /// Reads the first bytes of a file; nil if there are none, or if they cannot be read.
  init?(_ file: ByteFile, byteCount: Int) {
    guard byteCount > 0, byteCount <= Self.byteLimit else { return nil }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    guard let count = try? file.read(into: &bytes, 0, byteCount, atByteOffset: 0), count == byteCount else {
      return nil
    }
    hash = bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    self.byteCount = byteCount
  }

  /// Returns whether a file begins with these bytes.
  func begins(_ file: ByteFile) -> Bool { FileHead(file, byteCount: byteCount) == self }
}

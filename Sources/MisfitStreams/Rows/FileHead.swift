import MisfitCore

/// The first bytes of a file, and the last ones that were read, which distinguish it from another one with
/// the same identity: numbers of deleted files are used again, and a file can be overwritten.
package struct FileHead: Hashable, Sendable, Codable {
  /// The number of bytes.
  package var byteCount: Int
  /// Their FNV-1a hash.
  package var hash: UInt64
  /// The end of the last bytes that were read; nil in states of earlier versions.
  package var tailEnd: Int?
  /// The FNV-1a hash of the last bytes that were read, as many as ``byteLimit``.
  package var tailHash: UInt64?

  /// The number of bytes that are compared.
  static let byteLimit = 256

  /// Reads the first bytes of a file, and the last ones before `end`; nil if there are none, or if they
  /// cannot be read.
  init?(_ file: ByteFile, upTo end: Int) {
    let count = min(end, Self.byteLimit)
    guard let hash = Self.hash(of: file, 0..<count), let tail = Self.hash(of: file, end - count..<end) else {
      return nil
    }
    (byteCount, self.hash) = (count, hash)
    (tailEnd, tailHash) = (end, tail)
  }

  private static func hash(of file: ByteFile, _ range: Range<Int>) -> UInt64? {
    guard !range.isEmpty, range.count <= byteLimit else { return nil }
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count = try? file.read(into: &bytes, 0, range.count, atByteOffset: range.lowerBound)
    guard count == range.count else { return nil }
    return bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }

  /// Returns whether a file begins with these bytes.
  func begins(_ file: ByteFile) -> Bool {
    byteCount > 0 && Self.hash(of: file, 0..<byteCount) == hash
  }

  /// Returns whether a file begins with these bytes and has the last ones in their place: it is a copy.
  func isCopied(in file: ByteFile) -> Bool {
    guard let tailEnd, let tailHash, tailEnd >= byteCount, begins(file) else { return false }
    return Self.hash(of: file, tailEnd - min(tailEnd, Self.byteLimit)..<tailEnd) == tailHash
  }
}

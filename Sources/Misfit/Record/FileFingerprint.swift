import MisfitCore
import MisfitIngest

/// A fingerprint of a data file: its size and a digest of its beginning.
///
/// A model stores it, so that the data it was fitted on is recognized under any name.
package struct FileFingerprint: Sendable, Codable, Hashable {
  /// The file's size in bytes.
  package var byteCount: Int
  /// The SHA-256 of its first ``digestedByteCount`` bytes, in hexadecimal.
  package var digest: String

  /// The number of bytes that are digested.
  static let digestedByteCount = 1 << 20

  /// Creates the fingerprint of a file; nil for anything but a readable regular file.
  package init?(path: String) {
    guard let found = try? Self.of(path) else { return nil }
    self = found
  }

  private init(byteCount: Int, digest: SHA256.Digest) {
    self.byteCount = byteCount
    self.digest = digest.description
  }

  /// Returns the fingerprint of a file; nil for anything but a regular file.
  ///
  /// - Throws: ``FileError`` if the file cannot be read.
  private static func of(_ path: String) throws(FileError) -> FileFingerprint? {
    guard let status = FileSystem.status(of: path), status.isRegular else { return nil }
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    // A folder may contain many small files, so no buffer is larger than its file.
    let wanted = min(status.size, digestedByteCount)
    while bytes.count < wanted {
      if try file.read(upTo: wanted - bytes.count, appendingTo: &bytes) == 0 { break }
    }
    var hash = SHA256()
    hash.update(bytes.span)
    return FileFingerprint(byteCount: status.size, digest: hash.digest)
  }
}

extension FileFingerprint {
  /// Returns the fingerprint of several files in order, which for a single file is its own; nil if one is no
  /// regular file.
  ///
  /// - Throws: ``FileError`` if a file cannot be read.
  static func of(_ paths: [String]) throws(FileError) -> FileFingerprint? {
    var all: [FileFingerprint] = []
    for path in paths {
      guard let found = try of(path) else { return nil }
      all.append(found)
    }
    guard all.count > 1 else { return all.first }
    var hash = SHA256()
    hash.update(Array(all.map { "\($0.byteCount) \($0.digest)\n" }.joined().utf8).span)
    return FileFingerprint(byteCount: all.reduce(0) { $0 + $1.byteCount }, digest: hash.digest)
  }
}

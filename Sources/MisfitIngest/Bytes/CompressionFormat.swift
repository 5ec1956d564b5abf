/// The compression of a stream of bytes.
package enum CompressionFormat: String, Hashable, Sendable, CaseIterable {
  case gzip
  case bzip2
  case xz
  case zstd
  case lz4
  /// A member of a ZIP archive.
  case zip = "ZIP"

  /// Returns the format that bytes begin with; nil for any other bytes.
  package init?(beginning bytes: [UInt8]) {
    if bytes.starts(with: [0x1f, 0x8b]) {
      self = .gzip
    } else if bytes.starts(with: Array("BZh".utf8)), bytes.count >= 10, Self.isBzip2Block(bytes[3..<10]) {
      self = .bzip2
    } else if bytes.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) {
      self = .xz
    } else if bytes.count >= 4, Self.isZstdFrame(bytes[0], bytes[1..<4]) {
      self = .zstd
    } else if bytes.starts(with: [0x04, 0x22, 0x4d, 0x18]) {
      self = .lz4
    } else {
      return nil
    }
  }

  /// The number of bytes that ``init(beginning:)`` needs.
  static let beginningByteCount = 10

  /// Returns whether bytes are a level and the first block, or the end of an empty stream: `BZh` alone could
  /// begin a text.
  private static func isBzip2Block(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let level = bytes.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(level) else {
      return false
    }
    let rest = Array(bytes.dropFirst())
    return rest == [0x31, 0x41, 0x59, 0x26, 0x53, 0x59] || rest == [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]
  }

  /// Returns whether bytes are a frame of data, or one that is skipped.
  private static func isZstdFrame(_ first: UInt8, _ rest: ArraySlice<UInt8>) -> Bool {
    (first == 0x28 && Array(rest) == [0xb5, 0x2f, 0xfd])
      || (first & 0xf0 == 0x50 && Array(rest) == [0x2a, 0x4d, 0x18])
  }

  /// Returns whether a byte can begin another stream after the first.
  func canBegin(with byte: UInt8) -> Bool {
    switch self {
    case .gzip, .zip: byte == 0x1f
    case .bzip2: byte == UInt8(ascii: "B")
    case .xz: byte == 0xfd
    case .zstd: byte == 0x28 || byte & 0xf0 == 0x50
    case .lz4: byte == 0x04 || byte & 0xf0 == 0x50
    }
  }

  /// The command that decompresses to standard output.
  package var command: String {
    switch self {
    case .gzip: "gzip -dc"
    case .bzip2: "bzip2 -dc"
    case .xz: "xz -dc"
    case .zstd: "zstd -dc"
    case .lz4: "lz4 -dc"
    case .zip: "unzip -p"
    }
  }

  /// The command that checks for damage.
  var testCommand: String { self == .zip ? "unzip -t" : "\(self) -t" }

  /// The package with the library for Debian and Ubuntu, and for Homebrew; nil for formats that zlib reads.
  var packages: (debian: String, homebrew: String)? {
    switch self {
    case .gzip, .zip: nil
    case .bzip2: ("libbz2-1.0", "bzip2")
    case .xz: ("liblzma5", "xz")
    case .zstd: ("libzstd1", "zstd")
    case .lz4: ("liblz4-1", "lz4")
    }
  }
}

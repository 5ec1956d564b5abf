import MisfitCore

/// The chunks of a PNG, located without decoding.
///
/// A chunk is a length, four letters, the data and a checksum (PNG Specification, section 5.3).
struct PNGChunks {
  struct Chunk: Equatable {
    let name: String
    /// The offset of the length field.
    let start: Int
    let dataRange: Range<Int>
    /// The offset after the checksum.
    var end: Int { dataRange.upperBound + 4 }
  }

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  let bytes: [UInt8]
  let path: String

  /// Checks the signature.
  init(_ bytes: [UInt8], path: String) throws(ImageError) {
    self.bytes = bytes
    self.path = path
    let start = bytes.prefix(Self.signature.count)
    if bytes.isEmpty { throw ImageError(.empty, at: InputPosition(source: path)) }
    guard Self.signature.starts(with: start) else {
      throw ImageError(.notPNG, at: InputPosition(source: path))
    }
    guard start.count == Self.signature.count else { throw error(.truncated, at: bytes.count) }
  }

  /// Returns the chunk at an offset; one that runs past the end is an error.
  func chunk(at start: Int) throws(ImageError) -> Chunk {
    guard start + 8 <= bytes.count else { throw error(.truncated, at: bytes.count) }
    let letters = bytes[start + 4..<start + 8]
    guard letters.allSatisfy({ (65...90).contains($0 & 0xDF) }) else {
      throw error(.corrupted("a chunk's name is not four letters"), at: start + 4)
    }
    let name = String(decoding: letters, as: UTF8.self)
    let length = number(at: start)
    guard length <= 0x7FFF_FFFF else {
      throw error(.corrupted("the chunk \(name) has an impossible length"), at: start)
    }
    guard length + 12 <= bytes.count - start else { throw error(.truncated, at: bytes.count) }
    return Chunk(name: name, start: start, dataRange: start + 8..<start + 8 + length)
  }

  /// Returns all chunks up to the closing one; bytes after it are ignored.
  func all() throws(ImageError) -> [Chunk] {
    var chunks: [Chunk] = []
    var start = Self.signature.count
    while chunks.last?.name != "IEND" {
      let next = try chunk(at: start)
      chunks.append(next)
      start = next.end
    }
    return chunks
  }

  /// Returns the four bytes at an offset, most significant first.
  func number(at start: Int) -> Int {
    bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Whether the stored checksum is that of the name and the data.
  func isIntact(_ chunk: Chunk) -> Bool {
    number(at: chunk.dataRange.upperBound)
      == Int(PNGChecksum.of(bytes[chunk.start + 4..<chunk.dataRange.upperBound]))
  }

  func error(_ kind: ImageError.Kind, at byteOffset: Int) -> ImageError {
    ImageError(kind, at: InputPosition(source: path, byteOffset: byteOffset))
  }
}

/// The CRC-32 of PNG's chunks (PNG Specification, annex D), bit by bit: for short data and rare errors.
enum PNGChecksum {
  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var remainder: UInt32 = .max
    for byte in bytes {
      remainder ^= UInt32(byte)
      for _ in 0..<8 { remainder = remainder & 1 == 1 ? 0xEDB8_8320 ^ (remainder >> 1) : remainder >> 1 }
    }
    return ~remainder
  }
}

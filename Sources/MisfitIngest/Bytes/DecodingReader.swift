import MisfitCore

/// Converts a text of another encoding to UTF-8.
final class DecodingReader: ByteReader, @unchecked Sendable {
  private let encoded: any ByteReader
  private let name: String
  private let encoding: TextEncoding
  private let upperHalf: [Unicode.Scalar]?
  /// Whether the bytes are only the beginning of a text, so that a character may be cut off at their end.
  private let isBeginning: Bool
  private var isBigEndian: Bool?
  private var block: [UInt8] = Array(repeating: 0, count: 1 << 16)
  /// The number of encoded bytes of the block that belong to an incomplete character.
  private var leftCount = 0
  private var decoded: [UInt8] = []
  private var position = 0
  /// The number of encoded bytes before the block.
  private var blockOffset = 0
  private var isAtEnd = false

  init(_ encoded: any ByteReader, _ encoding: TextEncoding, name: String, isBeginning: Bool = false) {
    self.encoded = encoded
    self.name = name
    self.encoding = encoding
    self.isBeginning = isBeginning
    upperHalf = encoding.upperHalf
    switch encoding {
    case .utf16LittleEndian: isBigEndian = false
    case .utf16BigEndian: isBigEndian = true
    default: isBigEndian = nil
    }
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    while position == decoded.count {
      if isAtEnd { return 0 }
      try refill()
    }
    let count = min(decoded.count - position, bytes.count - start)
    bytes.replaceSubrange(start..<start + count, with: decoded[position..<position + count])
    position += count
    return count
  }

  private func refill() throws(IngestError) {
    (decoded, position) = ([], 0)
    let count = try encoded.read(into: &block, startingAt: leftCount)
    let end = leftCount + count
    if count == 0 {
      isAtEnd = true
      if leftCount > 0, !isBeginning { throw invalid(block[..<leftCount], at: 0) }
      return
    }
    let used = try upperHalf == nil ? decodeUTF16(end) : decodeBytes(end)
    leftCount = end - used
    block.replaceSubrange(0..<leftCount, with: block[used..<end])
    blockOffset += used
  }

  private func decodeBytes(_ end: Int) throws(IngestError) -> Int {
    guard let upperHalf else { return end }
    for index in 0..<end {
      let byte = block[index]
      guard byte >= 0x80 else {
        decoded.append(byte)
        continue
      }
      let scalar = upperHalf[Int(byte) - 0x80]
      guard scalar != "\u{FFFD}" else { throw invalid(block[index...index], at: index) }
      decoded.append(contentsOf: String(scalar).utf8)
    }
    return end
  }

  private func decodeUTF16(_ end: Int) throws(IngestError) -> Int {
    var at = 0
    while at + 2 <= end {
      if isBigEndian == nil { isBigEndian = Self.isBigEndian(block[..<end]) }
      let unit = unit(at)
      var (value, length) = (UInt32(unit), 2)
      if unit & 0xF800 == 0xD800 {
        guard unit < 0xDC00 else { throw invalid(block[at..<at + 2], at: at) }
        guard at + 4 <= end else { break }
        let low = self.unit(at + 2)
        guard low & 0xFC00 == 0xDC00 else { throw invalid(block[at..<at + 2], at: at) }
        (value, length) = (0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF)), 4)
      }
      let isMark = value == 0xFEFF && blockOffset + at == 0
      if !isMark, let scalar = Unicode.Scalar(value) { decoded.append(contentsOf: String(scalar).utf8) }
      at += length
    }
    return at
  }

  private func unit(_ at: Int) -> UInt16 {
    let (first, second) = (UInt16(block[at]), UInt16(block[at + 1]))
    return isBigEndian == true ? first << 8 | second : second << 8 | first
  }

  /// Returns whether the high byte comes first: by the byte order mark, otherwise by the zeros of ASCII
  /// characters.
  private static func isBigEndian(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.starts(with: [0xFE, 0xFF]) { return true }
    if bytes.starts(with: [0xFF, 0xFE]) { return false }
    let zeros = bytes.prefix(4096).enumerated().filter { $0.element == 0 }
    return zeros.count { $0.offset % 2 == 0 } * 2 > zeros.count
  }

  private func invalid(_ bytes: ArraySlice<UInt8>, at index: Int) -> IngestError {
    let kind = IngestError.Kind.invalidEncoding(encoding, bytes: Array(bytes))
    return IngestError(kind, at: InputPosition(source: name, byteOffset: blockOffset + index))
  }
}

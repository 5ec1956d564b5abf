import MisfitIngest

/// The conversion of the bytes of a stream to UTF-8 whose lines end with line feeds.
///
/// Characters that cannot be read become U+FFFD: they never stop a stream. Each character of the result
/// belongs to a known number of bytes of the stream, so that positions can be converted back.
package struct StreamDecoder: Sendable {
  /// What was found at the beginning of a stream.
  package struct Format: Sendable, Hashable, Codable {
    /// The name of the encoding; nil for UTF-8.
    var encoding: String?
    /// Whether lines end with carriage returns alone.
    var hasReturns = false
  }

  /// The format; nil before the first bytes.
  package private(set) var format: Format?
  /// The name of the encoding that was asked for.
  private let chosen: String?
  private var encoding: TextEncoding?
  private var upperHalf: [Unicode.Scalar]?
  /// The bytes of an incomplete character.
  private var pending: [UInt8] = []

  /// Creates a decoder, in a known format if a stream is continued.
  package init(encoding: String?, format: Format? = nil) {
    chosen = encoding
    if let format { use(format) }
  }

  /// Begins another file.
  package mutating func beginFile() { (format, pending) = (nil, []) }

  /// Returns bytes as UTF-8.
  package mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
    if format == nil {
      use(Self.encoding(of: bytes, chosen))
      let isReturn: (UInt8) -> Bool = { $0 == UInt8(ascii: "\r") }
      let text = converted(bytes)
      pending = []
      let hasReturns = !text.contains(UInt8(ascii: "\n")) && text.dropLast().contains(where: isReturn)
      format?.hasReturns = hasReturns
    }
    var text = converted(bytes)
    if format?.hasReturns == true {
      for index in text.indices where text[index] == UInt8(ascii: "\r") { text[index] = UInt8(ascii: "\n") }
    }
    return text
  }

  /// Returns the number of bytes of the stream that became the last characters, with those of an incomplete
  /// one.
  package func byteCount(of text: [UInt8]) -> Int {
    guard let encoding, encoding != .utf8 else { return text.count }
    let unitByteCount = upperHalf == nil ? 2 : 1
    return text.reduce(pending.count) { count, byte in
      // Characters of four bytes have two units in UTF-16.
      count + (byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 && upperHalf == nil ? 4 : unitByteCount)
    }
  }

  private mutating func use(_ format: Format) {
    self.format = format
    encoding = format.encoding.flatMap { TextEncoding(rawValue: $0) }
    upperHalf = encoding?.upperHalf
  }

  /// Returns the encoding of the beginning of a stream.
  private static func encoding(of bytes: [UInt8], _ chosen: String?) -> Format {
    let mark: TextEncoding? =
      bytes.starts(with: [0xFF, 0xFE])
      ? .utf16LittleEndian : bytes.starts(with: [0xFE, 0xFF]) ? .utf16BigEndian : nil
    guard let chosen, let encoding = TextEncoding(rawValue: chosen) else {
      return Format(encoding: mark?.rawValue)
    }
    guard encoding == .utf16 else { return Format(encoding: encoding == .utf8 ? nil : chosen) }
    let isBigEndian = bytes.count > 1 && bytes[0] == 0 && bytes[1] != 0
    return Format(encoding: (mark ?? (isBigEndian ? .utf16BigEndian : .utf16LittleEndian)).rawValue)
  }

  private mutating func converted(_ bytes: [UInt8]) -> [UInt8] {
    guard let encoding, encoding != .utf8 else { return bytes }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    if let upperHalf {
      for byte in bytes {
        if byte < 0x80 { text.append(byte) } else { text += String(upperHalf[Int(byte) - 0x80]).utf8 }
      }
      return text
    }
    return utf16Converted(pending + bytes, isBigEndian: encoding == .utf16BigEndian)
  }

  private mutating func utf16Converted(_ bytes: [UInt8], isBigEndian: Bool) -> [UInt8] {
    func unit(_ at: Int) -> UInt32 {
      let (first, second) = (UInt32(bytes[at]), UInt32(bytes[at + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    var text: [UInt8] = []
    var at = 0
    while at + 2 <= bytes.count {
      var (value, length) = (unit(at), 2)
      if value & 0xFC00 == 0xD800 {
        guard at + 4 <= bytes.count else { break }
        let low = unit(at + 2)
        if low & 0xFC00 == 0xDC00 { (value, length) = (0x10000 + ((value & 0x3FF) << 10 | low & 0x3FF), 4) }
      }
      text += String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8
      at += length
    }
    pending = Array(bytes[at...])
    return text
  }
}

extension SHA256 {
  /// A SHA-256 checksum: 32 bytes, written as 64 hexadecimal digits.
  package struct Digest: Hashable, Sendable {
    /// The bytes, most significant first.
    package let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Parses 64 hexadecimal digits, as `sha256sum` prints them; nil for any other text.
    package init?(hexadecimal text: String) {
      let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map(UInt8.init) }
      guard digits.count == 64, text.utf8.count == 64 else { return nil }
      bytes = stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
  }
}

extension SHA256.Digest: CustomStringConvertible {
  /// The digits in lower case.
  package var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

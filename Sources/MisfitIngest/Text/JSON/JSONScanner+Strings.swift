import MisfitCore

extension JSONScanner {
  /// Appends the content of a string with its escapes replaced.
  func readString(into bytes: inout [UInt8]) throws(IngestError) {
    advance()
    while let byte = try peek() {
      if byte == UInt8(ascii: "\"") { return advance() }
      guard byte >= 0x20 else {
        throw error("a string contains a control character, which must be written as an escape such as \\n")
      }
      advance()
      if byte == UInt8(ascii: "\\") { try readEscape(into: &bytes) } else { bytes.append(byte) }
      try check(bytes.count)
    }
    throw try unexpected("a quote")
  }

  private func readEscape(into bytes: inout [UInt8]) throws(IngestError) {
    guard let byte = try peek() else { throw try unexpected("an escape") }
    if let replacement = Self.plainEscape(byte) {
      advance()
      return bytes.append(replacement)
    }
    guard byte == UInt8(ascii: "u") else { throw try unexpected("an escape") }
    advance()
    var code = try readCode()
    if 0xd800..<0xdc00 ~= code, try peek() == UInt8(ascii: "\\") {
      advance()
      guard try peek() == UInt8(ascii: "u") else { throw error("half of a surrogate pair is missing") }
      advance()
      let low = try readCode()
      guard 0xdc00..<0xe000 ~= low else { throw error("half of a surrogate pair is missing") }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    guard code != 0, let scalar = Unicode.Scalar(code) else {
      throw error(code == 0 ? "a string contains the character 0" : "half of a surrogate pair is missing")
    }
    bytes += Array(String(Character(scalar)).utf8)
  }

  private static func plainEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "b"): 8
    case UInt8(ascii: "f"): 12
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "r"): 13
    case UInt8(ascii: "t"): 9
    default: nil
    }
  }

  private func readCode() throws(IngestError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = try peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw try unexpected("four hexadecimal digits after \\u")
      }
      code = code << 4 | UInt32(digit)
      advance()
    }
    return code
  }
}

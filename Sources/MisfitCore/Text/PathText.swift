/// Paths as strings that preserve every byte.
///
/// The system's file names are bytes; a `String` contains valid Unicode only. A byte that is not part of
/// valid UTF-8 becomes one of the 128 private characters from U+10F780 on, as Python's `surrogateescape` does
/// with lone surrogates. A name that already contains one of these characters is escaped byte by byte, so
/// that no two names become one string.
package enum PathText {
  /// The character of byte 0; only bytes from 0x80 on are escaped.
  private static let firstValue: UInt32 = 0x10F700

  /// Returns the string of a path's bytes.
  package static func string(decoding bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isEscape) {
      return text
    }
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let length = min(sequenceLength(first), rest.count)
      let sequence = rest.prefix(length)
      if let scalar = String(validating: sequence, as: UTF8.self)?.unicodeScalars.first, !isEscape(scalar) {
        text.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        text.append(escape(first))
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// Returns the bytes of a path, which ``string(decoding:)`` returned or a user typed.
  package static func bytes(of path: String) -> [UInt8] {
    guard path.unicodeScalars.contains(where: isEscape) else { return Array(path.utf8) }
    var bytes: [UInt8] = []
    for scalar in path.unicodeScalars {
      if let byte = byte(of: scalar) { bytes.append(byte) } else { bytes += Array(String(scalar).utf8) }
    }
    return bytes
  }

  /// Returns the path as a null-terminated C string.
  package static func cString(_ path: String) -> [CChar] {
    bytes(of: path).map { CChar(bitPattern: $0) } + [0]
  }

  /// Returns the path as an identifier in results, with `\xE9` for a byte that is not UTF-8.
  package static func identifier(_ path: String) -> String {
    path.unicodeScalars.contains(where: isEscape) ? VisibleText.line(path) : path
  }

  /// Returns the byte that an escape character encodes, or nil for other characters.
  package static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    isEscape(scalar) ? UInt8(truncatingIfNeeded: scalar.value - firstValue) : nil
  }

  private static func isEscape(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= firstValue + 0x80 && scalar.value <= firstValue + 0xFF
  }

  private static func escape(_ byte: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(firstValue + UInt32(byte)) ?? "\u{FFFD}"
  }

  /// Returns the length of a UTF-8 sequence from its first byte; 1 for a byte that begins none.
  private static func sequenceLength(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }
}

import MisfitIngest

/// A format of a stream that is not read: not rows of CSV or JSON lines.
package struct StreamFormat: Hashable, Sendable {
  /// The name in messages: `a JSON array`.
  package var name: String
  /// The command that converts the stream; nil if there is no common one.
  package var command: String?
  /// Whether the command reads a stream and writes lines that are read here.
  package var isFilter = true

  /// Recognizes the first bytes of a stream that are compressed, UTF-16, a JSON array, or another format;
  /// nil for rows.
  package init?(_ bytes: [UInt8]) {
    if let format = CompressionFormat(beginning: bytes) {
      (name, command) = ("compressed (\(format.rawValue))", format.command)
    } else if bytes.starts(with: [0x50, 0x4b, 3, 4]) {
      (name, command) = ("a ZIP archive", CompressionFormat.zip.command)
    } else if Self.isUTF16(bytes) {
      (name, command) = ("text in UTF-16", "iconv -f utf-16 -t utf-8")
    } else if Self.isArray(bytes) {
      (name, command) = ("a JSON array", "jq -c '.[]'")
    } else if let format = ForeignFormat.of(bytes) {
      (name, command, isFilter) = (format.name, format.conversion, false)
    } else if bytes.prefix(4096).contains(0) {
      (name, command) = ("binary", nil)
    } else {
      return nil
    }
  }

  /// Returns whether bytes begin with a byte order mark of UTF-16, or have a zero at every second position.
  private static func isUTF16(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) { return true }
    let head = bytes.prefix(64)
    guard head.count >= 8 else { return false }
    return (0...1).contains { parity in
      head.indices.allSatisfy { (head[$0] == 0) == ($0 % 2 == parity) }
    }
  }

  /// Returns whether bytes begin with `[` and then a line break, an object or another array.
  private static func isArray(_ bytes: [UInt8]) -> Bool {
    guard let start = bytes.firstIndex(where: { $0 > 0x20 }), bytes[start] == UInt8(ascii: "[") else {
      return false
    }
    let next = bytes[(start + 1)...].first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }
    return next.map { [0x0a, UInt8(ascii: "{"), UInt8(ascii: "[")].contains($0) } ?? false
  }
}

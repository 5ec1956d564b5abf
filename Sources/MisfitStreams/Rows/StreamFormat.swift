import MisfitCore
import MisfitIngest

/// The check that a stream is text that is read: rows of CSV or JSON lines.
package enum StreamFormat {
  /// Throws if the first bytes of a stream are compressed, UTF-16, a JSON array, or another format.
  ///
  /// `source` is the path of the file, or `-`.
  ///
  /// - Throws: ``StreamError`` with a command that converts the stream.
  package static func check(_ bytes: [UInt8], source: String) throws(StreamError) {
    guard let (name, command) = foreign(bytes, source) else { return }
    let shown = source == "-" ? "standard input" : source
    throw StreamError(
      .malformed("it is \(name), not rows of CSV or JSON lines", remedy: command.map { "try: \($0)" }),
      path: shown)
  }

  private static func foreign(_ bytes: [UInt8], _ source: String) -> (name: String, command: String?)? {
    func piped(_ command: String) -> String {
      source == "-" ? "… | \(command) | misfit watch -" : "\(command) \(source) | misfit watch -"
    }
    if let format = CompressionFormat(beginning: bytes) {
      return ("compressed (\(format.rawValue))", piped(format.command))
    }
    if bytes.starts(with: [0x50, 0x4b, 3, 4]) {
      return ("a ZIP archive", piped(CompressionFormat.zip.command))
    }
    if isUTF16(bytes) { return ("text in UTF-16", piped("iconv -f utf-16 -t utf-8")) }
    if isArray(bytes) { return ("a JSON array", piped("jq -c '.[]'")) }
    if let format = ForeignFormat.of(bytes) {
      return (format.name, source == "-" ? format.conversion : format.command(for: source))
    }
    return bytes.prefix(4096).contains(0) ? ("binary", nil) : nil
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

/// A writer of CSV (RFC 4180).
///
/// A field is quoted only if a reader would otherwise misread it: if it contains the delimiter, a quote or a
/// line break, or if it is empty and alone in its row (a reader may skip the empty line). Nothing else is
/// changed, unless ``escapesFormulas`` is set.
package struct CSVText: Hashable, Sendable {
  /// The end of a row.
  package enum LineEnding: String, Hashable, Sendable {
    /// A line feed, as in Unix tools.
    case lineFeed = "\n"
    /// Carriage return and line feed, as in the RFC.
    case carriageReturnLineFeed = "\r\n"
  }

  /// The delimiter between two fields.
  package var delimiter: Unicode.Scalar
  /// The end of a row.
  package var lineEnding: LineEnding
  /// Whether to prefix an apostrophe to text that a spreadsheet would take for a formula: text that begins
  /// with `=`, `+`, `-`, `@`, a tab or a carriage return and is not a number.
  package var escapesFormulas = false

  /// Creates a writer.
  ///
  /// - Precondition: the delimiter is not a quote or a line break.
  package init(delimiter: Unicode.Scalar = ",", lineEnding: LineEnding = .lineFeed) {
    precondition(!["\"", "\n", "\r"].contains(delimiter), "a quote or line break cannot be the delimiter")
    self.delimiter = delimiter
    self.lineEnding = lineEnding
  }

  /// Returns one row as UTF-8, with its line ending.
  package func row(_ fields: some Sequence<String>) -> [UInt8] {
    var bytes: [UInt8] = []
    append(fields, to: &bytes)
    return bytes
  }

  /// Appends one row with its line ending to `bytes`.
  package func append(_ fields: some Sequence<String>, to bytes: inout [UInt8]) {
    let start = bytes.count
    var count = 0
    for field in fields {
      if count > 0 { bytes.append(contentsOf: String(delimiter).utf8) }
      append(field: field, to: &bytes)
      count += 1
    }
    if count == 1, bytes.count == start { bytes.append(contentsOf: "\"\"".utf8) }
    bytes.append(contentsOf: lineEnding.rawValue.utf8)
  }

  /// Returns one field, quoted if necessary.
  package func field(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(field: text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns a number in the shortest digits that read back as it; empty for nil, `nan`, `inf` and `-inf` if
  /// it is not finite.
  package static func number(_ value: Double?) -> String {
    value.map { $0.isNaN ? "nan" : $0.description } ?? ""
  }

  /// Returns a number in the shortest digits that read back as it in its own precision; empty for nil.
  package static func number(_ value: Float?) -> String {
    value.map { $0.isNaN ? "nan" : $0.description } ?? ""
  }

  /// Returns a whole number; empty for nil.
  package static func number(_ value: Int?) -> String { value?.description ?? "" }

  /// Appends one field, quoted if necessary, to `bytes`.
  package func append(field: String, to bytes: inout [UInt8]) {
    let apostrophe = escapesFormulas && Self.isFormula(field) ? "'" : ""
    guard needsQuotes(field) else { return bytes.append(contentsOf: (apostrophe + field).utf8) }
    let quote = Self.quote
    bytes.append(quote)
    bytes.append(contentsOf: apostrophe.utf8)
    for byte in field.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  /// Whether a spreadsheet may compute a cell with this text, with or without leading blanks.
  static func isFormula(_ field: String) -> Bool {
    guard let first = field.utf8.first(where: { $0 != UInt8(ascii: " ") }) else { return false }
    switch first {
    case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0D, 0x0A: return true
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return Double(field) == nil
    // The full-width signs, which some spreadsheets take for the others.
    case 0xEF:
      let sign = field.unicodeScalars.first { $0 != " " }
      return sign.map { "\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains($0) } ?? false
    default: return false
    }
  }

  private func needsQuotes(_ field: String) -> Bool {
    let mark = delimiter.isASCII ? UInt8(truncatingIfNeeded: delimiter.value) : Self.quote
    for byte in field.utf8 where byte == mark || byte == Self.quote || byte == 0x0A || byte == 0x0D {
      return true
    }
    return !delimiter.isASCII && field.unicodeScalars.contains(delimiter)
  }

  private static let quote = UInt8(ascii: "\"")
}

/// Rows of fields as CSV (RFC 4180).
///
/// A field is quoted only where a reader would otherwise see something else: where it holds the delimiter, a
/// quote or a line break, or where an empty field stands alone in its row (a reader may skip the empty line).
/// Nothing else is changed, unless ``escapesFormulas`` is set.
public struct CSVText: Hashable, Sendable {
  /// What ends a row.
  public enum LineEnding: String, Hashable, Sendable {
    /// A line feed, as Unix tools write it.
    case lineFeed = "\n"
    /// Carriage return and line feed, as the RFC has it.
    case carriageReturnLineFeed = "\r\n"
  }

  /// What stands between two fields.
  public var delimiter: Unicode.Scalar
  /// What ends a row.
  public var lineEnding: LineEnding
  /// Whether an apostrophe is put in front of text that a spreadsheet would take for a formula: what begins with `=`, `+`, `-`,
  /// `@`, a tab or a carriage return and is not a number.
  public var escapesFormulas = false

  /// Makes a writer.
  ///
  /// - Precondition: the delimiter is no quote and no line break.
  public init(delimiter: Unicode.Scalar = ",", lineEnding: LineEnding = .lineFeed) {
    precondition(!["\"", "\n", "\r"].contains(delimiter), "a quote or line break cannot part the fields")
    self.delimiter = delimiter
    self.lineEnding = lineEnding
  }

  /// One row as UTF-8, with its line ending.
  public func row(_ fields: some Sequence<String>) -> [UInt8] {
    var bytes: [UInt8] = []
    append(fields, to: &bytes)
    return bytes
  }

  /// Adds one row with its line ending behind `bytes`.
  public func append(_ fields: some Sequence<String>, to bytes: inout [UInt8]) {
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

  /// One field, quoted where it must be.
  public func field(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(field: text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A number in the shortest digits that give it again; empty where there is none, `nan`, `inf` and `-inf`
  /// where it is not finite.
  public static func number(_ value: Double?) -> String {
    value.map { $0.isNaN ? "nan" : $0.description } ?? ""
  }

  /// A number in the shortest digits that give it again in its own precision; empty where there is none.
  public static func number(_ value: Float?) -> String {
    value.map { $0.isNaN ? "nan" : $0.description } ?? ""
  }

  /// A whole number; empty where there is none.
  public static func number(_ value: Int?) -> String { value?.description ?? "" }

  /// Adds one field, quoted where it must be, behind `bytes`.
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

  /// Whether a spreadsheet computes a cell with this text, or may: those that trim blanks look behind them.
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

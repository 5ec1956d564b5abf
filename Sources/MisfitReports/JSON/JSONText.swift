import MisfitCore

/// JSON as text (RFC 8259).
///
/// Numbers have the shortest digits that read back as the same number. Strings are escaped only where
/// necessary, in UTF-8. The same value gives the same text.
package enum JSONText {
  /// Returns a value in one line without spaces.
  package static func compact(_ value: JSONValue) -> String {
    var writer = JSONWriter()
    writer.write(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Returns a value for people: indented by two spaces, one member a line; arrays of plain values stay in
  /// one line if they fit.
  ///
  /// There is no line break at the end.
  package static func pretty(_ value: JSONValue) -> String {
    var writer = JSONWriter()
    writer.writePretty(value, level: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Returns a value for people as the bytes of a file, with a line break at the end.
  package static func fileBytes(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.writePretty(value, level: 0)
    writer.append("\n")
    return writer.bytes
  }
}

/// A writer of JSON.
private struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  /// The maximum length of an array in one line.
  private static let lineWidth = 100
  private static let hexadecimal = Array("0123456789abcdef".utf8)

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func write(_ value: JSONValue, separator: String = ",") {
    switch value {
    case .object(let object):
      list(object.members, "{", "}", separator) { writer, member in
        writer.write(string: member.key)
        writer.append(":")
        writer.write(member.value)
      }
    case .array(let values): list(values, "[", "]", separator) { $0.write($1) }
    case .string(let text): write(string: text)
    case .integer(let number): append(number.description)
    case .number(let number): append(number.isFinite ? number.description : "null")
    case .boolean(let truth): append(truth ? "true" : "false")
    case .null: append("null")
    }
  }

  mutating func writePretty(_ value: JSONValue, level: Int) {
    let indent = String(repeating: "  ", count: level + 1)
    let separator = ",\n" + indent
    let end = "\n" + indent.dropLast(2)
    switch value {
    case .object(let object) where !object.members.isEmpty:
      list(object.members, "{\n" + indent, end + "}", separator) { writer, member in
        writer.write(string: member.key)
        writer.append(": ")
        writer.writePretty(member.value, level: level + 1)
      }
    case .array(let values) where !writeInLine(values, level: level):
      list(values, "[\n" + indent, end + "]", separator) { $0.writePretty($1, level: level + 1) }
    case .array: break
    default: write(value)
    }
  }

  /// Writes an array in one line if it is one of plain values and fits.
  private mutating func writeInLine(_ values: [JSONValue], level: Int) -> Bool {
    guard values.allSatisfy(\.isPlain), values.count <= Self.lineWidth else { return false }
    let start = bytes.count
    write(.array(values), separator: ", ")
    if 2 * level + bytes.count - start <= Self.lineWidth || values.count < 2 { return true }
    bytes.removeLast(bytes.count - start)
    return false
  }

  private mutating func list<Element>(
    _ elements: [Element], _ start: String, _ end: String, _ separator: String,
    _ write: (inout JSONWriter, Element) -> Void
  ) {
    append(start)
    for (index, element) in elements.enumerated() {
      if index > 0 { append(separator) }
      write(&self, element)
    }
    append(end)
  }

  private mutating func write(string: String) {
    append("\"")
    for scalar in string.unicodeScalars {
      guard scalar.value < 0x7F else {
        write(beyondASCII: scalar)
        continue
      }
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0A: append("\\n")
      case 0x0C: append("\\f")
      case 0x0D: append("\\r")
      case 0..<0x20:
        append(escape: UInt16(byte))
      default: bytes.append(byte)
      }
    }
    append("\"")
  }

  /// Escapes characters that control a terminal or are invisible, such as marks of direction.
  private mutating func write(beyondASCII scalar: Unicode.Scalar) {
    if VisibleText.isHidden(scalar), let unit = UInt16(exactly: scalar.value) {
      append(escape: unit)
    } else {
      bytes.append(contentsOf: String(scalar).utf8)
    }
  }

  private mutating func append(escape unit: UInt16) {
    append("\\u")
    for shift in [12, 8, 4, 0] { bytes.append(Self.hexadecimal[Int(unit >> shift) & 15]) }
  }
}

extension JSONValue {
  /// Whether the value is not an array or object with content.
  fileprivate var isPlain: Bool {
    switch self {
    case .object, .array: false
    case .string, .integer, .number, .boolean, .null: true
    }
  }
}

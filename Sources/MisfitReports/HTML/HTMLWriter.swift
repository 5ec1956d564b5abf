import MisfitCore

/// A writer of HTML that closes elements itself and escapes all text.
struct HTMLWriter {
  /// An attribute; without a value it is omitted.
  typealias Attribute = (name: String, value: String?)

  /// The HTML so far, in UTF-8.
  private(set) var bytes: [UInt8] = []

  /// Writes markup unchanged; it is a static string, so that no external text can get here.
  mutating func markup(_ text: StaticString) { bytes.append(contentsOf: text.description.utf8) }

  /// Writes the content of a `style` or `script` element, in which HTML escapes nothing.
  mutating func verbatim(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Writes text.
  ///
  /// Text with letters of a right-to-left script is isolated (U+2068 and U+2069), so that it cannot reverse
  /// its neighbors. Characters that change the direction are shown by their codes.
  mutating func text(_ text: String) {
    let isIsolated = text.unicodeScalars.contains(where: Self.runsRightToLeft)
    if isIsolated { bytes.append(contentsOf: "\u{2068}".utf8) }
    for scalar in text.unicodeScalars { append(escaping: scalar) }
    if isIsolated { bytes.append(contentsOf: "\u{2069}".utf8) }
  }

  /// Writes an inline element.
  mutating func inline(
    _ name: StaticString, _ attributes: [Attribute] = [], _ content: (inout HTMLWriter) -> Void
  ) {
    open(name, attributes)
    content(&self)
    markup("</")
    markup(name)
    markup(">")
  }

  /// Writes an element on its own line of the source.
  mutating func block(
    _ name: StaticString, _ attributes: [Attribute] = [], _ content: (inout HTMLWriter) -> Void
  ) {
    inline(name, attributes, content)
    markup("\n")
  }

  /// Writes an element of text on its own line; nothing if there is no text.
  mutating func block(_ name: StaticString, _ attributes: [Attribute] = [], text: String?) {
    guard let text, !text.isEmpty else { return }
    block(name, attributes) { $0.text(text) }
  }

  /// Writes the tag of an element without content, such as `img`.
  mutating func open(_ name: StaticString, _ attributes: [Attribute] = []) {
    markup("<")
    markup(name)
    for case (let name, let value?) in attributes {
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: name.utf8)
      markup("=\"")
      text(value)
      markup("\"")
    }
    markup(">")
  }

  private mutating func append(escaping scalar: Unicode.Scalar) {
    switch scalar {
    case "&": markup("&amp;")
    case "<": markup("&lt;")
    case ">": markup("&gt;")
    case "\"": markup("&quot;")
    case "'": markup("&#39;")
    case "\t", "\n", "\r", " "..."~": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    default:
      let isShown = VisibleText.isBidirectionalControl(scalar) || PathText.byte(of: scalar) != nil
      let text = isShown ? VisibleText.line(String(scalar)) : String(Self.visible(scalar))
      bytes.append(contentsOf: text.utf8)
    }
  }

  /// Whether a character belongs to a right-to-left script, such as Hebrew and Arabic.
  private static func runsRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x590...0x8FF, 0xFB1D...0xFDCF, 0xFDF0...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF,
      0x1E800...0x1EFFF:
      true
    default: false
    }
  }

  /// Returns a visible character: HTML allows no control characters, so they are shown by their pictures
  /// (U+2400 on), others as U+FFFD.
  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0xFDD0...0xFDEF: "\u{FFFD}"
    case let value where value & 0xFFFE == 0xFFFE: "\u{FFFD}"
    default: scalar
    }
  }
}

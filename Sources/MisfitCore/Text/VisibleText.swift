/// Text without characters that control a terminal.
///
/// Data and file names may contain escape sequences that clear a screen, or marks that reverse the direction
/// of text. Each such character is replaced by its code: `\u{1B}` for the escape character. A byte of a file
/// name that is not UTF-8 is shown as `\xE9`.
package enum VisibleText {
  /// Escapes the invisible characters of a line, line ends and tabs included.
  package static func line(_ text: String) -> String {
    isVisible(text, keepsLineFeeds: false) ? text : shown(text, keepsLineFeeds: false)
  }

  /// Escapes the invisible characters of a text of several lines; line feeds stay.
  package static func lines(_ text: String) -> String {
    isVisible(text, keepsLineFeeds: true) ? text : shown(text, keepsLineFeeds: true)
  }

  /// Returns bytes as text; those that are not UTF-8 as `\xE9`.
  package static func line(ofBytes bytes: some Collection<UInt8>) -> String {
    line(PathText.string(decoding: bytes))
  }

  /// Whether nothing has to be escaped.
  ///
  /// ASCII, which nearly all text is, is checked by bytes.
  private static func isVisible(_ text: String, keepsLineFeeds: Bool) -> Bool {
    var isASCII = true
    for byte in text.utf8 {
      if byte >= 0x80 {
        isASCII = false
      } else if byte < 0x20 || byte == 0x7F, !(keepsLineFeeds && byte == 0x0A) {
        return false
      }
    }
    return isASCII || !text.unicodeScalars.contains(where: isHidden)
  }

  private static func shown(_ text: String, keepsLineFeeds: Bool) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let byte = PathText.byte(of: scalar) {
        shown.append(contentsOf: "\\x\(hexadecimal(UInt32(byte), digits: 2))".unicodeScalars)
      } else if isHidden(scalar), !(keepsLineFeeds && scalar == "\n") {
        shown.append(contentsOf: code(of: scalar).unicodeScalars)
      } else {
        shown.append(scalar)
      }
    }
    return String(shown)
  }

  private static func code(of scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(hexadecimal(scalar.value, digits: 2))}"
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Whether a character moves the cursor, controls the terminal, changes the direction of text or is
  /// invisible.
  ///
  /// The joiners of scripts and emoji (U+200C, U+200D) and variation selectors stay.
  package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0xAD, 0x200B, 0x2028, 0x2029, 0x2060...0x2064, 0xFEFF, 0xFFF9...0xFFFB: true
    case 0xE0000...0xE007F: true
    case let value where value & 0xFFFE == 0xFFFE: true
    default: isBidirectionalControl(scalar) || PathText.byte(of: scalar) != nil
    }
  }

  /// Whether a character changes the direction of the text around it (Unicode Standard Annex 9).
  package static func isBidirectionalControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F: true
    default: false
    }
  }
}

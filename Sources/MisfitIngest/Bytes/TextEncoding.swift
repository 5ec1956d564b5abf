/// The encoding of the characters of a text.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
  /// UTF-8, the default.
  case utf8 = "utf-8"
  /// UTF-16 with a byte order mark; without one, the order is inferred from the positions of zero bytes.
  case utf16 = "utf-16"
  /// UTF-16, low byte first.
  case utf16LittleEndian = "utf-16le"
  /// UTF-16, high byte first.
  case utf16BigEndian = "utf-16be"
  /// ISO 8859-1.
  case latin1
  /// ISO 8859-15: Latin-1 with the euro sign.
  case latin9 = "iso-8859-15"
  /// ISO 8859-2, of Central Europe.
  case latin2 = "iso-8859-2"
  /// The encoding of Windows in Western Europe and America.
  case windows1252 = "windows-1252"
  /// The encoding of Windows in Central Europe.
  case windows1250 = "windows-1250"
  /// The encoding of Windows for Cyrillic.
  case windows1251 = "windows-1251"
  /// The encoding of Macintosh computers before 2001.
  case macRoman = "mac-roman"

  /// Returns the encoding of a name, in any case; nil for an unknown name.
  package init?(name: String) {
    let name = name.lowercased()
    let names = [
      "utf8": "utf-8", "utf16": "utf-16", "latin-1": "latin1", "iso-8859-1": "latin1", "iso8859-1": "latin1",
      "latin-9": "iso-8859-15", "latin9": "iso-8859-15", "latin2": "iso-8859-2", "latin-2": "iso-8859-2",
      "cp1252": "windows-1252", "cp1250": "windows-1250", "cp1251": "windows-1251", "macintosh": "mac-roman",
      "macroman": "mac-roman",
    ]
    self.init(rawValue: names[name] ?? name)
  }

  /// The characters of the bytes from 0x80 on, U+FFFD for bytes without one; nil if single bytes are not
  /// characters.
  package var upperHalf: [Unicode.Scalar]? {
    let text: String
    switch self {
    case .utf8, .utf16, .utf16LittleEndian, .utf16BigEndian: return nil
    case .latin1: return (0x80...0xFF as ClosedRange<UInt8>).map { Unicode.Scalar($0) }
    case .latin9: text = Self.latin9Text
    case .latin2: text = Self.latin2Text
    case .windows1252: text = Self.windows1252Text
    case .windows1250: text = Self.windows1250Text
    case .windows1251: text = Self.windows1251Text
    case .macRoman: text = Self.macRomanText
    }
    return Array(text.unicodeScalars)
  }
}

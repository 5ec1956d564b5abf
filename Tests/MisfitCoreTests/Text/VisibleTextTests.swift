import Testing

@testable import MisfitCore

@Suite("Text for a terminal")
struct VisibleTextTests {
  @Test(
    "Control characters and marks of direction are shown by their codes",
    arguments: [
      ("\u{1B}[2Jgone\u{7}", "\\u{1B}[2Jgone\\u{07}"), ("6.2\u{1A}", "6.2\\u{1A}"), ("a\0b", "a\\u{00}b"),
      ("\u{7F}\u{9B}31m", "\\u{7F}\\u{9B}31m"), ("a\tb\r\nc", "a\\tb\\r\\nc"),
      ("\u{202E}txt.exe\u{2066}", "\\u{202E}txt.exe\\u{2066}"),
      ("a\u{200B}b\u{FEFF}", "a\\u{200B}b\\u{FEFF}"),
      ("a\u{2028}b", "a\\u{2028}b"),
    ])
  func hidden(text: String, shown: String) { #expect(VisibleText.line(text) == shown) }

  @Test(
    "All other text stays as it is",
    arguments: ["", "Müller", "日本", "👩‍👩‍👧", "שלום", "a \\u{1B}", "❤️", "می‌خواهم"])
  func plain(text: String) { #expect(VisibleText.line(text) == text) }

  @Test("Text of several lines keeps its line feeds, and nothing else")
  func lines() { #expect(VisibleText.lines("a\n\u{1B}c\r\n") == "a\n\\u{1B}c\\r\n") }

  @Test("Bytes that are no UTF-8 are shown as such")
  func bytes() {
    #expect(VisibleText.line(ofBytes: Array("M".utf8) + [0xF6] + Array("ller".utf8)) == "M\\xF6ller")
  }
}

@Suite("Paths as strings")
struct PathTextTests {
  @Test(
    "Every path is converted back to its bytes",
    arguments: [
      Array("plain.csv".utf8), Array("Übung.csv".utf8), [0xE9, 0x74, 0xE9], [0xFF, 0xFE, 0x80], [0xE2, 0x82],
      [0xE2, 0x82, 0x41], Array("\u{10F7E9}".utf8), [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xC0, 0xAF],
    ] as [[UInt8]])
  func roundTrip(bytes: [UInt8]) {
    #expect(PathText.bytes(of: PathText.string(decoding: bytes)) == bytes)
  }

  @Test("No two paths become one string")
  func injective() {
    let paths: [[UInt8]] = [[0xE9], Array("\u{10F7E9}".utf8), Array("é".utf8), [0xC3], [0xA9], [0xC3, 0x41]]
    #expect(Set(paths.map { Array(PathText.string(decoding: $0).unicodeScalars) }).count == paths.count)
  }

  @Test("Valid paths are not changed")
  func valid() { #expect(PathText.string(decoding: Array("a/é 日.png".utf8)) == "a/é 日.png") }
}

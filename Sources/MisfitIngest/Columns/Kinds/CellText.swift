import MisfitCore

/// The bytes of cells in the form in which they are compared.
enum CellText {
  /// The length at which cells are cut, so that a dictionary of them stays small; longer ones are not names
  /// of levels.
  static let byteLimit = 256

  /// Returns the range without the blanks at both ends.
  static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (first, last) = (range.lowerBound, range.upperBound)
    while first < last, isBlank(bytes[first]) { first += 1 }
    while last > first, isBlank(bytes[last - 1]) { last -= 1 }
    return first..<last
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }

  /// Returns whether a cell is compared as it is written: it is short and in ASCII.
  static func isPlain(_ cell: Span<UInt8>) -> Bool {
    guard cell.count <= byteLimit else { return false }
    for index in cell.indices where cell[index] >= 0x80 { return false }
    return true
  }

  /// Returns the cell as valid UTF-8, cut at the limit.
  static func canonical(_ cell: Span<UInt8>) -> [UInt8] {
    let text = String(decoding: cell.indices.map { cell[$0] }, as: UTF8.self)
    guard text.utf8.count > byteLimit else { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for character in text {
      guard bytes.count + character.utf8.count <= byteLimit else { break }
      bytes += character.utf8
    }
    return bytes
  }

  /// Returns a hash that different cells hardly share: FNV-1a, with its bits mixed by SplitMix64.
  static func hash(_ cell: Span<UInt8>) -> UInt64 {
    var hash = FNVHash()
    hash.add(cell)
    return mixed(hash.value)
  }

  /// Returns the value mixed by SplitMix64's finalizer.
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Returns a text for messages: its first 60 bytes on one line, with control characters as codes.
  static func shown(_ text: [UInt8]) -> String {
    let trimmed = DecimalNumber.trim(text[...])
    var beginning = trimmed.prefix(60)
    // A character is not cut.
    while beginning.count < trimmed.count, beginning.count > 56, trimmed[beginning.endIndex] & 0xC0 == 0x80 {
      beginning.removeLast()
    }
    let visible = VisibleText.line(ofBytes: beginning)
    return trimmed.count > 60 ? visible + "..." : visible
  }
}

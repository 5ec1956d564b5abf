/// The position where the records of a text begin, and which of its lines are skipped.
struct CSVStart {
  var byteOffset: Int
  var line = 1
  /// The first byte of comment lines.
  var comment: UInt8?
  /// The delimiter in the line `sep=;` of Excel.
  var delimiter: UInt8?

  init(byteOffset: Int, line: Int = 1) {
    self.byteOffset = byteOffset
    self.line = line
  }

  /// Skips lines at the beginning; false if there are fewer.
  mutating func skip(_ lineCount: Int, of bytes: [UInt8]) -> Bool {
    for _ in 0..<lineCount {
      guard let end = bytes[byteOffset...].firstIndex(of: CSVField.lineFeed) else { return false }
      byteOffset = end + 1
      line += 1
    }
    return byteOffset < bytes.count
  }

  /// Skips the line by which Excel names the delimiter: `sep=;`, with or without quotes.
  mutating func readDelimiter(of bytes: [UInt8]) {
    guard let end = bytes[byteOffset...].prefix(16).firstIndex(of: CSVField.lineFeed) else { return }
    var text = bytes[byteOffset..<end]
    while let last = text.last, last == CSVField.carriageReturn { text.removeLast() }
    if text.first == CSVField.quote, text.last == CSVField.quote, text.count > 1 {
      text = text.dropFirst().dropLast()
    }
    guard text.count == 5, let delimiter = text.last, delimiter < 0x80, delimiter != CSVField.quote,
      String(decoding: text.dropLast(), as: UTF8.self).lowercased() == "sep="
    else { return }
    self.delimiter = delimiter
    byteOffset = end + 1
    line += 1
  }
}

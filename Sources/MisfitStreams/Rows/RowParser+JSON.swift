import MisfitCore
import MisfitIngest

extension RowParser {
  /// Reads a JSON object: numbers become values, nested objects columns such as `cpu.user`, and lists are
  /// skipped.
  mutating func readObject(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    for slot in values.indices { values[slot] = .nan }
    let isExamined = format?.numbers?.isOpen == true
    defer {
      if isExamined { format?.numbers?.endRecord() }
    }
    var cursor = JSONCursor(bytes: bytes, index: range.lowerBound, end: range.upperBound)
    guard readMembers(&cursor, path: [], depth: 0) else {
      malformedCount += 1
      return false
    }
    return true
  }

  private mutating func readMembers(_ cursor: inout JSONCursor, path: [UInt8], depth: Int) -> Bool {
    guard depth < 20, cursor.take(UInt8(ascii: "{")) else { return false }
    if cursor.take(UInt8(ascii: "}")) { return true }
    repeat {
      guard let key = cursor.string(), cursor.take(UInt8(ascii: ":")) else { return false }
      let name = path.isEmpty ? key : path + [UInt8(ascii: ".")] + key
      if cursor.peek() == UInt8(ascii: "{") {
        guard readMembers(&cursor, path: name, depth: depth + 1) else { return false }
      } else if cursor.peek() == UInt8(ascii: "[") {
        guard cursor.skipList() else { return false }
      } else {
        guard let (text, isText) = cursor.plainValue() else { return false }
        store(text, isText: isText, column: column(name))
      }
    } while cursor.take(UInt8(ascii: ","))
    return cursor.take(UInt8(ascii: "}"))
  }

  /// Returns the index of a column, which is added at its first use.
  private mutating func column(_ name: [UInt8]) -> Int {
    if let index = indices[name] { return index }
    guard var format else { return 0 }
    let index = format.names.count
    let text = String(decoding: name, as: UTF8.self)
    indices[name] = index
    format.names.append(text)
    let isTime = options.time.map { $0 == text } ?? Self.timeNames.contains(text.lowercased())
    if isTime, format.timeIndex == nil { format.timeIndex = index }
    if options.series.contains(text) { format.seriesIndices.append(index) }
    if options.ignored.contains(text) || counterSet.contains(text) { format.ignoredIndices.append(index) }
    self.format = format
    makeSlots(format)
    return index
  }

  private mutating func store(_ text: [UInt8], isText: Bool, column: Int) {
    let cell = CellNumber.trimmed(text.span, text.indices)
    if format?.numbers?.isOpen == true {
      examine(text.span, cell, column: column)
      // Members that are no strings are plain numbers.
      if isText { decideNotation() }
    }
    if let place = cellPlaces[column] { cells[place] = text }
    if let slot = slots[column] { return store(text.span, cell, column: column, at: slot) }
    let number = CellNumber.read(text.span, cell, notations[column])
    if !conditions.isEmpty { test(number, column: column) }
    texts[column] = String(decoding: text, as: UTF8.self)
    guard column == format?.timeIndex else { return }
    timeSeconds = readTime(text.span.extracting(cell), number: CellNumber.read(text.span, cell, timeNotation))
  }
}

/// A position in a line of JSON.
struct JSONCursor {
  let bytes: [UInt8]
  var index: Int
  let end: Int

  /// Returns the next byte that is not blank, without consuming it; nil at the end.
  mutating func peek() -> UInt8? {
    while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    return index < end ? bytes[index] : nil
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    index += 1
    return true
  }

  /// Reads a string; nil if there is none.
  mutating func string() -> [UInt8]? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var text: [UInt8] = []
    while index < end {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\"") { return text }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard readEscape(into: &text) else { return nil }
    }
    return nil
  }

  private mutating func readEscape(into text: inout [UInt8]) -> Bool {
    guard index < end else { return false }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "u"):
      guard index + 4 <= end,
        let code = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
      else { return false }
      index += 4
      // Halves of pairs, which names of columns hardly have, are shown as unknown characters.
      text.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
    default: text.append(byte)
    }
    return true
  }

  /// Reads a number, a word or a string; nil for anything else.
  mutating func plainValue() -> (text: [UInt8], isText: Bool)? {
    guard let first = peek() else { return nil }
    if first == UInt8(ascii: "\"") { return string().map { ($0, true) } }
    let start = index
    while index < end, bytes[index] > 0x20, ![UInt8(ascii: ","), UInt8(ascii: "}")].contains(bytes[index]) {
      index += 1
    }
    let text = Array(bytes[start..<index])
    if text == Array("true".utf8) { return ([UInt8(ascii: "1")], false) }
    if text == Array("false".utf8) { return ([UInt8(ascii: "0")], false) }
    return text.isEmpty ? nil : (text, false)
  }

  /// Skips a list with everything in it.
  mutating func skipList() -> Bool {
    var depth = 0
    while let byte = peek() {
      if byte == UInt8(ascii: "\"") {
        guard string() != nil else { return false }
        continue
      }
      index += 1
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return true }
    }
    return false
  }
}

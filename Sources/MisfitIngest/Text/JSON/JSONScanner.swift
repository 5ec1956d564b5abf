import MisfitCore

/// A scanner of JSON objects (RFC 8259), one after the other: JSON lines, the elements of an array, or those
/// of an array in a single object.
///
/// Memory is that of the largest object; depth and size of objects are limited. `NaN` and `Infinity`, which
/// Python writes, are accepted.
final class JSONScanner {
  let name: String
  private let reader: any ByteReader
  private var block: [UInt8] = Array(repeating: 0, count: 1 << 16)
  private var position = 0
  private var end = 0
  /// The number of bytes before the block.
  private var blockOffset = 0
  private(set) var line = 1
  private var path: [UInt8] = []
  private var depth = 0

  /// The maximum depth of nested objects and lists.
  static let depthLimit = 100

  init(_ reader: any ByteReader, name: String) {
    self.reader = reader
    self.name = name
  }

  // MARK: Bytes

  /// Returns the next byte without consuming it; nil at the end.
  func peek() throws(IngestError) -> UInt8? {
    if position == end {
      blockOffset += end
      (position, end) = (0, try reader.read(into: &block, startingAt: 0))
      if end == 0 { return nil }
    }
    return block[position]
  }

  /// Consumes the byte that was peeked at.
  func advance() {
    if block[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  /// Returns the next byte that is not a blank, without consuming it; nil at the end.
  func peekAfterBlanks() throws(IngestError) -> UInt8? {
    while let byte = try peek() {
      guard byte == 0x20 || (9...13).contains(byte) else { return byte }
      advance()
    }
    return nil
  }

  /// Skips the byte order mark that some programs write before UTF-8.
  func skipMark() throws(IngestError) {
    for byte: UInt8 in [0xef, 0xbb, 0xbf] {
      guard try peek() == byte else { return }
      advance()
    }
  }

  /// Consumes a sign.
  ///
  /// - Throws: ``IngestError`` if another one follows.
  func expect(_ sign: Unicode.Scalar, _ purpose: String) throws(IngestError) {
    guard try peekAfterBlanks() == UInt8(ascii: sign) else { throw try unexpected("\"\(sign)\" \(purpose)") }
    advance()
  }

  func error(_ detail: String) -> IngestError {
    let place = InputPosition(source: name, byteOffset: blockOffset + position, line: line)
    return IngestError(.malformedJSON(detail), at: place)
  }

  /// Returns the error for an unexpected byte.
  func unexpected(_ wanted: String) throws(IngestError) -> IngestError {
    guard let byte = try peek() else {
      let place = InputPosition(source: name, byteOffset: blockOffset + position, line: line)
      return IngestError(.truncatedJSON, at: place)
    }
    let isPrintable = (0x21...0x7e).contains(byte)
    let found = isPrintable ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
    return error("\(wanted) is expected, and \(found) follows")
  }

  private func commaAtEnd(_ sign: String) -> IngestError {
    error("there is a comma before \"\(sign)\", but no value after it")
  }

  // MARK: Values

  /// Reads an object as a record.
  func readObject(into record: inout JSONRecord) throws(IngestError) {
    path.removeAll(keepingCapacity: true)
    depth = 0
    record.reset(line: line)
    try readMembers(into: &record)
  }

  /// Reads a list as a record whose members are named `column_1`, `column_2`, ...
  func readList(into record: inout JSONRecord) throws(IngestError) {
    path.removeAll(keepingCapacity: true)
    depth = 0
    record.reset(line: line)
    var index = 0
    try forEachElement { () throws(IngestError) in
      path = Array(FeatureName.ofColumn(index).utf8)
      index += 1
      try readValue(into: &record)
    }
  }

  /// Calls `body` at the beginning of each element of a list.
  func forEachElement(_ body: () throws(IngestError) -> Void) throws(IngestError) {
    try expect("[", "at the beginning of a list")
    if try peekAfterBlanks() == UInt8(ascii: "]") { return advance() }
    while true {
      if try peekAfterBlanks() == UInt8(ascii: "]") { throw commaAtEnd("]") }
      try body()
      let next = try peekAfterBlanks()
      guard next == UInt8(ascii: ",") || next == UInt8(ascii: "]") else {
        throw try unexpected("\",\" or \"]\"")
      }
      advance()
      if next == UInt8(ascii: "]") { return }
    }
  }

  /// Calls `body` with each name of an object, at the beginning of its value.
  func forEachMember(_ body: ([UInt8]) throws(IngestError) -> Void) throws(IngestError) {
    try expect("{", "at the beginning of an object")
    if try peekAfterBlanks() == UInt8(ascii: "}") { return advance() }
    var key: [UInt8] = []
    while true {
      let first = try peekAfterBlanks()
      if first == UInt8(ascii: "}") { throw commaAtEnd("}") }
      guard first == UInt8(ascii: "\"") else { throw try unexpected("a name in double quotes") }
      key.removeAll(keepingCapacity: true)
      try readString(into: &key)
      try expect(":", "after a name")
      _ = try peekAfterBlanks()
      try body(key)
      let next = try peekAfterBlanks()
      guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else {
        throw try unexpected("\",\" or \"}\"")
      }
      advance()
      if next == UInt8(ascii: "}") { return }
    }
  }

  private func readMembers(into record: inout JSONRecord) throws(IngestError) {
    try deeper()
    let count = path.count
    try forEachMember { key throws(IngestError) in
      if count > 0 { path.append(UInt8(ascii: ".")) }
      path += key
      try readValue(into: &record)
      path.removeLast(path.count - count)
    }
    depth -= 1
  }

  private func deeper() throws(IngestError) {
    depth += 1
    guard depth <= Self.depthLimit else {
      throw error("objects are nested more than \(Self.depthLimit) deep")
    }
  }

  private func readValue(into record: inout JSONRecord) throws(IngestError) {
    let first = try peek()
    if first == UInt8(ascii: "{") { return try readMembers(into: &record) }
    let nameStart = record.bytes.count
    record.bytes += path
    let start = record.bytes.count
    guard try readText(of: first, into: &record.bytes) else {
      record.bytes.removeLast(record.bytes.count - nameStart)
      return
    }
    try check(record.bytes.count)
    record.cells.append(JSONRecord.Cell(name: nameStart..<start, text: start..<record.bytes.count))
  }

  /// Appends the text of a value that is not an object; false for a missing value.
  private func readText(of first: UInt8?, into bytes: inout [UInt8]) throws(IngestError) -> Bool {
    switch first {
    case UInt8(ascii: "\""): try readString(into: &bytes)
    case UInt8(ascii: "["): try copy(into: &bytes)
    case UInt8(ascii: "n"), UInt8(ascii: "N"):
      let word = first == UInt8(ascii: "n") ? "null" : "NaN"
      try readWord(word)
      return false
    case UInt8(ascii: "t"): try readWord("true", into: &bytes)
    case UInt8(ascii: "f"): try readWord("false", into: &bytes)
    case UInt8(ascii: "I"): try readWord("Infinity", into: &bytes)
    default: try readNumber(into: &bytes)
    }
    return true
  }

  /// Copies a value as compact JSON.
  private func copy(into bytes: inout [UInt8]) throws(IngestError) {
    try deeper()
    defer { depth -= 1 }
    var copied = bytes
    bytes = []
    defer { bytes = copied }
    let isList = try peek() == UInt8(ascii: "[")
    copied.append(UInt8(ascii: isList ? "[" : "{"))
    let start = copied.count
    func element() throws(IngestError) {
      switch try peek() {
      case UInt8(ascii: "["), UInt8(ascii: "{"): try copy(into: &copied)
      case UInt8(ascii: "\""): try copyString(into: &copied)
      case let first:
        if try !readText(of: first, into: &copied) { copied += Array("null".utf8) }
      }
      try check(copied.count)
    }
    if isList {
      try forEachElement { () throws(IngestError) in
        if copied.count > start { copied.append(UInt8(ascii: ",")) }
        try element()
      }
    } else {
      try forEachMember { key throws(IngestError) in
        if copied.count > start { copied.append(UInt8(ascii: ",")) }
        copied += JSONScanner.quoted(key) + [UInt8(ascii: ":")]
        try element()
      }
    }
    copied.append(UInt8(ascii: isList ? "]" : "}"))
  }

  private func copyString(into bytes: inout [UInt8]) throws(IngestError) {
    var text: [UInt8] = []
    try readString(into: &text)
    bytes += Self.quoted(text)
  }

  private static func quoted(_ text: [UInt8]) -> [UInt8] {
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
      if byte < 0x20 { quoted += Array("\\u00".utf8) + hex(byte) } else { quoted.append(byte) }
    }
    return quoted + [UInt8(ascii: "\"")]
  }

  private static func hex(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  /// Refuses records above the maximum length.
  func check(_ byteCount: Int) throws(IngestError) {
    guard byteCount > CSVRecordCutter.recordByteLimit else { return }
    let place = InputPosition(source: name, byteOffset: blockOffset + position, line: line)
    throw IngestError(.recordTooLong(limitBytes: CSVRecordCutter.recordByteLimit), at: place)
  }

  /// Skips any value.
  func skipValue() throws(IngestError) {
    var passed: [UInt8] = []
    switch try peek() {
    case UInt8(ascii: "{"):
      try deeper()
      try forEachMember { _ throws(IngestError) in try skipValue() }
      depth -= 1
    case UInt8(ascii: "["):
      try deeper()
      try forEachElement { () throws(IngestError) in try skipValue() }
      depth -= 1
    case let first: _ = try readText(of: first, into: &passed)
    }
  }

  private func readWord(_ word: StaticString, into bytes: inout [UInt8]) throws(IngestError) {
    try readWord("\(word)")
    bytes += Array("\(word)".utf8)
  }

  private func readWord(_ word: String) throws(IngestError) {
    for byte in word.utf8 {
      guard try peek() == byte else { throw try unexpected("\"\(word)\"") }
      advance()
    }
  }

  private func readNumber(into bytes: inout [UInt8]) throws(IngestError) {
    if try take(UInt8(ascii: "-"), into: &bytes), try peek() == UInt8(ascii: "I") {
      return try readWord("Infinity", into: &bytes)
    }
    try readDigits(into: &bytes)
    if try take(UInt8(ascii: "."), into: &bytes) { try readDigits(into: &bytes) }
    let mark = try peek()
    guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return }
    bytes.append(UInt8(ascii: "e"))
    advance()
    if try !take(UInt8(ascii: "+"), into: &bytes) { _ = try take(UInt8(ascii: "-"), into: &bytes) }
    try readDigits(into: &bytes)
  }

  private func take(_ byte: UInt8, into bytes: inout [UInt8]) throws(IngestError) -> Bool {
    guard try peek() == byte else { return false }
    bytes.append(byte)
    advance()
    return true
  }

  private func readDigits(into bytes: inout [UInt8]) throws(IngestError) {
    let start = bytes.count
    while let byte = try peek(), byte &- 48 <= 9 {
      bytes.append(byte)
      advance()
      try check(bytes.count)
    }
    guard bytes.count > start else { throw try unexpected(start == 0 ? "a value" : "a value or a digit") }
  }
}

import MisfitCore

/// One pass over the records of a JSON text.
final class JSONRecordReader {
  private enum Place {
    case beginning
    case betweenElements
    case betweenObjects
    case end
  }

  private let scanner: JSONScanner
  private let form: JSONForm
  private var place = Place.beginning

  init(_ scanner: JSONScanner, _ form: JSONForm) {
    self.scanner = scanner
    self.form = form
  }

  /// Replaces the content of a record by the next one; false at the end.
  func next(into record: inout JSONRecord) throws(IngestError) -> Bool {
    switch place {
    case .beginning:
      try begin()
      return place == .betweenObjects ? try nextObject(into: &record) : try firstElement(into: &record)
    case .betweenObjects: return try nextObject(into: &record)
    case .betweenElements: return try nextElement(into: &record)
    case .end: return false
    }
  }

  /// Moves to the first record, or before the array that contains it.
  private func begin() throws(IngestError) {
    try scanner.skipMark()
    _ = try scanner.peekAfterBlanks()
    place = form == .lines ? .betweenObjects : .betweenElements
    guard case .member(let name) = form else { return }
    try scanner.expect("{", "at the beginning of an object")
    while true {
      guard try scanner.peekAfterBlanks() == UInt8(ascii: "\"") else {
        throw try scanner.unexpected("a name in quotes")
      }
      var key: [UInt8] = []
      try scanner.readString(into: &key)
      try scanner.expect(":", "after a name")
      _ = try scanner.peekAfterBlanks()
      if key == name { return }
      try scanner.skipValue()
      try scanner.expect(",", "after a member")
    }
  }

  private func nextObject(into record: inout JSONRecord) throws(IngestError) -> Bool {
    // Some programs separate objects by a record separator or a comma.
    while let byte = try scanner.peekAfterBlanks(), byte == 0x1e || byte == UInt8(ascii: ",") {
      scanner.advance()
    }
    switch try scanner.peek() {
    case nil:
      place = .end
      return false
    case UInt8(ascii: "["): try scanner.readList(into: &record)
    default: try scanner.readObject(into: &record)
    }
    return true
  }

  private func firstElement(into record: inout JSONRecord) throws(IngestError) -> Bool {
    try scanner.expect("[", "at the beginning of a list")
    guard try scanner.peekAfterBlanks() == UInt8(ascii: "]") else { return try readElement(into: &record) }
    return try finish()
  }

  private func nextElement(into record: inout JSONRecord) throws(IngestError) -> Bool {
    let next = try scanner.peekAfterBlanks()
    if next == UInt8(ascii: "]") { return try finish() }
    guard next == UInt8(ascii: ",") else { throw try scanner.unexpected("\",\" or \"]\"") }
    scanner.advance()
    _ = try scanner.peekAfterBlanks()
    return try readElement(into: &record)
  }

  private func readElement(into record: inout JSONRecord) throws(IngestError) -> Bool {
    switch try scanner.peek() {
    case UInt8(ascii: "["): try scanner.readList(into: &record)
    case UInt8(ascii: "{"): try scanner.readObject(into: &record)
    default: throw try scanner.unexpected("an object or a list, for a record,")
    }
    return true
  }

  /// Reads what follows the last record.
  private func finish() throws(IngestError) -> Bool {
    scanner.advance()
    place = .end
    if case .member = form {
      while try scanner.peekAfterBlanks() == UInt8(ascii: ",") {
        scanner.advance()
        var key: [UInt8] = []
        guard try scanner.peekAfterBlanks() == UInt8(ascii: "\"") else {
          throw try scanner.unexpected("a name in quotes")
        }
        try scanner.readString(into: &key)
        try scanner.expect(":", "after a name")
        _ = try scanner.peekAfterBlanks()
        try scanner.skipValue()
      }
      try scanner.expect("}", "at the end of the object")
    }
    guard try scanner.peekAfterBlanks() == nil else { throw try scanner.unexpected("the end of the file") }
    return false
  }
}

import MisfitCore

/// Where the records of a JSON text are.
enum JSONForm: Equatable, Sendable {
  /// One object after the other, mostly one a line.
  case lines
  /// The elements of one array.
  case array
  /// The elements of the array with this name in one object, as in `{"data": [...]}`.
  case member([UInt8])

  /// Whether bytes begin as JSON does that holds records: with `{"`, `{}`, `[{`, `[[` or `[]`.
  static func isBeginning(_ head: [UInt8]) -> Bool {
    let isMarked = head.starts(with: [0xef, 0xbb, 0xbf])
    let signs = head.dropFirst(isMarked ? 3 : 0).filter { $0 != 0x20 && !(9...13).contains($0) }.prefix(2)
    guard signs.count == 2 else { return false }
    return ["{\"", "{}", "[{", "[[", "[]"].contains { signs.elementsEqual($0.utf8) }
  }

  /// The form of a text, by its beginning; `isWhole` where that is all of it.
  ///
  /// A single object is a record, unless a member of it is an array of objects.
  init(_ head: [UInt8], isWhole: Bool, name: String) throws(IngestError) {
    let scanner = JSONScanner(MemoryReader(head, pieceByteCount: .max), name: name)
    try scanner.skipMark()
    if try scanner.peekBehindBlanks() == UInt8(ascii: "[") {
      self = .array
      return
    }
    var member: [UInt8]?
    do throws(IngestError) {
      try scanner.forEachMember { key throws(IngestError) in
        if member == nil, try scanner.peek() == UInt8(ascii: "[") {
          try scanner.skipArray { isOfObjects in if isOfObjects { member = key } }
        } else {
          try scanner.skipValue()
        }
      }
      // Another object behind it: each is a record.
      if try scanner.peekBehindBlanks() != nil { member = nil }
    } catch {
      guard !isWhole, error.kind == .truncatedJSON else { throw error }
    }
    self = member.map { .member($0) } ?? .lines
  }
}

extension JSONScanner {
  /// Passes over an array; `told` gets to know, before its end, whether it begins with an object.
  fileprivate func skipArray(_ told: (Bool) -> Void) throws(IngestError) {
    var isFirst = true
    try forEachElement { () throws(IngestError) in
      if isFirst { told(try peek() == UInt8(ascii: "{")) }
      isFirst = false
      try skipValue()
    }
  }
}

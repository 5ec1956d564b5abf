import MisfitCore

/// The position of the records in a JSON text.
enum JSONForm: Equatable, Sendable {
  /// One object or list after the other, usually one on each line.
  case lines
  /// The elements of one array.
  case array
  /// The elements of the array with this name in one object, as in `{"data": [...]}`.
  case member([UInt8])

  /// Returns whether bytes begin as JSON with records, or as Python prints it with other quotes: with `{"`,
  /// `{}`, `[{`, `[[`, `[]`, or with a list on its own.
  static func isBeginning(_ head: [UInt8]) -> Bool {
    let isMarked = head.starts(with: [0xef, 0xbb, 0xbf])
    let text = head.dropFirst(isMarked ? 3 : 0).drop { isBlank($0) }
    let signs = text.prefix(64).filter { !isBlank($0) }.prefix(2)
    guard signs.count == 2 else { return false }
    if ["{\"", "{'", "{}", "[{", "[[", "[]"].contains(where: { signs.elementsEqual($0.utf8) }) {
      return true
    }
    return signs.first == UInt8(ascii: "[") && isList(text)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 9...13 ~= byte }

  /// Returns whether a text is a list of values, on its own or before another one.
  private static func isList(_ text: ArraySlice<UInt8>) -> Bool {
    let scanner = JSONScanner(MemoryReader(Array(text), pieceByteCount: .max), name: "")
    do throws(IngestError) {
      try scanner.skipValue()
      let next = try scanner.peekAfterBlanks()
      return next == nil || next == UInt8(ascii: "[")
    } catch { return error.kind == .truncatedJSON }
  }

  /// Detects the form from the beginning of a text; `isWhole` if that is all of it.
  ///
  /// A single object is a record, unless a member of it is an array of objects.
  ///
  /// - Throws: ``IngestError``, also for a single object that contains columns rather than records.
  init(_ head: [UInt8], isWhole: Bool, name: String) throws(IngestError) {
    let scanner = JSONScanner(MemoryReader(head, pieceByteCount: .max), name: name)
    try scanner.skipMark()
    var outline = JSONOutline()
    var isOne = true
    do throws(IngestError) {
      if try scanner.peekAfterBlanks() == UInt8(ascii: "[") {
        try outline.readList(scanner)
      } else {
        try outline.readObject(scanner)
      }
      // If another one follows, each is a record.
      isOne = try scanner.peekAfterBlanks() == nil
    } catch {
      guard !isWhole, error.kind == .truncatedJSON else { throw error }
    }
    guard isOne else {
      self = .lines
      return
    }
    if let layout = outline.otherLayout {
      throw IngestError(.otherJSONLayout(layout), at: InputPosition(source: name))
    }
    self = outline.isList ? .array : outline.recordsMember.map { .member($0) } ?? .lines
  }
}

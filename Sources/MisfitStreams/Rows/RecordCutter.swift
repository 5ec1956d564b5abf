/// Cuts a stream of bytes into parts that end with a complete record.
///
/// The rest, a record that is still being written, is kept until its line break arrives.
package struct RecordCutter {
  /// Whether line breaks in double quotes belong to a cell.
  package var quotesLines: Bool
  /// The bytes of the incomplete last record.
  package private(set) var rest: [UInt8] = []
  private var isQuoted = false
  /// The number of bytes of ``rest`` that were searched.
  private var searchedCount = 0

  /// The longest record; a longer one ends there, so that an open quote cannot hold back the rest.
  static let recordByteLimit = 1 << 20

  package init(quotesLines: Bool) { self.quotesLines = quotesLines }

  /// Adds bytes, and returns all complete records.
  package mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
    rest.append(contentsOf: bytes)
    var end = 0
    for index in searchedCount..<rest.count {
      let byte = rest[index]
      if byte == UInt8(ascii: "\""), quotesLines {
        isQuoted.toggle()
      } else if byte == UInt8(ascii: "\n"), !isQuoted || index - end > Self.recordByteLimit {
        end = index + 1
        isQuoted = false
      }
    }
    searchedCount = rest.count - end
    guard end > 0 else { return [] }
    let complete = Array(rest[..<end])
    rest.removeFirst(end)
    return complete
  }

  /// Returns the incomplete last record with a line break, and forgets it: for the end of the input.
  package mutating func finish() -> [UInt8] {
    defer { self = RecordCutter(quotesLines: quotesLines) }
    return rest.isEmpty ? [] : rest + [UInt8(ascii: "\n")]
  }
}

/// Cuts a stream of bytes into parts that end with a complete record.
///
/// The rest, a record that is still being written, is kept until its line break arrives.
package struct RecordCutter {
  /// The rule of quotes; nil until the first record shows it.
  package var quoting: RecordQuoting? {
    didSet { scan.delimiter = delimiter }
  }
  /// The bytes of the incomplete last record.
  package private(set) var rest: [UInt8] = []
  private var scan = QuoteScan(delimiter: nil)
  /// The number of bytes of ``rest`` that were searched.
  private var searchedCount = 0

  /// The longest record; a longer one ends there, so that an open quote cannot hold back the rest.
  static let recordByteLimit = 1 << 20

  package init(quoting: RecordQuoting?) {
    self.quoting = quoting
    scan.delimiter = delimiter
  }

  private var delimiter: UInt8? {
    if case .cells(let delimiter) = quoting { delimiter } else { nil }
  }

  /// Adds bytes, and returns all complete records.
  ///
  /// While the rule of quotes is unknown, these are only the first record and the comments before it: set
  /// ``quoting``, then cut again without bytes. Lines of JSON set it themselves.
  package mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
    rest.append(contentsOf: bytes)
    if quoting == nil { return cutFirst() }
    let canQuote = quoting != RecordQuoting.never
    var end = 0
    for index in searchedCount..<rest.count {
      let byte = rest[index]
      if byte == UInt8(ascii: "\""), canQuote {
        scan.pass(quoteAt: index, in: rest, from: end)
      } else if byte == UInt8(ascii: "\n"), !scan.isQuoted || index - end > Self.recordByteLimit {
        end = index + 1
        scan = QuoteScan(delimiter: delimiter)
      }
    }
    searchedCount = rest.count - end
    return remove(end)
  }

  /// Returns everything up to the first record that shows the format.
  private mutating func cutFirst() -> [UInt8] {
    var start = 0
    while start < rest.count {
      let end = RowParser.recordEnd(rest, start, nil)
      guard end.next <= rest.count else { break }
      let first = RowParser.firstByte(rest[start..<end.content])
      start = end.next
      guard let first, first != UInt8(ascii: "#") else { continue }
      // A line of JSON needs no other to be understood, and the first ones together show counters.
      if first == UInt8(ascii: "{") {
        quoting = .never
        return cut([])
      }
      return remove(end.next)
    }
    return []
  }

  private mutating func remove(_ count: Int) -> [UInt8] {
    guard count > 0 else { return [] }
    let complete = Array(rest[..<count])
    rest.removeFirst(count)
    scan.move(by: -count)
    return complete
  }

  /// Returns the incomplete last record with a line break, and forgets it: for the end of the input.
  package mutating func finish() -> [UInt8] {
    defer { self = RecordCutter(quoting: quoting) }
    return rest.isEmpty ? [] : rest + [UInt8(ascii: "\n")]
  }
}

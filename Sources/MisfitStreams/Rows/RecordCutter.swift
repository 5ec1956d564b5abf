import MisfitCore
import MisfitIngest

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

  private let options: RowFormatOptions

  /// Creates a cutter; without a rule of quotes it is found by the options and the first records.
  package init(quoting: RecordQuoting?, options: RowFormatOptions = RowFormatOptions()) {
    self.quoting = quoting
    self.options = options
    scan.delimiter = delimiter
  }

  private var delimiter: UInt8? {
    if case .cells(let delimiter) = quoting { delimiter } else { nil }
  }

  /// Adds bytes, and returns all complete records.
  ///
  /// While the rule of quotes is unknown, there are none before the first record of data, which shows it
  /// together with the others at hand.
  package mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
    rest.append(contentsOf: bytes)
    if quoting == nil { return cutFirst() }
    let canQuote = quoting != RecordQuoting.never
    let hasQuote = canQuote && rest[searchedCount...].contains(UInt8(ascii: "\""))
    if !scan.isQuoted, !hasQuote {
      let count = rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      if count > 0 { scan = QuoteScan(delimiter: delimiter) }
      searchedCount = rest.count - count
      return remove(count)
    }
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

  /// Finds the rule of quotes from the records at hand, and returns these; nothing without a record of data.
  private mutating func cutFirst() -> [UInt8] {
    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    let lines = rest[RowParser.markByteCount(rest[...])...last]
    let isLong = rest.count > Self.recordByteLimit
    if RowParser.objectIndex(lines) != nil {
      quoting = .never
    } else if let head = StreamHead(lines, options: options.source) {
      guard head.hasData || isLong else { return [] }
      quoting = .cells(delimiter: head.delimiter)
    } else {
      guard isLong else { return [] }
      quoting = .cells(delimiter: options.delimiter)
    }
    return cut([])
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
    defer { self = RecordCutter(quoting: quoting, options: options) }
    return rest.isEmpty ? [] : rest + [UInt8(ascii: "\n")]
  }
}

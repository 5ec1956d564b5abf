/// The rule of double quotes in records.
package enum RecordQuoting: Hashable, Sendable {
  /// Quotes never hide a line break, as in JSON lines.
  case never
  /// A quote at the beginning of a cell opens quoting; nil if the delimiter is not known yet.
  case cells(delimiter: UInt8?)
}

/// The search for the end of quoted cells.
///
/// Only a quote at the beginning of a cell opens quoting: `5" pipe` is a cell with one quote.
struct QuoteScan {
  /// The delimiter of cells; nil if it is not known yet: then every usual one is.
  var delimiter: UInt8?
  /// Whether the current position is within quotes.
  private(set) var isQuoted = false
  private var closedIndex = -2

  init(delimiter: UInt8?) { self.delimiter = delimiter }

  /// Passes a quote at an index of a record that begins at `start`.
  mutating func pass(quoteAt index: Int, in bytes: [UInt8], from start: Int) {
    if isQuoted {
      (isQuoted, closedIndex) = (false, index)
    } else {
      // Two quotes in a quoted cell are one.
      isQuoted = closedIndex == index - 1 || isCellStart(index, bytes, start)
    }
  }

  /// Corrects the index for bytes that were added or removed before the record.
  mutating func move(by count: Int) { closedIndex += count }

  private func isCellStart(_ index: Int, _ bytes: [UInt8], _ start: Int) -> Bool {
    var before = index - 1
    while before >= start, !isDelimiter(bytes[before]), bytes[before] == 0x20 { before -= 1 }
    guard before >= start, !isDelimiter(bytes[before]) else { return true }
    // A byte order mark.
    return before == start + 2 && bytes[start] == 0xef && bytes[start + 1] == 0xbb && bytes[before] == 0xbf
  }

  private func isDelimiter(_ byte: UInt8) -> Bool {
    delimiter.map { $0 == byte } ?? ",;|\t".utf8.contains(byte)
  }
}

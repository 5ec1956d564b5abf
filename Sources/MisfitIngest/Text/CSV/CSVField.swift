/// The position of one field in a buffer.
package struct CSVField: Equatable {
  /// The content, without quotes and line end.
  package var content: Range<Int>
  /// Whether the content contains doubled quotes.
  var hasDoubledQuotes = false
  /// The number of line feeds inside the quotes.
  var lineFeedCount = 0
  /// The index of the byte that ends the field: a delimiter, or the line feed.
  package var end: Int

  /// Creates a field.
  package init(content: Range<Int>, hasDoubledQuotes: Bool = false, lineFeedCount: Int = 0, end: Int) {
    self.content = content
    self.hasDoubledQuotes = hasDoubledQuotes
    self.lineFeedCount = lineFeedCount
    self.end = end
  }
}

/// The result of scanning a field.
package enum CSVFieldScan: Equatable {
  case field(CSVField)
  /// The buffer ends inside quotes that begin at this index.
  case isUnclosed(quote: Int)
  /// The buffer ends before the field does.
  case isIncomplete
  /// The closing quote is followed by text, from this index on.
  case isFollowedByText(Int)
}

extension CSVField {
  /// Scans the field that begins at `start`, by RFC 4180; a quote inside an unquoted field is an ordinary
  /// character.
  ///
  /// If spaces delimit, any number of them is one delimiter.
  package static func scan(
    _ bytes: borrowing Span<UInt8>, from start: Int, delimiter: UInt8
  ) -> CSVFieldScan {
    var at = start
    while at < bytes.count, bytes[at] == space { at += 1 }
    if at < bytes.count, bytes[at] == quote { return scanQuoted(bytes, from: at, delimiter: delimiter) }
    let first = delimiter == space ? at : start
    while at < bytes.count, bytes[at] != delimiter, bytes[at] != lineFeed { at += 1 }
    guard at < bytes.count else { return .isIncomplete }
    var end = at
    // Some programs write more than one carriage return before a line feed.
    if bytes[at] == lineFeed { while end > first, bytes[end - 1] == carriageReturn { end -= 1 } }
    return .field(CSVField(content: first..<end, end: at))
  }

  private static func scanQuoted(
    _ bytes: borrowing Span<UInt8>, from opening: Int, delimiter: UInt8
  ) -> CSVFieldScan {
    var field = CSVField(content: 0..<0, end: 0)
    var at = opening + 1
    while true {
      guard at < bytes.count else { return .isUnclosed(quote: opening) }
      if bytes[at] == lineFeed { field.lineFeedCount += 1 }
      if bytes[at] == quote {
        guard at + 1 < bytes.count, bytes[at + 1] == quote else { break }
        field.hasDoubledQuotes = true
        at += 1
      }
      at += 1
    }
    field.content = opening + 1..<at
    at += 1
    while at < bytes.count, bytes[at] == space, delimiter != space { at += 1 }
    while at + 1 < bytes.count, bytes[at] == carriageReturn,
      bytes[at + 1] == lineFeed || bytes[at + 1] == carriageReturn
    {
      at += 1
    }
    guard at < bytes.count else { return .isIncomplete }
    guard bytes[at] == delimiter || bytes[at] == lineFeed else {
      // The buffer may end between a carriage return and its line feed.
      return bytes[at] == carriageReturn && at + 1 == bytes.count ? .isIncomplete : .isFollowedByText(at)
    }
    field.end = at
    return .field(field)
  }

  /// Returns the content with doubled quotes replaced by single ones.
  package func text(in bytes: borrowing Span<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(content.count)
    var at = content.lowerBound
    while at < content.upperBound {
      text.append(bytes[at])
      at += hasDoubledQuotes && bytes[at] == Self.quote ? 2 : 1
    }
    return text
  }

  /// Returns the number of bytes of the blank line that begins at an index, including its end; 0 if there is
  /// none.
  ///
  /// A line is blank if it has only spaces, and tabs unless they delimit, as in pandas.
  package static func blankLineByteCount(
    _ bytes: borrowing Span<UInt8>, _ place: Int, delimiter: UInt8
  ) -> Int {
    var at = place
    while at < bytes.count, bytes[at] == space || (bytes[at] == tab && delimiter != tab) { at += 1 }
    if at + 1 < bytes.count, bytes[at] == carriageReturn, bytes[at + 1] == lineFeed { at += 1 }
    return at < bytes.count && bytes[at] == lineFeed ? at + 1 - place : 0
  }

  package static let quote = UInt8(ascii: "\"")
  package static let lineFeed = UInt8(ascii: "\n")
  package static let carriageReturn = UInt8(ascii: "\r")
  package static let space = UInt8(ascii: " ")
  package static let tab = UInt8(ascii: "\t")
}

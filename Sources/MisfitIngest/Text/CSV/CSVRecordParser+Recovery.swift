import MisfitCore

/// The extent of a record that could not be read, for the log.
struct RecordExtent {
  /// The index after its line feed.
  var end: Int
  /// The number of its lines.
  var lineCount: Int

  /// Finds the extent of the record that begins at an index; nil if quotes hide its end.
  init?(_ bytes: borrowing Span<UInt8>, from start: Int, delimiter: UInt8) {
    (end, lineCount) = (start, 0)
    while end < bytes.count {
      guard case .field(let field) = CSVField.scan(bytes, from: end, delimiter: delimiter) else { return nil }
      lineCount += field.lineFeedCount
      end = field.end + 1
      if bytes[field.end] == CSVField.lineFeed {
        lineCount += 1
        return
      }
    }
    return nil
  }

  /// Returns the text without its line end.
  func text(_ bytes: borrowing Span<UInt8>, from start: Int) -> String {
    var last = end - 1
    if last > start, bytes[last - 1] == CSVField.carriageReturn { last -= 1 }
    return String(decoding: (start..<max(start, last)).map { bytes[$0] }, as: UTF8.self)
  }
}

extension IngestError.Kind {
  /// Whether a cell is not of its column's kind.
  var isOfUnreadCell: Bool {
    switch self {
    case .missingCell, .notFinite, .notANumber, .numberTooLarge, .decimalPoint, .notADate, .dateOrder,
      .ambiguousDate:
      true
    default: false
    }
  }

  /// Whether a record has another number of fields than the first.
  var isRagged: Bool {
    if case .raggedRecord = self { true } else { false }
  }
}

import MisfitCore

/// What stands where a record of a text begins, for the log of what could not be read.
struct RecordExtent {
  /// Behind its line feed.
  var end: Int
  /// Its lines.
  var lineCount: Int

  /// The extent of the record that begins at a place; nil where quotes hide its end.
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

  /// The text without its line end.
  func text(_ bytes: borrowing Span<UInt8>, from start: Int) -> String {
    var last = end - 1
    if last > start, bytes[last - 1] == CSVField.carriageReturn { last -= 1 }
    return String(decoding: (start..<max(start, last)).map { bytes[$0] }, as: UTF8.self)
  }
}

extension IngestError.Kind {
  /// Whether a cell is not what its column holds.
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

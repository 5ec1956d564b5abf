/// The first records of a text, split by one delimiter, from which the format is detected.
struct CSVSample {
  struct Record {
    var fields: [[UInt8]]
    var byteOffset: Int
    var line: Int
    /// The index of the next record.
    var end: Int
    var endLine: Int
  }

  /// The reason why the sample ends.
  enum Ending: Equatable {
    /// The end of the bytes, or the limit of records.
    case complete
    case unclosedQuote(byteOffset: Int, line: Int)
    case textAfterQuote(byteOffset: Int, line: Int, text: [UInt8])
    case tooManyFields(line: Int)
  }

  var records: [Record] = []
  /// The comment lines, split after the comment character.
  var comments: [Record] = []
  var ending = Ending.complete

  /// The number of cells that is enough to detect the format, in at least four records.
  private static let cellLimit = 1 << 20

  /// Splits at most `limit` records, without blank lines and comments.
  init(_ bytes: [UInt8], from start: CSVStart, delimiter: UInt8, limit: Int) {
    let span = bytes.span
    var at = start.byteOffset
    var line = start.line
    var cellCount = 0
    while at < span.count, records.count < limit, cellCount < Self.cellLimit || records.count < 4 {
      if let mark = start.comment, span[at] == mark {
        guard let comment = Self.comment(span, at, line, delimiter) else { return }
        if comments.count < limit { comments.append(comment) }
        at = comment.end
        line += 1
        continue
      }
      let length = CSVField.blankLineByteCount(span, at, delimiter: delimiter)
      if length > 0 {
        at += length
        line += 1
        continue
      }
      var record = Record(fields: [], byteOffset: at, line: line, end: at, endLine: line)
      guard read(span, &record, delimiter) else { return }
      cellCount += record.fields.count
      records.append(record)
      at = record.end
      line = record.endLine
    }
  }

  /// Returns the line of a comment; nil if it has no end.
  private static func comment(
    _ bytes: borrowing Span<UInt8>, _ place: Int, _ line: Int, _ delimiter: UInt8
  ) -> Record? {
    guard let end = bytes.firstIndex(of: CSVField.lineFeed, from: place) else { return nil }
    let text = Array((place + 1..<end + 1).map { bytes[$0] })
    let cut = CSVSample(text, from: CSVStart(byteOffset: 0, line: line), delimiter: delimiter, limit: 1)
    return Record(
      fields: cut.records.first?.fields ?? [], byteOffset: place, line: line, end: end + 1, endLine: line + 1)
  }

  private mutating func read(
    _ bytes: borrowing Span<UInt8>, _ record: inout Record, _ delimiter: UInt8
  ) -> Bool {
    while true {
      switch CSVField.scan(bytes, from: record.end, delimiter: delimiter) {
      case .field(let field):
        guard record.fields.count < SourceLimits.columnCount else {
          ending = .tooManyFields(line: record.line)
          return false
        }
        record.fields.append(field.text(in: bytes))
        record.endLine += field.lineFeedCount
        record.end = field.end + 1
        // Trailing spaces after the last field are not a delimiter.
        let blank =
          bytes[field.end] == CSVField.space
          ? CSVField.blankLineByteCount(bytes, record.end, delimiter: delimiter) : 0
        record.end += blank
        if blank > 0 || bytes[field.end] == CSVField.lineFeed {
          record.endLine += 1
          return true
        }
      case .isUnclosed(let quote):
        ending = .unclosedQuote(byteOffset: quote, line: record.endLine)
        return false
      case .isIncomplete:
        return false
      case .isFollowedByText(let place):
        var end = place
        while end < bytes.count, bytes[end] != delimiter, bytes[end] != CSVField.lineFeed { end += 1 }
        let text = CSVField(content: place..<end, end: end).text(in: bytes)
        ending = .textAfterQuote(byteOffset: place, line: record.endLine, text: text)
        return false
      }
    }
  }
}

extension CSVSample {
  /// Whether a record has more fields than the limit.
  var hasTooManyFields: Bool {
    if case .tooManyFields = ending { true } else { false }
  }

  /// The number of fields of most records; the larger of two equally frequent numbers.
  var usualFieldCount: Int {
    var frequencies: [Int: Int] = [:]
    for record in records { frequencies[record.fields.count, default: 0] += 1 }
    return frequencies.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
  }

  /// The first record with the number of fields that nearly all have; nil if records differ or are few.
  var usualRecord: Record? {
    guard records.count >= 10 else { return nil }
    let usual = records[records.count / 2].fields.count
    let count = records.count { $0.fields.count == usual }
    return count * 10 >= records.count * 9 ? records.first { $0.fields.count == usual } : nil
  }

  /// A measure of how well a delimiter splits records.
  struct Fit: Comparable {
    /// The share of the records with the most frequent number of fields, if that is more than one.
    var consistency = 0.0
    /// The share of the cells that are numbers.
    var numericShare = 0.0
    var fieldCount = 0

    static func < (a: Fit, b: Fit) -> Bool {
      (a.consistency, a.numericShare, a.fieldCount) < (b.consistency, b.numericShare, b.fieldCount)
    }
  }

  /// Returns the fit of the delimiter.
  ///
  /// A decimal comma is part of a number unless commas delimit.
  func fit(delimiter: UInt8) -> Fit {
    let usual = usualFieldCount
    guard usual > 1 else { return Fit() }
    let count = records.count { $0.fields.count == usual }
    var fit = Fit(consistency: Double(count) / Double(records.count), fieldCount: usual)
    var numericCount = 0
    var cellCount = 0
    for record in records {
      for field in record.fields {
        cellCount += 1
        if CellKind(field, delimiter: delimiter) == .number { numericCount += 1 }
      }
    }
    fit.numericShare = Double(numericCount) / Double(cellCount)
    return fit
  }
}

/// The apparent kind of a cell.
enum CellKind {
  case number
  /// An empty cell, or one of the usual words for "no value".
  case missing
  case text

  /// Classifies a field; numbers with signs and marks of any kind count as numbers, unless commas delimit.
  init(_ field: [UInt8], delimiter: UInt8) {
    self.init(field)
    if self == .text, delimiter != UInt8(ascii: ",") || !field.contains(UInt8(ascii: ",")),
      WrittenNumber(field.span)?.marks != nil
    {
      self = .number
    }
  }

  init(_ field: [UInt8]) {
    switch DecimalNumber.read(field) {
    case .number, .tooLarge: self = .number
    case .notFinite, .empty: self = .missing
    case .notANumber:
      let word = DecimalNumber.trim(field[...])
      self = MissingWords.possible.contain(word.span) ? .missing : .text
    }
  }
}

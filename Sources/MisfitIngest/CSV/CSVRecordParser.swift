import MisfitCore

/// Reads the fields and numbers of records, straight into a batch.
struct CSVRecordParser: Sendable {
  private let name: String
  private let format: CSVFormat
  private let delimiter: UInt8
  /// The feature of each column; negative for what is none, see `idCode` and its neighbours.
  private let codes: [Int]

  private static let idCode = -1
  private static let labelCode = -2
  private static let ignoredCode = -3

  init(name: String, format: CSVFormat) {
    self.name = name
    self.format = format
    delimiter = format.delimiter
    codes = format.roles.map { role in
      switch role {
      case .feature(let index): index
      case .id: Self.idCode
      case .label: Self.labelCode
      case .ignored: Self.ignoredCode
      }
    }
  }

  /// Adds the records of a segment to a batch.
  ///
  /// - Throws: ``IngestError`` at the first that cannot be read.
  /// - Precondition: the batch has room for all of them.
  func parse(_ segment: CSVSegment, into batch: inout RecordBatch) throws(IngestError) {
    var values: [Double] = []
    swap(&values, &batch.values)  // so that they are written as a span while texts are added
    defer { swap(&values, &batch.values) }
    let bytes = segment.block.bytes
    try parse(bytes.span.extracting(first: segment.range.upperBound), segment, &values, into: &batch)
  }

  private func parse(
    _ bytes: borrowing Span<UInt8>, _ segment: CSVSegment, _ values: inout [Double],
    into batch: inout RecordBatch
  ) throws(IngestError) {
    var values = values.mutableSpan
    var emptyLine = segment.emptyLine
    var record = OpenRecord(segment)
    while record.at < bytes.count {
      let length = emptyLineByteCount(bytes, record.at)
      if length > 0 {
        emptyLine = emptyLine ?? place(of: record)
        record.line += 1
        record.at += length
        continue
      }
      if var emptyLine {
        emptyLine.record = record.number
        throw IngestError(.blankLine, at: emptyLine)
      }
      record.start = record.at
      batch.lines.append(record.line)
      batch.byteOffsets.append(record.baseByteOffset + record.start)
      record.rowStart = batch.rowCount * batch.width
      try readRecord(bytes, &record, &values, into: &batch)
      batch.rowCount += 1
      record.number += 1
      record.line += 1
    }
  }

  /// A record on its way.
  private struct OpenRecord {
    var start: Int
    /// Where its next field begins.
    var at: Int
    var column = 0
    /// Where its values begin in the batch.
    var rowStart = 0
    var line: Int
    /// Its number in the source, from 1.
    var number: Int
    let baseByteOffset: Int

    init(_ segment: CSVSegment) {
      start = segment.range.lowerBound
      at = start
      line = segment.firstLine
      number = segment.recordsBefore + 1
      baseByteOffset = segment.baseByteOffset
    }
  }

  private func place(of record: OpenRecord) -> InputPosition {
    InputPosition(
      source: name, byteOffset: record.baseByteOffset + record.at, line: record.line, record: record.number)
  }

  /// The bytes of the empty line that begins at a place; 0 where none does.
  @inline(__always)
  private func emptyLineByteCount(_ bytes: borrowing Span<UInt8>, _ place: Int) -> Int {
    let first = bytes[place]
    if first == CSVField.lineFeed { return 1 }
    guard first == CSVField.carriageReturn, bytes[place + 1] == CSVField.lineFeed else { return 0 }
    return 2
  }

  /// Reads the fields of a record, and moves behind its line feed.
  private func readRecord(
    _ bytes: borrowing Span<UInt8>, _ record: inout OpenRecord, _ values: inout MutableSpan<Double>,
    into batch: inout RecordBatch
  ) throws(IngestError) {
    let codes = codes.span
    // Where the field begins and its column are kept in registers: each field waits for the one before it.
    var at = record.at
    var column = 0
    while column < codes.count {
      let code = codes[column]
      if code >= 0, let value = number(bytes, &at) {
        values[record.rowStart &+ code] = value
      } else {
        (record.at, record.column) = (at, column)
        try readSlowly(bytes, &record, code, &values, into: &batch)
        at = record.at
      }
      column &+= 1
      at &+= 1
      if bytes[at &- 1] == delimiter { continue }
      (record.at, record.column) = (at, column)
      guard column == codes.count else {
        throw error(.raggedRecord(expected: codes.count, found: column), record, atField: nil)
      }
      return
    }
    (record.at, record.column) = (at, column)
    throw tooManyFields(bytes, record)
  }

  /// The number of a plain field, with `at` moved to the byte that ends it; nil, with `at` unmoved, for
  /// anything else.
  @inline(__always)
  private func number(_ bytes: borrowing Span<UInt8>, _ at: inout Int) -> Double? {
    var index = at
    while bytes[index] == CSVField.space { index &+= 1 }
    guard let value = DecimalNumber.scan(bytes, &index) else { return nil }
    var byte = bytes[index]
    if byte != delimiter, byte != CSVField.lineFeed {
      while bytes[index] == CSVField.space { index &+= 1 }
      if bytes[index] == CSVField.carriageReturn, bytes[index + 1] == CSVField.lineFeed { index += 1 }
      byte = bytes[index]
      guard byte == delimiter || byte == CSVField.lineFeed else { return nil }
    }
    at = index
    return value
  }

  /// Quoted fields, texts, unusual numbers and mistakes.
  private func readSlowly(
    _ bytes: borrowing Span<UInt8>, _ record: inout OpenRecord, _ code: Int,
    _ values: inout MutableSpan<Double>, into batch: inout RecordBatch
  ) throws(IngestError) {
    let field: CSVField
    switch CSVField.scan(bytes, from: record.at, delimiter: delimiter) {
    case .field(let found): field = found
    case .isUnclosed(let quote): throw error(.unclosedQuote, record, atField: quote)
    case .isIncomplete: preconditionFailure("a segment ends with a line feed")
    case .isFollowedByText(let place):
      var end = place
      while end < bytes.count, bytes[end] != delimiter, bytes[end] != CSVField.lineFeed { end += 1 }
      let rest = CSVField(content: place..<end, end: end).text(in: bytes)
      throw error(.textAfterQuote(Self.shown(rest)), record, atField: place)
    }
    switch code {
    case Self.idCode: batch.ids.append(String(decoding: field.text(in: bytes), as: UTF8.self))
    case Self.labelCode: batch.labels.append(String(decoding: field.text(in: bytes), as: UTF8.self))
    case Self.ignoredCode: break
    default: values[record.rowStart + code] = try value(of: field, bytes, record)
    }
    record.line += field.lineFeedCount
    record.at = field.end
  }

  private func value(
    of field: CSVField, _ bytes: borrowing Span<UInt8>, _ record: OpenRecord
  ) throws(IngestError) -> Double {
    let text = field.text(in: bytes)
    let kind: IngestError.Kind
    switch DecimalNumber.read(text) {
    case .number(let value): return value
    case .tooLarge: kind = .numberTooLarge(Self.shown(text))
    case .notFinite: kind = .notFinite(Self.shown(text))
    case .notANumber: kind = .notANumber(Self.shown(text))
    case .empty:
      // A record that ends here has too few fields rather than an empty one.
      let isLast = bytes[field.end] == CSVField.lineFeed
      let found = record.column + 1
      kind = isLast && found < codes.count ? .raggedRecord(expected: codes.count, found: found) : .missingCell
    }
    throw error(kind, record, atField: field.content.lowerBound)
  }

  private func tooManyFields(_ bytes: borrowing Span<UInt8>, _ record: OpenRecord) -> IngestError {
    var found = record.column
    var at = record.at
    while case .field(let field) = CSVField.scan(bytes, from: at, delimiter: delimiter) {
      found += 1
      at = field.end + 1
      if bytes[field.end] == CSVField.lineFeed { break }
    }
    return error(.raggedRecord(expected: codes.count, found: found), record, atField: nil)
  }

  /// An error in a record, at one of its fields or at its beginning.
  private func error(
    _ kind: IngestError.Kind, _ record: OpenRecord, atField place: Int?
  ) -> IngestError {
    let column = place == nil || record.column >= codes.count ? nil : format.names[record.column]
    let position = InputPosition(
      source: name, byteOffset: record.baseByteOffset + (place ?? record.start), line: record.line,
      record: record.number, column: column)
    return IngestError(kind, at: position)
  }

  /// A text as messages quote it: its first 60 bytes on one line.
  static func shown(_ text: [UInt8]) -> String {
    let beginning = String(decoding: DecimalNumber.trim(text[...]).prefix(60), as: UTF8.self)
    let visible = String(beginning.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return text.count > 60 ? visible + "..." : visible
  }
}

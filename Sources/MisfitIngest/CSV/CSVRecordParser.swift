import MisfitCore

/// Cuts bytes into records and reads their numbers, straight into a batch.
///
/// A record that the bytes hold only in part is left for the next call, which begins at it again with more
/// bytes.
struct CSVRecordParser {
  /// Why a call came back.
  enum Outcome: Equatable {
    case batchIsFull
    case needsMoreBytes
  }

  private let name: String
  private let format: CSVFormat
  private let delimiter: UInt8
  /// The feature of each column; negative for what is none, see `idCode` and its neighbours.
  private let codes: [Int]
  /// The line on which the next record begins.
  private var line: Int
  /// The records that are done.
  private(set) var recordCount = 0
  /// Where an empty line stands that more records must not follow.
  private var emptyLine: InputPosition?

  private static let idCode = -1
  private static let labelCode = -2
  private static let ignoredCode = -3

  init(name: String, format: CSVFormat) {
    self.name = name
    self.format = format
    delimiter = format.delimiter
    line = format.firstLine
    codes = format.roles.map { role in
      switch role {
      case .feature(let index): index
      case .id: Self.idCode
      case .label: Self.labelCode
      case .ignored: Self.ignoredCode
      }
    }
  }

  /// Reads records from `position` on and moves it behind the last that is whole.
  ///
  /// `baseByteOffset` is the place of the first of the bytes in the source. `isFinal` says that nothing
  /// follows; the bytes then end with a line feed.
  mutating func parse(
    _ bytes: borrowing Span<UInt8>, from position: inout Int, isFinal: Bool, baseByteOffset: Int,
    into batch: inout RecordBatch
  ) throws(IngestError) -> Outcome {
    // Behind the last line feed no record is whole, and before it every loop over a number meets one.
    var end = bytes.count
    while end > position, bytes[end - 1] != CSVField.lineFeed { end -= 1 }
    let lines = bytes.extracting(0..<end)
    while position < end {
      if batch.rowCount == batch.capacity { return .batchIsFull }
      if skipEmptyLine(lines, &position, baseByteOffset) { continue }
      if let emptyLine { throw IngestError(.blankLine, at: emptyLine) }
      var record = OpenRecord(start: position, line: line, baseByteOffset: baseByteOffset)
      guard try readRecord(lines, &record, into: &batch, isFinal: isFinal) else { return .needsMoreBytes }
      batch.lines.append(line)
      batch.byteOffsets.append(baseByteOffset + position)
      batch.rowCount += 1
      recordCount += 1
      line = record.line + 1
      position = record.at
    }
    return .needsMoreBytes
  }

  /// A record on its way.
  private struct OpenRecord {
    let start: Int
    /// Where its next field begins.
    var at: Int
    var column = 0
    var line: Int
    let baseByteOffset: Int

    init(start: Int, line: Int, baseByteOffset: Int) {
      self.start = start
      at = start
      self.line = line
      self.baseByteOffset = baseByteOffset
    }
  }

  private mutating func skipEmptyLine(
    _ bytes: borrowing Span<UInt8>, _ position: inout Int, _ baseByteOffset: Int
  ) -> Bool {
    let first = bytes[position]
    guard first == CSVField.lineFeed || first == CSVField.carriageReturn else { return false }
    let length = first == CSVField.lineFeed ? 1 : 2
    guard length == 1 || bytes[position + 1] == CSVField.lineFeed else { return false }
    if emptyLine == nil {
      emptyLine = InputPosition(
        source: name, byteOffset: baseByteOffset + position, line: line, record: recordCount + 1)
    }
    line += 1
    position += length
    return true
  }

  /// Reads the fields of a record; false where its end is not among the bytes.
  private func readRecord(
    _ bytes: borrowing Span<UInt8>, _ record: inout OpenRecord, into batch: inout RecordBatch, isFinal: Bool
  ) throws(IngestError) -> Bool {
    let rowStart = batch.rowCount * batch.width
    while true {
      guard record.column < codes.count else { throw tooManyFields(bytes, record) }
      let code = codes[record.column]
      let isDone: Bool
      if code >= 0, let value = number(bytes, &record.at) {
        batch.values[rowStart + code] = value
        isDone = true
      } else {
        isDone = try readSlowly(bytes, &record, code, rowStart, into: &batch, isFinal: isFinal)
      }
      guard isDone else {
        if batch.ids.count > batch.rowCount { batch.ids.removeLast() }
        if batch.labels.count > batch.rowCount { batch.labels.removeLast() }
        return false
      }
      record.column += 1
      record.at += 1
      if bytes[record.at - 1] == delimiter { continue }
      guard record.column == codes.count else {
        throw error(.raggedRecord(expected: codes.count, found: record.column), record, atField: nil)
      }
      return true
    }
  }

  /// The number of a plain field, with `at` moved to the byte that ends it; nil, with `at` unmoved, for
  /// anything else.
  @inline(__always)
  private func number(_ bytes: borrowing Span<UInt8>, _ at: inout Int) -> Double? {
    var index = at
    while bytes[index] == CSVField.space { index += 1 }
    guard let value = DecimalNumber.scan(bytes, &index) else { return nil }
    var byte = bytes[index]
    if byte != delimiter, byte != CSVField.lineFeed {
      while bytes[index] == CSVField.space { index += 1 }
      if bytes[index] == CSVField.carriageReturn, bytes[index + 1] == CSVField.lineFeed { index += 1 }
      byte = bytes[index]
      guard byte == delimiter || byte == CSVField.lineFeed else { return nil }
    }
    at = index
    return value
  }

  /// Quoted fields, texts, unusual numbers and mistakes.
  private func readSlowly(
    _ bytes: borrowing Span<UInt8>, _ record: inout OpenRecord, _ code: Int, _ rowStart: Int,
    into batch: inout RecordBatch, isFinal: Bool
  ) throws(IngestError) -> Bool {
    let field: CSVField
    switch CSVField.scan(bytes, from: record.at, delimiter: delimiter) {
    case .field(let found): field = found
    case .isUnclosed(let quote):
      guard isFinal else { return false }
      throw error(.unclosedQuote, record, atField: quote)
    case .isIncomplete: return false
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
    default: batch.values[rowStart + code] = try value(of: field, bytes, record)
    }
    record.line += field.lineFeedCount
    record.at = field.end
    return true
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
      record: recordCount + 1, column: column)
    return IngestError(kind, at: position)
  }

  /// A text as messages quote it: its first 60 bytes on one line.
  static func shown(_ text: [UInt8]) -> String {
    let beginning = String(decoding: DecimalNumber.trim(text[...]).prefix(60), as: UTF8.self)
    let visible = String(beginning.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return text.count > 60 ? visible + "..." : visible
  }
}

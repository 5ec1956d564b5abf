import MisfitCore

/// Parses records directly into a batch.
struct CSVRecordParser: Sendable {
  private let name: String
  let format: CSVFormat
  let delimiter: UInt8
  /// The first byte of comments; a space if there are none.
  private let comment: UInt8
  /// The feature of each column; negative for other columns, see `idCode` and its neighbors.
  let codes: [Int]
  let readers: [ColumnReader]
  let missing: MissingWords?
  /// Words that mean "no value" in features of numbers and dates only.
  let placeholders: (words: MissingWords, applies: [Bool])
  let keepsCells: Bool
  /// The features in the order of their columns; nil if that is the order of the features, or cells are not
  /// kept.
  private let cellOrder: [Int]?
  /// The notation of each feature's numbers, and whether it is plain.
  let notations: [ColumnNotation]
  let isPlain: [Bool]
  private let keepsHash: Bool
  private let handling: BadDataHandling
  /// Whether cells become the values that a model reads, so that records with bad ones can be skipped.
  private let readsValues: Bool
  /// The name of the text, which is part of its records' identifiers if there are several texts.
  private let idPrefix: String?
  /// The lines of the records if the text was converted from another format.
  private let lines: RecordLines?

  private static let idCode = -1
  private static let labelCode = -2
  private static let ignoredCode = -3
  /// This code and those below are features that are not read as numbers.
  private static let firstTypedCode = -4

  init(_ part: CSVPart) {
    name = part.input.name
    format = part.format
    idPrefix = format.hasIDs ? nil : part.idPrefix
    lines = part.input.recordLines
    delimiter = format.delimiter
    comment = format.comment ?? CSVField.space
    let readers = format.reading.readers(count: format.features.count, format.notations)
    self.readers = readers
    missing = format.reading.missingWords
    placeholders = format.reading.placeholders(count: format.features.count)
    keepsCells = format.reading == .cells
    let features = format.roles.compactMap { if case .feature(let index) = $0 { index } else { nil } }
    cellOrder = keepsCells && features != features.sorted() ? features : nil
    notations = format.notations.isEmpty ? readers.map { _ in ColumnNotation() } : format.notations
    isPlain = notations.map(\.notation.isPlain)
    keepsHash = format.reading.keepsHash
    handling = format.handling
    readsValues = format.reading.readsValues
    codes = format.roles.map { role in
      switch role {
      case .feature(let index):
        if case .number = readers[index] { index } else { Self.firstTypedCode - index }
      case .id: Self.idCode
      case .label: Self.labelCode
      case .ignored: Self.ignoredCode
      }
    }
  }

  /// Adds the records of a segment to a batch; `recordsBefore` is the number of records in earlier texts.
  ///
  /// - Throws: ``IngestError`` at the first record that cannot be read.
  /// - Precondition: the batch has room for all of them.
  func parse(
    _ segment: CSVSegment, recordsBefore: Int = 0, into batch: inout RecordBatch
  ) throws(IngestError) {
    var values: [Double] = []
    swap(&values, &batch.values)  // so that they are written as a span while texts are added
    defer { swap(&values, &batch.values) }
    let bytes = segment.block.bytes
    if keepsHash { batch.note(contentOf: bytes.span.extracting(segment.range)) }
    try parse(
      bytes.span.extracting(first: segment.range.upperBound), segment, recordsBefore, &values, into: &batch)
  }

  private func parse(
    _ bytes: borrowing Span<UInt8>, _ segment: CSVSegment, _ recordsBefore: Int, _ values: inout [Double],
    into batch: inout RecordBatch
  ) throws(IngestError) {
    var values = values.mutableSpan
    var record = OpenRecord(segment)
    while record.at < bytes.count {
      let length = passedOverByteCount(bytes, record.at)
      if length > 0 {
        record.line += 1
        record.at += length
        continue
      }
      record.start = record.at
      if let lines { record.line = lines.line(ofRecord: record.number) ?? record.line }
      batch.lines.append(record.line)
      batch.byteOffsets.append(record.baseByteOffset + record.start)
      record.rowStart = batch.rowCount * batch.width
      let line = record.line
      do throws(IngestError) {
        try readRecord(bytes, &record, &values, into: &batch)
      } catch {
        let extent = try skip(error, bytes, record, &batch)
        record.at = extent.end
        record.line = line + extent.lineCount
        record.number += 1
        continue
      }
      if let cellOrder { batch.arrangeCells(of: cellOrder) }
      if !format.kept.isEmpty { keepCells(bytes, from: record.start, into: &batch) }
      if let idPrefix { batch.ids.append("\(idPrefix):\(record.number)") }
      batch.noteAccepted(record: record.number + recordsBefore)
      batch.rowCount += 1
      record.number += 1
      record.line += 1
    }
  }

  /// Drops a record that cannot be read, if that is the policy, and finds its end.
  ///
  /// - Throws: the error, if it is not.
  private func skip(
    _ error: IngestError, _ bytes: borrowing Span<UInt8>, _ record: OpenRecord, _ batch: inout RecordBatch
  ) throws(IngestError) -> RecordExtent {
    let isSkipped =
      handling.policy == .skip && readsValues && error.kind.isOfUnreadCell
      || handling.policy != .stop && error.kind.isRagged
    guard isSkipped, let extent = RecordExtent(bytes, from: record.start, delimiter: delimiter) else {
      throw error
    }
    batch.dropOpenRecord()
    handling.log?.add(
      Reject(error: error, cell: error.kind.cellText, record: extent.text(bytes, from: record.start)),
      to: name)
    return extent
  }

  /// Returns NaN for a cell that cannot be read, if the policy is to read it as missing.
  ///
  /// - Throws: the error, if it is not.
  private func missing(
    _ error: IngestError, _ bytes: borrowing Span<UInt8>, _ record: OpenRecord, _ batch: inout RecordBatch
  ) throws(IngestError) -> Double {
    guard handling.policy == .missing, readsValues, error.kind.isOfUnreadCell else { throw error }
    if let log = handling.log {
      let extent = RecordExtent(bytes, from: record.start, delimiter: delimiter)
      let text = extent?.text(bytes, from: record.start) ?? ""
      log.add(Reject(error: error, cell: error.kind.cellText, record: text), to: name)
    }
    batch.hasMissing = true
    return .nan
  }

  /// Returns the number of bytes of the comment or skipped blank line that begins at an index; 0 if there is
  /// none.
  @inline(__always)
  private func passedOverByteCount(_ bytes: borrowing Span<UInt8>, _ place: Int) -> Int {
    let first = bytes[place]
    guard first <= CSVField.space || first == comment else { return 0 }
    if format.comment == first {
      return (bytes.firstIndex(of: CSVField.lineFeed, from: place) ?? place) + 1 - place
    }
    guard !format.readsBlankLines else { return 0 }
    return CSVField.blankLineByteCount(bytes, place, delimiter: delimiter)
  }

  /// Parses the fields of a record, and moves past its line feed.
  private func readRecord(
    _ bytes: borrowing Span<UInt8>, _ record: inout OpenRecord, _ values: inout MutableSpan<Double>,
    into batch: inout RecordBatch
  ) throws(IngestError) {
    let codes = codes.span
    // The index of the field and its column are kept in registers: each field waits for the one before it.
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
    // Trailing spaces after the last field are not a delimiter.
    let blank =
      delimiter == CSVField.space ? CSVField.blankLineByteCount(bytes, at, delimiter: delimiter) : 0
    guard blank > 0 else { throw tooManyFields(bytes, record) }
    record.at += blank
  }

  /// Returns the number of a plain field and moves `at` to the byte that ends it; nil, with `at` unchanged,
  /// for anything else.
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

  /// Parses quoted fields, texts, unusual numbers and mistakes.
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
      throw error(.textAfterQuote(CellText.shown(rest)), record, atField: place)
    }
    if delimiter == CSVField.space, isNoField(field, bytes) {
      throw error(.raggedRecord(expected: codes.count, found: record.column), record, atField: nil)
    }
    if code < 0, code != Self.ignoredCode { try checkText(of: field, bytes, record) }
    switch code {
    case Self.idCode: batch.ids.append(String(decoding: field.text(in: bytes), as: UTF8.self))
    case Self.labelCode: batch.labels.append(String(decoding: field.text(in: bytes), as: UTF8.self))
    case Self.ignoredCode: break
    default:
      let feature = code >= 0 ? code : Self.firstTypedCode - code
      do throws(IngestError) {
        values[record.rowStart + feature] =
          code >= 0
          ? try value(of: field, code, bytes, record, &batch)
          : try typedValue(of: field, feature, bytes, record, &batch)
      } catch { values[record.rowStart + feature] = try missing(error, bytes, record, &batch) }
    }
    record.line += field.lineFeedCount
    record.at = field.end
  }

  /// Refuses a text that is not UTF-8, and one with a carriage return outside quotes.
  private func checkText(
    of field: CSVField, _ bytes: borrowing Span<UInt8>, _ record: OpenRecord
  ) throws(IngestError) {
    var bits: UInt8 = 0
    var hasReturn = false
    for index in field.content {
      bits |= bytes[index]
      hasReturn = hasReturn || bytes[index] == CSVField.carriageReturn
    }
    guard bits >= 0x80 || hasReturn else { return }
    let text = field.text(in: bytes)
    guard bits < 0x80 || String(validating: text, as: UTF8.self) != nil else {
      throw error(.invalidUTF8(CellText.shown(text)), record, atField: field.content.lowerBound)
    }
    let isQuoted = bytes[field.content.upperBound] == CSVField.quote
    guard hasReturn, !isQuoted, let place = text.firstIndex(of: CSVField.carriageReturn),
      text[place...].contains(where: { $0 != CSVField.carriageReturn })
    else { return }
    throw error(.loneCarriageReturn(CellText.shown(text)), record, atField: field.content.lowerBound)
  }

  /// Returns whether a line ends at the beginning of a field after a space delimiter: an empty field needs
  /// quotes there.
  private func isNoField(_ field: CSVField, _ bytes: borrowing Span<UInt8>) -> Bool {
    let first = bytes[field.content.lowerBound]
    return field.content.isEmpty && (first == CSVField.lineFeed || first == CSVField.carriageReturn)
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

  /// Returns an error in a record, at one of its fields or at its beginning.
  func error(
    _ kind: IngestError.Kind, _ record: OpenRecord, atField place: Int?
  ) -> IngestError {
    let column = place == nil || record.column >= codes.count ? nil : format.names[record.column]
    let position = InputPosition(
      source: name, byteOffset: lines == nil ? record.baseByteOffset + (place ?? record.start) : nil,
      line: record.line,
      record: record.number, column: column)
    return IngestError(kind, at: position)
  }
}

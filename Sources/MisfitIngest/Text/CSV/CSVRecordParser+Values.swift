import MisfitCore

/// Parsing of cells that are not plain numbers.
extension CSVRecordParser {
  /// Returns the value of a cell in a column that is not read as numbers.
  func typedValue(
    of field: CSVField, _ feature: Int, _ bytes: borrowing Span<UInt8>, _ record: OpenRecord,
    _ batch: inout RecordBatch
  ) throws(IngestError) -> Double {
    if field.content.isEmpty, endsEarly(field, bytes, record) {
      throw error(
        .raggedRecord(expected: codes.count, found: record.column + 1), record,
        atField: field.content.lowerBound)
    }
    guard !field.hasDoubledQuotes else {
      let text = field.text(in: bytes)
      return try typedValue(of: text.span, 0..<text.count, feature, field, record, &batch)
    }
    return try typedValue(of: bytes, field.content, feature, field, record, &batch)
  }

  private func typedValue(
    of bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ feature: Int, _ field: CSVField,
    _ record: OpenRecord,
    _ batch: inout RecordBatch
  ) throws(IngestError) -> Double {
    let range = CellText.trimmed(bytes, range)
    let cell = bytes.extracting(range)
    if keepsCells {
      let value = profiledValue(of: bytes, range, feature)
      if format.swapsDecimalSign, !value.isNaN {
        batch.append(cell: Self.withSwappedMarks(cell).span)
      } else {
        batch.append(cell: cell)
      }
      return value
    }
    if isMissing(cell, feature) {
      batch.hasMissing = true
      return .nan
    }
    if case .commaNumber = readers[feature] {
      if let value = DecimalNumber.readWithComma(bytes, range) ?? Self.decimalComma.value(of: cell) {
        return value
      }
      throw error(Self.commaProblem(range.map { bytes[$0] }), record, atField: field.content.lowerBound)
    }
    if case .written(let notation) = readers[feature] {
      if let value = notation.value(of: cell) { return value }
      let problem =
        notation.hasDecimalComma
        ? Self.commaProblem(range.map { bytes[$0] }) : Self.pointProblem(range.map { bytes[$0] })
      throw error(problem, record, atField: field.content.lowerBound)
    }
    guard let value = readers[feature].value(of: cell) else {
      if case .numberOrNothing(let notation, _) = readers[feature] {
        let text = range.map { bytes[$0] }
        let problem = notation.hasDecimalComma ? Self.commaProblem(text) : Self.pointProblem(text)
        throw error(problem, record, atField: field.content.lowerBound)
      }
      throw error(readers[feature].dateProblem(of: cell), record, atField: field.content.lowerBound)
    }
    if value.isNaN { batch.hasMissing = true }
    if let count = readers[feature].levelCount, value == Double(count) {
      batch.note(
        unknownLevel: String(decoding: CellText.canonical(cell), as: UTF8.self),
        ofValueAt: record.rowStart + feature)
    }
    return value
  }

  /// Returns the number of a cell whose text is kept as well; NaN for anything else.
  private func profiledValue(of bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ feature: Int) -> Double {
    guard notations[feature].problem == nil else { return .nan }
    let notation = notations[feature].notation
    if notation.hasDecimalComma, let value = DecimalNumber.readWithComma(bytes, range) { return value }
    let cell = bytes.extracting(range)
    if !isPlain[feature] { return notation.value(of: cell) ?? .nan }
    // The byte that ends the field cannot be part of a number.
    var index = range.lowerBound
    if bytes.count > range.upperBound, let value = DecimalNumber.scan(bytes, &index),
      index == range.upperBound
    {
      return value
    }
    return Self.number(cell) ?? .nan
  }

  /// Returns a number with points and commas swapped.
  private static func withSwappedMarks(_ cell: borrowing Span<UInt8>) -> [UInt8] {
    cell.indices.map { index in
      switch cell[index] {
      case UInt8(ascii: ","): UInt8(ascii: ".")
      case UInt8(ascii: "."): UInt8(ascii: ",")
      case let byte: byte
      }
    }
  }

  /// Returns whether a cell without surrounding blanks is missing.
  private func isMissing(_ cell: Span<UInt8>, _ feature: Int) -> Bool {
    guard let missing else { return false }
    return missing.contain(cell) || (placeholders.applies[feature] && placeholders.words.containsWord(cell))
  }

  /// Returns whether a record ends with this field though it should have more.
  private func endsEarly(_ field: CSVField, _ bytes: borrowing Span<UInt8>, _ record: OpenRecord) -> Bool {
    bytes[field.end] == CSVField.lineFeed && record.column + 1 < codes.count
  }

  func value(
    of field: CSVField, _ feature: Int, _ bytes: borrowing Span<UInt8>, _ record: OpenRecord,
    _ batch: inout RecordBatch
  ) throws(IngestError) -> Double {
    let text = field.text(in: bytes)
    if missing != nil, !endsEarly(field, bytes, record),
      isMissing(text.span.extracting(CellText.trimmed(text.span, 0..<text.count)), feature)
    {
      batch.hasMissing = true
      return .nan
    }
    let kind: IngestError.Kind
    switch DecimalNumber.read(text) {
    case .number(let value): return value
    case .tooLarge: kind = .numberTooLarge(CellText.shown(text))
    case .notFinite: kind = .notFinite(CellText.shown(text))
    case .notANumber:
      if let value = Self.number(text.span.extracting(CellText.trimmed(text.span, 0..<text.count))) {
        return value
      }
      kind = .notANumber(CellText.shown(text))
    case .empty:
      // A record that ends here has too few fields rather than an empty one.
      kind =
        endsEarly(field, bytes, record)
        ? .raggedRecord(expected: codes.count, found: record.column + 1) : .missingCell
    }
    throw error(kind, record, atField: field.content.lowerBound)
  }
}

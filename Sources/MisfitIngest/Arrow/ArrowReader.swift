import MisfitCore

/// The columns that become the values of a record, and how their cells are read without a text between.
struct ArrowReading: Sendable {
  /// A feature: the index of its column, and the reader of its cells.
  struct Feature: Sendable {
    var column: Int
    var reader: ColumnReader
    var placeholdersAreMissing: Bool
  }

  let name: String
  let names: [String]
  let features: [Feature]
  let idColumn: Int?
  let labelColumn: Int?
  /// The words for "no value"; nil if a cell cannot be missing.
  let missing: MissingWords?
  let placeholders: MissingWords

  /// Returns the reading that has the results of a text source; nil if some cells need their text, records
  /// may be skipped, or cells are kept as they are written.
  init?(_ table: ArrowTable, _ text: CSVSource) {
    guard let format = text.directFormat else { return nil }
    let readers = format.reading.readers(count: format.features.count, format.notations)
    let placeholders = format.reading.placeholders(count: format.features.count)
    var columns = Array(repeating: -1, count: format.features.count)
    var (id, label): (Int?, Int?) = (nil, nil)
    for (column, role) in format.roles.enumerated() {
      switch role {
      case .feature(let feature): columns[feature] = column
      case .id: id = column
      case .label: label = column
      case .ignored: break
      }
    }
    guard format.roles.count == table.fields.count, !columns.contains(-1) else { return nil }
    for (column, reader) in zip(columns, readers) {
      let type = table.fields[column].type
      switch reader {
      case .number: guard type.isNumeric else { return nil }
      case .level, .boolean, .date: break
      case .commaNumber, .written, .numberOrNothing, .cell: return nil
      }
    }
    name = table.name
    names = format.names
    features = columns.indices.map {
      Feature(column: columns[$0], reader: readers[$0], placeholdersAreMissing: placeholders.applies[$0])
    }
    (idColumn, labelColumn) = (id, label)
    missing = format.reading.missingWords
    self.placeholders = placeholders.words
  }
}

/// One pass over the rows of Arrow batches.
final class ArrowReader: DivisibleReader {
  private let pass: ArrowPass
  private let reading: ArrowReading
  private var done = 0

  init(_ pass: ArrowPass, _ reading: ArrowReading) {
    self.pass = pass
    self.reading = reading
  }

  func takeChunk(ofUpTo rowCount: Int) throws(IngestError) -> (any RecordChunk)? {
    var parts: [ArrowRows.Part] = []
    var count = 0
    while count < rowCount, let (batch, rows) = try pass.next(upTo: rowCount - count) {
      parts.append(ArrowRows.Part(batch: batch, rows: rows))
      count += rows.count
    }
    defer { done += count }
    return parts.isEmpty ? nil : ArrowRows(parts: parts, reading: reading, firstRecord: done + 1)
  }
}

/// Rows that were taken but not read yet.
struct ArrowRows: RecordChunk {
  struct Part: Sendable {
    var batch: ArrowBatch
    var rows: Range<Int>
  }

  let parts: [Part]
  let reading: ArrowReading
  let firstRecord: Int

  func read(into batch: inout RecordBatch) throws(IngestError) {
    batch.reset(firstRecord: firstRecord)
    var values: [Double] = []
    swap(&values, &batch.values)
    defer { swap(&values, &batch.values) }
    for part in parts {
      for index in reading.features.indices { try read(index, of: part, &values, into: &batch) }
      try readTexts(of: part, into: &batch)
      batch.rowCount += part.rows.count
    }
  }

  private func read(
    _ index: Int, of part: Part, _ values: inout [Double], into batch: inout RecordBatch
  ) throws(IngestError) {
    let feature = reading.features[index]
    let column = part.batch.columns[feature.column]
    let start = batch.rowCount * batch.width + index
    guard case .number = feature.reader else {
      var cell: [UInt8] = []
      for (place, row) in part.rows.enumerated() {
        let position = start + place * batch.width
        values[position] = try value(column, row, feature, position, &cell, into: &batch)
      }
      return
    }
    var span = values.mutableSpan
    if !column.readNumbers(part.rows, into: &span, at: start, stride: batch.width) {
      try checkNumbers(part, feature, column, start, &values, into: &batch)
    }
  }

  /// Refuses numbers that are not finite, unless that means "no value".
  private func checkNumbers(
    _ part: Part, _ feature: ArrowReading.Feature, _ column: ArrowColumn, _ start: Int,
    _ values: inout [Double], into batch: inout RecordBatch
  ) throws(IngestError) {
    for (place, row) in part.rows.enumerated() {
      let position = start + place * batch.width
      let value = values[position]
      guard !value.isFinite else { continue }
      let text = Array(value.description.utf8)
      if let missing = reading.missing, value.isNaN || missing.containsWord(text.span) {
        values[position] = .nan
        batch.hasMissing = true
      } else if value.isNaN {
        throw error(.missingCell, row, feature, position, batch)
      } else {
        throw error(.notFinite(value.description), row, feature, position, batch)
      }
    }
  }

  /// Returns the value of a cell that is read by its text, as ``CSVRecordParser`` does.
  private func value(
    _ column: ArrowColumn, _ row: Int, _ feature: ArrowReading.Feature, _ position: Int,
    _ text: inout [UInt8],
    into batch: inout RecordBatch
  ) throws(IngestError) -> Double {
    text.removeAll(keepingCapacity: true)
    try append(column, row, feature.column, to: &text, position / batch.width)
    let range = CellText.trimmed(text.span, 0..<text.count)
    let cell = text.span.extracting(range)
    if let missing = reading.missing,
      missing.contain(cell) || (feature.placeholdersAreMissing && reading.placeholders.containsWord(cell))
    {
      batch.hasMissing = true
      return .nan
    }
    guard let value = feature.reader.value(of: cell) else {
      throw error(feature.reader.dateProblem(of: cell), row, feature, position, batch)
    }
    if value.isNaN { batch.hasMissing = true }
    if let count = feature.reader.levelCount, value == Double(count) {
      batch.note(
        unknownLevel: String(decoding: CellText.canonical(cell), as: UTF8.self), ofValueAt: position)
    }
    return value
  }

  private func readTexts(of part: Part, into batch: inout RecordBatch) throws(IngestError) {
    for (column, isID) in [(reading.idColumn, true), (reading.labelColumn, false)] {
      guard let column else { continue }
      var text: [UInt8] = []
      for (place, row) in part.rows.enumerated() {
        text.removeAll(keepingCapacity: true)
        try append(part.batch.columns[column], row, column, to: &text, batch.rowCount + place)
        let string = String(decoding: text, as: UTF8.self)
        if isID { batch.ids.append(string) } else { batch.labels.append(string) }
      }
    }
  }

  private func append(
    _ column: ArrowColumn, _ row: Int, _ index: Int, to text: inout [UInt8], _ place: Int
  ) throws(IngestError) {
    do throws(ArrowColumnProblem) { try column.appendText(row, to: &text) } catch {
      throw IngestError(
        .malformedArrow("\(error.part) is outside of its buffers"),
        at: InputPosition(source: reading.name, record: firstRecord + place, column: reading.names[index]))
    }
  }

  private func error(
    _ kind: IngestError.Kind, _ row: Int, _ feature: ArrowReading.Feature, _ position: Int,
    _ batch: borrowing RecordBatch
  ) -> IngestError {
    IngestError(
      kind,
      at: InputPosition(
        source: reading.name, record: firstRecord + position / batch.width,
        column: reading.names[feature.column]))
  }
}

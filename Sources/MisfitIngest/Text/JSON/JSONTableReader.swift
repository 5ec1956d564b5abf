import MisfitCore

/// Reads JSON records as lines of CSV.
final class JSONTableReader: ByteReader, @unchecked Sendable {
  private let name: String
  private let records: JSONRecordReader
  private let names: JSONNames
  private let lines: RecordLines
  private let skipsNewNames: Bool
  private var record = JSONRecord()
  private var recordCount = 0
  /// The cells of the record by column; nil if it has none.
  private var cells: [Range<Int>?]
  private var text: [UInt8] = []
  private var given = 0

  init(
    _ reader: any ByteReader, _ form: JSONForm, _ columns: [[UInt8]], name: String, lines: RecordLines,
    skipsNewNames: Bool
  ) {
    self.name = name
    self.lines = lines
    self.skipsNewNames = skipsNewNames
    records = JSONRecordReader(JSONScanner(reader, name: name), form)
    names = JSONNames(columns)
    cells = Array(repeating: nil, count: columns.count)
    for (index, column) in columns.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      Self.append(column[...], to: &text)
    }
    text.append(CSVField.lineFeed)
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    if given == text.count {
      text.removeAll(keepingCapacity: true)
      given = 0
      while text.count < 1 << 16, try appendRecord() {}
    }
    let count = min(text.count - given, bytes.count - start)
    bytes.replaceSubrange(start..<start + count, with: text[given..<given + count])
    given += count
    return count
  }

  /// Returns the header and the complete records.
  func beginning() -> [UInt8] {
    do throws(IngestError) { while try appendRecord() {} } catch {
      // The pass over the whole text finds the error again.
    }
    return text
  }

  private func appendRecord() throws(IngestError) -> Bool {
    guard try records.next(into: &record) else { return false }
    recordCount += 1
    lines.note(record: recordCount, line: record.line)
    for index in cells.indices { cells[index] = nil }
    var guess = 0
    for cell in record.cells {
      if let index = names.knownIndex(of: record.bytes[cell.name], guess: guess) {
        if let other = cells[index], record.bytes[other] != record.bytes[cell.text] {
          throw repeated(cell)
        }
        cells[index] = cell.text
        guess = index + 1
      } else if !skipsNewNames {
        let new = String(decoding: record.bytes[cell.name], as: UTF8.self)
        let place = InputPosition(source: name, line: record.line, record: recordCount)
        throw IngestError(.newJSONName(new), at: place)
      }
    }
    for (index, cell) in cells.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      // An empty line would not be a record.
      if let cell {
        Self.append(record.bytes[cell], to: &text)
      } else if cells.count == 1 {
        Self.append([], to: &text)
      }
    }
    text.append(CSVField.lineFeed)
    return true
  }

  private func repeated(_ cell: JSONRecord.Cell) -> IngestError {
    let name = VisibleText.line(ofBytes: record.bytes[cell.name])
    let place = InputPosition(source: self.name, line: record.line, record: recordCount)
    return IngestError(.malformedJSON("\"\(name)\" has two values in one record"), at: place)
  }

  private static func append(_ field: ArraySlice<UInt8>, to text: inout [UInt8]) {
    text.append(CSVField.quote)
    for byte in field {
      if byte == CSVField.quote { text.append(byte) }
      text.append(byte)
    }
    text.append(CSVField.quote)
  }
}

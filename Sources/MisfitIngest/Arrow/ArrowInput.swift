import MisfitCore

/// The rows of an Arrow table as lines of CSV after a header, so that the kinds of columns are found by the
/// same rules as in a file.
struct ArrowInput: ByteInput {
  let table: ArrowTable
  var name: String { table.name }
  let byteCount: Int? = nil
  let isWrittenTable = true
  /// Without lines, messages name records by their numbers.
  let recordLines: RecordLines? = RecordLines()

  var canBeReadAgain: Bool { table.canBeReadAgain }

  func open() throws(IngestError) -> any ByteReader { ArrowLineReader(table, try table.makePass()) }

  /// Returns the header and the first records of a stream.
  func keptHead() -> [UInt8]? {
    guard !canBeReadAgain else { return nil }
    let reader = ArrowLineReader(table, ArrowPass(table.batchesInMemory, supply: nil))
    // The pass over the whole stream finds an error again.
    return try? reader.beginning(upTo: Self.headByteCount)
  }

  private static let headByteCount = 1 << 18
}

/// Writes the rows of Arrow batches as lines of CSV.
final class ArrowLineReader: ByteReader, @unchecked Sendable {
  private let name: String
  private let fields: [ArrowField]
  private let pass: ArrowPass
  private var text: [UInt8] = []
  private var given = 0
  private var recordCount = 0
  private var cell: [UInt8] = []

  init(_ table: ArrowTable, _ pass: ArrowPass) {
    name = table.name
    fields = table.fields
    self.pass = pass
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      Self.append(quoting: Array(field.name.utf8), to: &text)
    }
    text.append(CSVField.lineFeed)
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    if given == text.count {
      text.removeAll(keepingCapacity: true)
      given = 0
      while text.count < 1 << 16, try appendRows(upTo: 256) {}
    }
    let count = min(text.count - given, bytes.count - start)
    bytes.replaceSubrange(start..<start + count, with: text[given..<given + count])
    given += count
    return count
  }

  /// Returns the header and records of at least `byteCount` bytes together, if there are as many.
  func beginning(upTo byteCount: Int) throws(IngestError) -> [UInt8] {
    while text.count < byteCount, try appendRows(upTo: 256) {}
    return text
  }

  private func appendRows(upTo rowCount: Int) throws(IngestError) -> Bool {
    guard let (batch, rows) = try pass.next(upTo: rowCount) else { return false }
    for row in rows {
      recordCount += 1
      for (index, column) in batch.columns.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        try append(column, row, index)
      }
      text.append(CSVField.lineFeed)
    }
    return true
  }

  private func append(_ column: ArrowColumn, _ row: Int, _ index: Int) throws(IngestError) {
    do throws(ArrowColumnProblem) {
      guard fields[index].type.isText else {
        let before = text.count
        try column.appendText(row, to: &text)
        // A line that is empty would not be a record.
        if fields.count == 1, text.count == before { text += [CSVField.quote, CSVField.quote] }
        return
      }
      cell.removeAll(keepingCapacity: true)
      try column.appendText(row, to: &cell)
      if !cell.isEmpty || fields.count == 1 { Self.append(quoting: cell, to: &text) }
    } catch {
      throw IngestError(
        .malformedArrow("\(error.part) is outside of its buffers"),
        at: InputPosition(source: name, record: recordCount, column: fields[index].name))
    }
  }

  private static func append(quoting field: [UInt8], to text: inout [UInt8]) {
    text.append(CSVField.quote)
    for byte in field {
      if byte == CSVField.quote { text.append(byte) }
      text.append(byte)
    }
    text.append(CSVField.quote)
  }
}

import MisfitCore

extension CSVRecordParser {
  /// A record that is being parsed.
  struct OpenRecord {
    var start: Int
    /// The index of its next field.
    var at: Int
    var column = 0
    /// The index of its first value in the batch.
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

  /// Adds the kept cells of the record that begins at an index.
  func keepCells(_ bytes: borrowing Span<UInt8>, from start: Int, into batch: inout RecordBatch) {
    var fields: [CSVField] = []
    var at = start
    while fields.count < codes.count,
      case .field(let field) = CSVField.scan(bytes, from: at, delimiter: delimiter)
    {
      fields.append(field)
      at = field.end + 1
    }
    for column in format.kept {
      batch.append(keptCell: column < fields.count ? fields[column].text(in: bytes) : [])
    }
  }
}

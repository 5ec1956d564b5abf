import MisfitCore

/// One pass over the records of a text.
final class CSVReader: DivisibleReader {
  private var cutter: CSVRecordCutter
  private let parser: CSVRecordParser

  init(_ reader: any ByteReader, name: String, format: CSVFormat, blockByteCount: Int) {
    let blocks = BlockReader(reader, blockByteCount: blockByteCount)
    cutter = CSVRecordCutter(blocks, name: name, format: format)
    parser = CSVRecordParser(name: name, format: format)
  }

  func takePiece(ofUpTo rowCount: Int) throws(IngestError) -> (any RecordPiece)? {
    let segments = try cutter.take(rowCount)
    return segments.isEmpty ? nil : CSVPiece(segments: segments, parser: parser)
  }
}

import MisfitCore

/// One pass over the records of a text.
final class CSVReader: RecordReader {
  private let name: String
  private let blocks: ReadAhead
  private var parser: CSVRecordParser
  private var block = ReadAhead.Block(bytes: [], count: 0)
  /// What is not parsed yet, from `position` on.
  private var buffer: [UInt8] = []
  private var position = 0
  /// The place of the buffer's first byte in the source.
  private var bufferByteOffset = 0
  /// Bytes of the header that are still to be passed over.
  private var skippedByteCount: Int
  private var isFinal = false

  /// No sensible record is longer; an unclosed quote in a large file is.
  static let recordByteLimit = 1 << 26

  init(_ reader: any ByteReader, name: String, format: CSVFormat, blockByteCount: Int) {
    self.name = name
    blocks = ReadAhead(reader, blockByteCount: blockByteCount)
    parser = CSVRecordParser(name: name, format: format)
    skippedByteCount = format.dataByteOffset
  }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    batch.reset(firstRecord: parser.recordCount + 1)
    while true {
      let current = buffer
      let outcome = try parser.parse(
        current.span, from: &position, isFinal: isFinal, baseByteOffset: bufferByteOffset, into: &batch)
      if outcome == .batchIsFull { return true }
      guard !isFinal else { return batch.rowCount > 0 }
      try refill(consuming: current)
    }
  }

  /// Drops what is parsed and adds a block, or the last line feed where there are none left.
  private func refill(consuming current: consuming [UInt8]) throws(IngestError) {
    buffer = []
    var bytes = consume current
    bytes.removeFirst(position)
    bufferByteOffset += position
    position = 0
    if bytes.count > Self.recordByteLimit {
      let place = InputPosition(source: name, byteOffset: bufferByteOffset, record: parser.recordCount + 1)
      throw IngestError(.recordTooLong(limitBytes: Self.recordByteLimit), at: place)
    }
    if try blocks.next(&block) {
      bytes.append(contentsOf: block.bytes[..<block.count])
    } else {
      isFinal = true
      if bytes.last != CSVField.lineFeed { bytes.append(CSVField.lineFeed) }
    }
    let skipped = min(skippedByteCount, bytes.count)
    position = skipped
    skippedByteCount -= skipped
    buffer = bytes
  }
}

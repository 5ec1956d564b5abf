import MisfitCore

/// One pass over the records of a text, or of several one after the other.
final class CSVReader: DivisibleReader {
  private let parts: [CSVPart]
  private let blockByteCount: Int
  private var nextPart = 0
  private var cutter: CSVRecordCutter?
  private var parser: CSVRecordParser?
  /// The number of records in the texts before the open one.
  private var recordsBefore = 0

  /// Returns a reader that begins at the first record.
  ///
  /// - Throws: ``IngestError`` if the first text cannot be opened.
  init(_ parts: [CSVPart], blockByteCount: Int) throws(IngestError) {
    self.parts = parts
    self.blockByteCount = blockByteCount
    _ = try openNext()
  }

  func takeChunk(ofUpTo rowCount: Int) throws(IngestError) -> (any RecordChunk)? {
    var runs: [CSVChunk.Run] = []
    let done = recordsBefore + (cutter?.recordCount ?? 0)
    var left = rowCount
    while left > 0 {
      let before = cutter?.recordCount ?? 0
      if let parser, let segments = try cutter?.take(left), !segments.isEmpty {
        runs.append(CSVChunk.Run(segments: segments, parser: parser, recordsBefore: recordsBefore))
      }
      left -= (cutter?.recordCount ?? 0) - before
      if left > 0, try !openNext() { break }
    }
    return runs.isEmpty ? nil : CSVChunk(runs: runs, recordsBefore: done)
  }

  /// Opens the next text; false if there is none.
  private func openNext() throws(IngestError) -> Bool {
    guard nextPart < parts.count else { return false }
    recordsBefore += cutter?.recordCount ?? 0
    let part = parts[nextPart]
    nextPart += 1
    let text = part.decoding.reader(of: try ByteStream.open(part.input).reader, name: part.input.name)
    // Small files need no large blocks, and there may be thousands of them.
    let byteCount = min(blockByteCount, max(1 << 12, part.input.byteCount ?? blockByteCount))
    let blocks = BlockReader(text, blockByteCount: byteCount)
    cutter = CSVRecordCutter(blocks, name: part.input.name, format: part.format)
    parser = CSVRecordParser(part)
    return true
  }
}

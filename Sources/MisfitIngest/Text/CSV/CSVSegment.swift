import MisfitCore

/// Whole consecutive records of one block.
///
/// It has its position in the source, so that it can be parsed before the segments in front of it.
struct CSVSegment: Sendable {
  let block: ByteBlock
  /// The range of the records in the block, including the last line feed.
  var range: Range<Int>
  /// The byte offset of the block in the source.
  let baseByteOffset: Int
  /// The line of the first record.
  let firstLine: Int
  /// The number of records before the first, in the whole source.
  let recordsBefore: Int
}

/// The records of one batch, not parsed yet.
struct CSVChunk: RecordChunk {
  /// The records of one text.
  struct Run: Sendable {
    let segments: [CSVSegment]
    let parser: CSVRecordParser
    /// The number of records in the texts before it.
    let recordsBefore: Int
  }

  let runs: [Run]
  /// The number of records before the first, in all texts together.
  let recordsBefore: Int

  func read(into batch: inout RecordBatch) throws(IngestError) {
    batch.reset(firstRecord: recordsBefore + 1)
    for run in runs {
      for segment in run.segments {
        try run.parser.parse(segment, recordsBefore: run.recordsBefore, into: &batch)
      }
    }
  }
}

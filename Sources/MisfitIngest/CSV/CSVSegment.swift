import MisfitCore

/// Whole records that follow each other in one block.
///
/// It knows its place in the source, so that it can be read before what stands in front of it is.
struct CSVSegment: Sendable {
  let block: ByteBlock
  /// Where in the block the records begin and end, behind a line feed.
  var range: Range<Int>
  /// The place of the block's first byte in the source.
  let baseByteOffset: Int
  /// The line on which the first record begins.
  let firstLine: Int
  /// The records before the first, in the whole source.
  let recordsBefore: Int
}

/// The records of one batch, still as text.
struct CSVPiece: RecordPiece {
  /// Records of one text.
  struct Run: Sendable {
    let segments: [CSVSegment]
    let parser: CSVRecordParser
    /// The records of the texts before it.
    let recordsBefore: Int
  }

  let runs: [Run]
  /// The records before the first, in all texts together.
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

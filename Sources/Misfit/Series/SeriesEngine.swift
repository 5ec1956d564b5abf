import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// The batches of a scoring of series: the records of the source in their order, with the scores of their
/// rows.
final class SeriesEngine {
  private let detector: Detector
  private let result: SeriesResult
  private let reader: any RecordReader
  private var batch: RecordBatch
  private let encoder: RowEncoder
  private let inputs: Rows
  private let outputs: Rows
  private let errors: Rows
  /// The row of each record.
  private let rowsOfRecords: SeriesOrder
  private let hasOwnIDs: Bool
  private let source: any RecordSource
  private var done = 0

  init(_ scoring: Scoring, _ result: SeriesResult) throws {
    detector = scoring.detector
    self.result = result
    source = scoring.source
    reader = try source.makeReader(threadCount: scoring.threadCount)
    let capacity = scoring.batchCapacity ?? source.layout.batchRowCount
    batch = RecordBatch(layout: source.layout, capacity: capacity)
    encoder = RowEncoder(detector.schema)
    let width = detector.schema.inputCount
    inputs = Rows(count: capacity, width: width)
    outputs = Rows(count: capacity, width: width)
    errors = Rows(count: capacity, width: RowErrors.storedCount)
    rowsOfRecords = result.rows.rowsOfRecords()
    hasOwnIDs = source.layout.hasIDs
  }

  /// Returns the next batch, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    var hasRecords: Bool
    repeat { hasRecords = try reader.readBatch(into: &batch) } while hasRecords && batch.rowCount == 0
    let count = hasRecords ? batch.rowCount : 0
    guard hasRecords ? done + count <= rowsOfRecords.count : done == rowsOfRecords.count else {
      throw IngestError(.changedBetweenPasses, at: InputPosition(source: source.name))
    }
    guard hasRecords else { return nil }
    encoder.encode(batch, into: inputs.slice)
    outputs[0..<count].slice.copy(from: inputs[0..<count].slice)
    var scores: [Double] = []
    var ids: [String] = []
    var outliers: [GrossOutlier?] = []
    let record = result.record
    let places = record.inputs
    for index in 0..<count {
      let row = rowsOfRecords[done + index]
      result.release(after: done + index)
      scores.append(result.score(ofRow: row))
      for (column, input) in places.enumerated() {
        let expected = result.scores.expected[row][column]
        outputs[index][input] = expected
        // A missing value is as expected.
        if batch.value(row: index, column: record.columns[column]).isNaN { inputs[index][input] = expected }
      }
      if result.hasOutliers {
        outliers.append(
          result.outlier(ofRow: row).map { GrossOutlier(column: record.columns[$0.column], share: 0.6) })
      }
      if !hasOwnIDs, let id = result.id(ofRow: row, series: result.rows.series(ofRow: row)) { ids.append(id) }
    }
    if ids.count == count { batch.setIDs(ids) }
    VectorKernels.current.rowErrors(
      input: inputs[0..<count].slice, output: outputs[0..<count].slice, width: inputs.width,
      withCrossEntropy: false, into: errors[0..<count].slice)
    done += count
    return ScoredBatch(
      detector: detector, count: count,
      result: RowResult(
        input: inputs[0..<count].slice, code: inputs[0..<0].slice, reconstruction: outputs[0..<count].slice),
      records: batch, targets: nil, storedErrors: errors.slice, hasCrossEntropy: false, rowScores: scores,
      rowOutliers: outliers)
  }
}

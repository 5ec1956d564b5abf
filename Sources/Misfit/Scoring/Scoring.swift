import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// The samples of a source on their way through a detector: each method is one pass, in constant memory.
///
/// Reading and encoding run on a thread of their own, ahead of the network.
public struct Scoring: Sendable {
  /// The detector that scores.
  public let detector: Detector
  /// What is scored.
  public let source: any RecordSource
  /// Threads that compute; the result does not depend on it.
  public var threadCount = WorkerPool.availableProcessorCount
  /// The most rows of a batch; nil takes what suits their width.
  var batchCapacity: Int?

  /// Calls `body` with each batch in the order of the source.
  ///
  /// - Throws: ``IngestError`` with its place, or what `body` throws.
  public func forEachBatch(_ body: (ScoredBatch) throws -> Void) throws {
    let engine = try ScoringEngine(self)
    while let batch = try engine.next() { try body(batch) }
  }

  /// The samples with the largest (or smallest) errors, best first; ties in the order of the source.
  ///
  /// Memory for `count` samples, whatever the source's length.
  ///
  /// - Throws: ``IngestError``.
  public func largest(_ count: Int, order: RankingOrder = .largest) throws -> [ScoredSample] {
    var ranking = TopK<ScoredSample>(count, order: order)
    try forEachBatch { batch in
      for index in 0..<batch.count {
        ranking.update(
          score: batch.error(at: index), row: batch.record(at: index), payload: batch.sample(at: index))
      }
    }
    return ranking.ranking.map(\.payload)
  }

  /// The error of every sample: 8 bytes each.
  ///
  /// - Throws: ``IngestError``.
  public func errors() throws -> [Double] {
    var errors: [Double] = []
    try forEachBatch { errors.append(contentsOf: $0.errors) }
    return errors
  }
}

/// A reader that one other thread uses, and nobody else.
private struct HandedOverReader: @unchecked Sendable {
  let reader: any RecordReader
  init(_ reader: any RecordReader) { self.reader = reader }
}

/// Reads ahead, encodes, and takes batches through the network.
final class ScoringEngine {
  /// A batch on its way from the reader to the network.
  private final class Slot: @unchecked Sendable {
    var records: RecordBatch
    let encoded: FloatSlice

    init(capacity: Int, layout: RecordLayout) {
      records = RecordBatch(layout: layout, capacity: capacity)
      encoded = FloatBuffer(count: capacity * layout.shape.elementCount).all
    }
  }

  private let detector: Detector
  private let slots: ReadAhead<Slot>
  private let pool: WorkerPool
  private let plan: any RowPlan
  private let reconstructions: FloatSlice
  private let codes: FloatSlice
  private let errors: FloatSlice
  private let ownScores: FloatSlice?
  private let shares: FloatSlice?
  private let width: Int

  init(_ scoring: Scoring) throws {
    let (detector, source) = (scoring.detector, scoring.source)
    let width = detector.schema.shape.elementCount
    let capacity =
      scoring.batchCapacity
      ?? max(1, min(8192, (1 << 21) / max(width, detector.model.codeCount)))
    let reader = HandedOverReader(try source.makeReader())
    let encoder = RowEncoder(detector.schema)
    self.detector = detector
    self.width = width
    slots = ReadAhead(
      slots: (0..<3).map { _ in Slot(capacity: capacity, layout: source.layout) }
    ) { slot in
      guard try reader.reader.readBatch(into: &slot.records) else { return false }
      encoder.encode(slot.records, into: slot.encoded[0..<slot.records.rowCount * width])
      return true
    }
    pool = NumericThread.pool(threadCount: scoring.threadCount)
    plan = detector.model.makePlan()
    reconstructions = FloatBuffer(count: capacity * width).all
    codes = FloatBuffer(count: capacity * detector.model.codeCount).all
    errors = FloatBuffer(count: capacity * RowErrors.storedCount).all
    let isOwn = detector.calibration.measure == .own
    ownScores = isOwn ? FloatBuffer(count: capacity).all : nil
    shares = isOwn ? FloatBuffer(count: capacity * width).all : nil
  }

  /// The next batch, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    guard let slot = try slots.next() else { return nil }
    let count = slot.records.rowCount
    let codeWidth = detector.model.codeCount
    NumericThread.scope {
      plan.run(
        rowCount: count, on: pool, prepare: { _ in },
        load: { $1.copy(from: rows($0, of: slot.encoded, width: width)) },
        finish: { range, result in
          rows(range, of: reconstructions, width: width).copy(from: result.reconstruction)
          rows(range, of: codes, width: codeWidth).copy(from: result.code)
          if let ownScores, let found = result.scores {
            rows(range, of: ownScores, width: 1).copy(from: found)
          }
          if let shares, let found = result.shares { rows(range, of: shares, width: width).copy(from: found) }
          VectorKernels.current.rowErrors(
            input: result.input, output: result.reconstruction, width: width,
            into: rows(range, of: errors, width: RowErrors.storedCount))
        }, conclude: { _ in })
    }
    return ScoredBatch(
      detector: detector, count: count, inputs: slot.encoded[0..<count * width],
      reconstructions: reconstructions[0..<count * width], codes: codes[0..<count * codeWidth],
      records: slot.records, storedErrors: errors, ownScores: ownScores, shares: shares)
  }

  deinit { slots.cancel() }

  private func rows(_ range: Range<Int>, of values: FloatSlice, width: Int) -> FloatSlice {
    values[range.lowerBound * width..<range.upperBound * width]
  }
}

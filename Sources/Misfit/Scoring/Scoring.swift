import MisfitAnalytics
import MisfitCore
import MisfitIngest

/// The samples of a source on their way through a detector: each method is one pass, in constant memory.
///
/// Each thread takes a batch of records from the source and brings it all the way through the network;
/// batches come out in the order of the source.
public struct Scoring: Sendable {
  /// The detector that scores.
  package let detector: Detector
  /// What is scored.
  public let source: any RecordSource
  /// The same with its targets, where the detector was fitted with targets and they are given.
  var pairs: PairedSource?
  /// The longest side of pictures that are put together from tiles, in pixels.
  public var pictureSide = 640
  /// Threads that read and compute; the result does not depend on it.
  public var threadCount = WorkerPool.availableProcessorCount
  /// Whether images that a model sees as tiles are put together again; without, each tile is a sample.
  public var stitchesTiles = true
  /// Whether batches have the cross-entropy; nil: where the network gives probabilities.
  ///
  /// Its logarithms take longer than all other measures. A detector whose measure it is has it in any case.
  public var takesCrossEntropy: Bool?
  /// What the factors of products are rounded to, whatever the model was trained with.
  ///
  /// Errors of bf16 differ from those of f32, by which the model was calibrated, by a few parts in a
  /// thousand; where the processor has no bf16, they are those of f32: see ``BFloat16Support``.
  public var precision = Precision.float32
  /// By what samples are flagged; nil: by the model's own threshold.
  package var decision: Decision?
  /// The most rows of a batch; nil takes what suits their width.
  package var batchCapacity: Int?

  /// Calls `body` with each batch in the order of the source.
  ///
  /// - Throws: ``IngestError`` with its place, or what `body` throws.
  public func forEachBatch(_ body: (ScoredBatch) throws -> Void) throws {
    let engine = try SampleEngine(self)
    while let batch = try engine.next() { try body(batch) }
  }

  /// The samples with the largest (or smallest) scores, best first; ties in the order of the source.
  ///
  /// Memory for `count` samples, whatever the source's length.
  ///
  /// - Throws: ``IngestError``.
  public func largest(_ count: Int, order: RankingOrder = .largest) throws -> [ScoredSample] {
    var ranking = TopK<ScoredSample>(count, order: order)
    try forEachBatch { batch in
      for index in 0..<batch.count {
        ranking.update(
          score: batch.score(at: index), row: batch.record(at: index), payload: batch.sample(at: index))
      }
    }
    return ranking.ranking.map(\.payload)
  }

  /// The score of every sample: 8 bytes each.
  ///
  /// - Throws: ``IngestError``.
  public func scores() throws -> [Double] {
    var scores: [Double] = []
    var scoring = self
    scoring.takesCrossEntropy = false
    try scoring.forEachBatch { scores.append(contentsOf: $0.scores) }
    return scores
  }

  /// The score of every sample.
  @available(*, deprecated, renamed: "scores()")
  public func errors() throws -> [Double] { try scores() }
}

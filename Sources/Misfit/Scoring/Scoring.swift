import MisfitAnalytics
import MisfitCore
import MisfitIngest

/// The scoring of a source by a detector.
///
/// Each method makes one pass over the source, in constant memory.
///
/// Each thread reads a batch of records and computes all of its scores; batches are returned in the order of
/// the source.
public struct Scoring: Sendable {
  /// The detector that computes the scores.
  package let detector: Detector
  /// The source that is scored.
  public internal(set) var source: any RecordSource
  /// The source paired with its targets; nil unless the detector was fitted with targets and they are given.
  var pairs: PairedSource?
  /// The longest side of pictures that are stitched from tiles, in pixels.
  public var pictureSide = 640
  /// Whether the inputs and the reconstructions of stitched images are made; without them, batches of
  /// images have scores and maps of scores alone.
  package var makesPictures = true
  /// The number of threads that read and compute; it does not change the result.
  public var threadCount = WorkerPool.availableProcessorCount
  /// Whether the tiles of an image are stitched to one sample; if not, each tile is a sample.
  public var stitchesTiles = true
  /// Whether to compute the cross-entropy; nil computes it if the network outputs probabilities.
  ///
  /// Its logarithms take longer than all other measures. A detector that scores by cross-entropy always has
  /// it.
  public var takesCrossEntropy: Bool?
  /// The precision that the factors of matrix products are rounded to, whatever the model was trained with.
  ///
  /// Errors computed in bf16 differ by a few parts in a thousand from those in f32, which the model was
  /// calibrated with. On a processor without bf16, f32 is used.
  public var precision = Precision.float32
  /// The decision that flags samples; nil uses the model's threshold.
  package var decision: Decision?
  /// The part of images that counts, for a model that was fitted without one; nil for the whole image.
  package var region: RegionOfInterest?
  /// The scored rows of series; nil until ``scoringSeries(onRows:)``, and if the model scores single rows.
  package var series: SeriesResult?
  /// The maximum number of rows of a batch; nil chooses a number that suits their width.
  package var batchCapacity: Int?

  /// The part of images that counts: that of the scoring, else the one that the model was fitted with.
  package var usedRegion: RegionOfInterest? { region ?? detector.schema.preparation?.region }

  /// Calls `body` with each batch, in the order of the source.
  ///
  /// - Throws: ``IngestError`` with its position in the data, or the error that `body` throws.
  public func forEachBatch(_ body: (ScoredBatch) throws -> Void) throws {
    let engine = try SampleEngine(self)
    while let batch = try engine.next() { try body(batch) }
  }

  /// Returns the samples with the largest (or smallest) scores, in order of rank; ties are in the order of
  /// the source.
  ///
  /// - Complexity: memory for `count` samples, whatever the length of the source.
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

  /// Returns the score of every sample, in the order of the source; takes 8 bytes a sample.
  ///
  /// - Throws: ``IngestError``.
  public func scores() throws -> [Double] {
    var scores: [Double] = []
    var scoring = self
    scoring.takesCrossEntropy = false
    scoring.makesPictures = false
    try scoring.forEachBatch { scores.append(contentsOf: $0.scores) }
    return scores
  }

  /// Returns the score of every sample.
  @available(*, deprecated, renamed: "scores()")
  public func errors() throws -> [Double] { try scores() }
}

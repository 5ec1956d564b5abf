import MisfitIngest

/// Gives the samples of a scoring: rows and images, or images put together from their tiles.
struct SampleEngine {
  private let engine: ScoringEngine
  private let stitcher: TileStitcher?
  private let grid: TileGrid?
  private let decision: Decision

  init(_ scoring: Scoring) throws {
    let engine = try ScoringEngine(scoring)
    self.engine = engine
    decision = scoring.decision ?? scoring.detector.decision()
    grid = scoring.source.layout.grid
    stitcher =
      scoring.stitchesTiles
      ? grid.map { TileStitcher(engine, scoring.detector, $0, pictureSide: scoring.pictureSide) } : nil
  }

  /// The next batch, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    var batch = try stitcher?.next() ?? (stitcher == nil ? engine.next() : nil)
    if stitcher == nil { batch?.grid = grid }
    batch?.decision = decision
    return batch
  }
}

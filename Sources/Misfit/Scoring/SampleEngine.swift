import MisfitIngest

/// Gives the samples of a scoring: rows and images, or images put together from their tiles.
struct SampleEngine {
  private let engine: ScoringEngine
  private let stitcher: TileStitcher?
  private let grid: TileGrid?

  init(_ scoring: Scoring) throws {
    let engine = try ScoringEngine(scoring)
    self.engine = engine
    grid = scoring.source.layout.grid
    stitcher =
      scoring.stitchesTiles
      ? grid.map { TileStitcher(engine, scoring.detector, $0, pictureSide: scoring.pictureSide) } : nil
  }

  /// The next batch, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    if let stitcher { return try stitcher.next() }
    var batch = try engine.next()
    batch?.grid = grid
    return batch
  }
}

import MisfitIngest

/// Produces the batches of a scoring: of rows and images, or of images stitched from their tiles.
package struct SampleEngine {
  private let engine: ScoringEngine
  private let stitcher: TileStitcher?
  private let grid: TileGrid?
  private let decision: Decision
  private let source: any RecordSource
  private let threadCount: Int

  package init(_ scoring: Scoring) throws {
    let engine = try ScoringEngine(scoring)
    self.engine = engine
    source = scoring.source
    threadCount = scoring.threadCount
    decision = scoring.decision ?? scoring.detector.decision()
    grid = scoring.source.layout.grid
    stitcher =
      scoring.stitchesTiles
      ? grid.map { TileStitcher(engine, scoring.detector, $0, pictureSide: scoring.pictureSide) } : nil
  }

  /// Returns the next batch, valid until the next call; nil at the end.
  ///
  /// - Throws: ``IngestError``. For cells that cannot be read, the error names all of them if the table can
  ///   be read again.
  package func next() throws -> ScoredBatch? {
    do { return try nextBatch() } catch let error as IngestError {
      throw source.withAllUnreadCells(error, threadCount: threadCount)
    }
  }

  private func nextBatch() throws -> ScoredBatch? {
    var batch = try stitcher?.next() ?? (stitcher == nil ? engine.next() : nil)
    if stitcher == nil { batch?.grid = grid }
    batch?.decision = decision
    return batch
  }
}

import MisfitIngest

/// Produces the batches of a scoring: of rows and images, or of images stitched from their tiles.
package struct SampleEngine {
  /// Returns the next batch of rows.
  private let nextRows: () throws -> ScoredBatch?
  private let stitcher: TileStitcher?
  private let grid: TileGrid?
  private let decision: Decision
  private let source: any RecordSource
  private let threadCount: Int
  private let imageSizes: [ImageSize]

  package init(_ scoring: Scoring) throws {
    source = scoring.source
    threadCount = scoring.threadCount
    decision = scoring.decision ?? scoring.detector.decision()
    grid = scoring.source.layout.grid
    imageSizes = scoring.source.imageFolder?.originalSizes ?? []
    if let series = try scoring.scoringSeries().series {
      let engine = try SeriesEngine(scoring, series)
      nextRows = { try engine.next() }
      stitcher = nil
      return
    }
    let engine = try ScoringEngine(scoring)
    nextRows = { try engine.next() }
    stitcher =
      scoring.stitchesTiles
      ? grid.map {
        TileStitcher(
          engine, scoring.detector, $0, pictureSide: scoring.makesPictures ? scoring.pictureSide : nil,
          region: scoring.usedRegion)
      } : nil
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
    var batch = try stitcher?.next() ?? (stitcher == nil ? nextRows() : nil)
    if stitcher == nil { batch?.grid = grid }
    batch?.decision = decision
    batch?.imageSizes = imageSizes
    return batch
  }
}

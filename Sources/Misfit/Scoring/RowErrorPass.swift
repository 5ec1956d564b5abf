import MisfitCore
import MisfitKernels
import MisfitModels

/// A pass of rows through a model that computes the errors of the reconstructions.
struct RowErrorPass {
  /// The errors and the scores of one row.
  struct Result {
    /// The errors of the reconstruction; zeros if they are not computed.
    let errors: RowErrors
    /// The model's own score; 0 if it has none.
    let ownScore: Float
    /// The evidence of a gross outlier; 0 if the model does not check for them.
    let evidence: Float
    /// The scores of the pixels of a tile, valid during the call; nil if they are not computed.
    let pixels: FloatSlice?
  }

  /// The model.
  let model: any RowModel
  /// Whether the rows are those that the model has learned from.
  var rowsWereLearned = false
  /// Whether the errors of the reconstructions are computed.
  var computesErrors = true
  /// Whether the errors include the cross-entropy.
  var includesCrossEntropy = false
  /// The way that the pixels of tiles get scores, and the number of a tile's values, see
  /// ``PixelScore/valueCount(of:)``; nil for other rows.
  var pixelScore: (PixelScore, count: Int)?

  /// Calls `body` with the result of each row of a source, in their stored order, on the calling thread.
  ///
  /// Reconstructions are compared with the targets of the rows, if they have some, and else with the input
  /// rows.
  ///
  /// - Throws: Errors of reading the rows.
  func run(
    over rows: any EpochRows, on pool: WorkerPool, _ body: (_ row: Int, _ result: Result) -> Void
  ) throws {
    try run(over: rows, sharedBy: SingleProcess(), on: pool, body)
  }

  /// Calls `body` as ``run(over:on:_:)`` does, with the rows of this process, and returns the rows of each
  /// process.
  ///
  /// - Throws: Errors of reading the rows.
  @discardableResult
  func run(
    over rows: any EpochRows, sharedBy communicator: any Communicator, on pool: WorkerPool,
    _ body: (_ row: Int, _ result: Result) -> Void
  ) throws -> [Range<Int>] {
    let pass = ModelPass(model.plans(rowsWereLearned: rowsWereLearned))
    let shares = pass.shares(of: rows, count: communicator.rankCount)
    let width = model.outputWidth
    let errors = Rows(count: pass.rowsPerBlock, width: RowErrors.storedCount)
    let ownScores = FloatBuffer(count: pass.rowsPerBlock).all
    let evidence = FloatBuffer(count: pass.rowsPerBlock).all
    let pixels = pixelScore.map { Rows(count: pass.rowsPerBlock, width: $0.count) }
    let targets = rows.targetWidth.map { Rows(count: pass.rowsPerBlock, width: $0) }
    try pass.run(
      over: rows, range: shares[communicator.rank], on: pool,
      finish: { shard, result in
        let range = shard.rowsInBlock
        if let found = result.scores { ownScores[range].copy(from: found) }
        if let found = result.evidence { evidence[range].copy(from: found) }
        if pixelScore?.0 == .ofModel, let found = result.pixelScores, let pixels {
          pixels[range].slice.copy(from: found)
        }
        guard computesErrors else { return }
        let target = targets?[range].slice
        if let target { rows.gatherTargets(shard.rows, into: target) }
        VectorKernels.current.rowErrors(
          input: target ?? result.input, output: result.reconstruction, width: width,
          withCrossEntropy: includesCrossEntropy, into: errors[range].slice)
        guard let (score, _) = pixelScore, score != .ofModel, let pixels else { return }
        let truth = Rows(target ?? result.input, width: width)
        let reconstruction = Rows(result.reconstruction, width: width)
        for (index, row) in range.enumerated() {
          score.write(truth[index], reconstruction[index], to: pixels[row])
        }
      },
      conclude: { shard in
        for (row, index) in zip(shard.rows, shard.rowsInBlock) {
          let found = RowErrors(stored: errors.slice, at: index, width: width)
          body(
            row,
            Result(
              errors: found, ownScore: ownScores[index], evidence: evidence[index],
              pixels: pixels?[index]))
        }
      })
    return shares
  }
}

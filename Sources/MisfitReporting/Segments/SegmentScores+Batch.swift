import Misfit
import MisfitAnalytics

extension SegmentScores {
  /// Adds the samples of a batch, whose first kept cells are those of the columns.
  ///
  /// - Precondition: the source was opened with the columns as its kept columns.
  package mutating func update(_ batch: ScoredBatch) {
    for index in 0..<batch.count {
      let score = batch.score(at: index)
      update(
        Array(batch.keptCells(at: index).prefix(columns.count)), score: score,
        isFlagged: batch.flags(score) == true)
    }
  }
}

import MisfitCore
import MisfitKernels

/// The distance of a row to a random sample of all rows, and the rarity of its values: a model for training
/// data that contains anomalies.
///
/// Near neighbors are no use there: similar anomalies are near to each other. So this model averages the
/// distance to a tenth of the sample, in two scalings of the columns (standardized and clipped; scaled by
/// quartiles and compressed by the inverse hyperbolic sine), and measures how rare each value is in its
/// column. It is fitted twice: to all rows, and then without the tenth with the highest scores. The score is
/// the mean of the three component scores, each standardized by the scores of all rows (``LogScore``); the
/// reconstruction is the mean of the neighbors.
///
/// Shapes: N references of D columns.
package struct GlobalDistance: RowModel {
  /// The random sample of the learned rows, as they were learned.
  package let reference: ReferenceRows
  /// The three component scores: the clipped distance, the compressed distance, and the rarity.
  package let scores: [LogScore]
  /// Whether one reference that equals a row is excluded from its neighbors, as the row itself.
  package let excludesSelf: Bool
  let columns: ColumnScales
  let histograms: ColumnHistograms
  let clippedReference: ReferenceRows
  let compressedReference: ReferenceRows

  package var width: Int { reference.width }
  package var codeCount: Int { 0 }
  package var ownScore: OwnScore? { .logarithmic }
  package var leavesOneOut: Bool { true }
  package var description: ModelDescription {
    ModelDescription(.global, neighbors: .init(scores: scores, excludesSelf: excludesSelf))
  }
  package var summary: String {
    "distance to a sample of \(NumberText.grouped(reference.count)) rows, and rarity of values"
  }
  package var tensors: [ModelTensor] {
    [
      reference.tensor,
      ModelTensor("columns", [ColumnScales.statisticCount, width], columns.statistics.slice),
      ModelTensor("penalties", [width, histograms.binCount + 1], histograms.penalties.slice),
    ]
  }

  /// The number of neighbors: a tenth of the references, but at least ten if there are as many.
  var neighborCount: Int { max(1, min(reference.count - 1, max(10, reference.count / 10))) }

  /// Creates a model.
  ///
  /// - Precondition: there are at least two references, and all have the same columns.
  init(
    reference: ReferenceRows, columns: ColumnScales, histograms: ColumnHistograms, scores: [LogScore],
    excludesSelf: Bool
  ) {
    precondition(reference.count >= 2 && columns.width == reference.width, "counts differ")
    self.reference = reference
    self.columns = columns
    self.histograms = histograms
    self.scores = scores
    self.excludesSelf = excludesSelf
    clippedReference = reference.mapped { columns.clip($0, into: $1) }
    compressedReference = reference.mapped { columns.compress($0, into: $1) }
  }

  /// Creates a model from the tensors of a file: `columns` [6, D], `penalties` [D, B + 1].
  ///
  /// - Precondition: there are at least two references, and all have the same columns.
  package init(
    reference: ReferenceRows, columns: FloatSlice, penalties: FloatSlice, scores: [LogScore],
    excludesSelf: Bool
  ) {
    let columns = ColumnScales(statistics: columns, width: reference.width)
    self.init(
      reference: reference, columns: columns,
      histograms: ColumnHistograms(columns: columns, penalties: penalties), scores: scores,
      excludesSelf: excludesSelf)
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    RowPlans(rowsPerShard: reference.rowsPerShard, rowLimit: reference.rowsPerShard) { _ in
      GlobalDistancePlan(self, excludesSelf: excludesSelf || rowsWereLearned)
    }
  }
}

import MisfitCore
import MisfitKernels

/// How far a row is from the crowd: for data whose odd rows are among those learned from.
///
/// Near neighbours are of no use there, since odd rows that resemble each other would excuse each other. So
/// the model asks for the mean distance to a tenth of a random reference set, in two views (standardised and
/// clipped; scaled by quartiles and bent in), and how rare each value is in its column. It is fitted twice:
/// on all rows, and then without the tenth that looked oddest. The score is the mean of the three judgements,
/// each brought to the scale of all rows (``LogScore``); the reconstruction is the mean of the neighbours.
///
/// Shapes: N references of D columns.
package struct CrowdDistance: RowModel {
  /// The rows that stand for the crowd, as they were learned.
  package let reference: ReferenceRows
  /// The three judgements: clipped and bent distance, rarity.
  package let scores: [LogScore]
  /// Whether one reference that equals a row is taken for the row itself, and does not count.
  package let leavesOutItself: Bool
  let columns: CrowdColumns
  let histograms: CrowdHistograms
  let clippedReference: ReferenceRows
  let bentReference: ReferenceRows

  package var width: Int { reference.width }
  package var codeCount: Int { 0 }
  package var ownScore: OwnScore { .meanLogarithm }
  package var description: ModelDescription {
    ModelDescription(.global, neighbors: .init(scores: scores, leavesOutItself: leavesOutItself))
  }
  package var summary: String {
    "distance to a crowd of \(NumberText.grouped(reference.count)) rows, and rarity of values"
  }
  package var tensors: [ModelTensor] {
    [
      ModelTensor("reference", [reference.count, width], reference.rows),
      ModelTensor("columns", [CrowdColumns.partCount, width], columns.parts),
      ModelTensor("penalties", [width, histograms.binCount + 1], histograms.penalties),
    ]
  }

  /// A tenth of the references, but at least ten where there are as many.
  var neighborCount: Int { max(1, min(reference.count - 1, max(10, reference.count / 10))) }

  /// Puts a model together.
  ///
  /// - Precondition: counts fit each other, with at least two references.
  init(
    reference: ReferenceRows, columns: CrowdColumns, histograms: CrowdHistograms, scores: [LogScore],
    leavesOutItself: Bool
  ) {
    precondition(reference.count >= 2 && columns.width == reference.width, "counts differ")
    self.reference = reference
    self.columns = columns
    self.histograms = histograms
    self.scores = scores
    self.leavesOutItself = leavesOutItself
    clippedReference = Self.view(of: reference) { columns.clip($0, into: $1) }
    bentReference = Self.view(of: reference) { columns.bend($0, into: $1) }
  }

  /// A model read from a file: `columns` [6, D], `penalties` [D, B + 1].
  ///
  /// - Precondition: counts fit each other, with at least two references.
  package init(
    reference: ReferenceRows, columns: FloatSlice, penalties: FloatSlice, scores: [LogScore],
    leavesOutItself: Bool
  ) {
    let columns = CrowdColumns(parts: columns, width: reference.width)
    self.init(
      reference: reference, columns: columns,
      histograms: CrowdHistograms(columns: columns, penalties: penalties), scores: scores,
      leavesOutItself: leavesOutItself)
  }

  private static func view(
    of reference: ReferenceRows, _ transform: (FloatSlice, FloatSlice) -> Void
  ) -> ReferenceRows {
    let rows = FloatBuffer(count: reference.rows.count).all
    transform(reference.rows, rows)
    return ReferenceRows(rows, width: reference.width)
  }

  var rowsPerShard: Int { max(8, min(128, (1 << 18) / width)) }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    RowPlans(rowsPerShard: rowsPerShard, rowLimit: rowsPerShard) { _ in
      CrowdWorkspace(self, leavesOutItself: leavesOutItself || rowsWereLearned)
    }
  }
}

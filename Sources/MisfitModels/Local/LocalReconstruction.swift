import MisfitCore
import MisfitKernels

/// A row rebuilt from the learned rows nearest to it, as their best weighted mean.
///
/// Its own score is the mean of five judgements, each brought to the scale of ordinary rows (``LogScore``):
/// the distance to the reconstruction from 10 neighbours, and from 20 with freer weights; and the mean
/// distance to 5 and 20 neighbours, and to 5 where far values are bent in by the inverse hyperbolic sine,
/// each relative to how far the neighbours are from theirs.
///
/// Odd rows among those learned from would rebuild each other. Two things keep that in bounds: references
/// that seem to do so are left out (``ExcusedReferences``), and where a crowd (``CrowdDistance``) finds a row
/// clearly odder than its neighbours do, half of the difference is added to the score (``LocalVerdict``).
///
/// On 22 tables of ADBench, three splits each, mean area under the curve and mean average precision: 0.910
/// and 0.743 where all rows learned from are ordinary; 0.853 and 0.532 where 5 % of them are anomalies, a
/// loss of 0.057 and 0.211. Neighbours alone reach 0.908 and 0.741, and then 0.768 and 0.408.
///
/// Shapes: N reference rows of D columns; `baselines` [3, N], the distances of the references themselves.
package struct LocalReconstruction: RowModel {
  /// The rows that others are rebuilt from.
  package let reference: ReferenceRows
  /// The five judgements, in the order of the description above.
  package let scores: [LogScore]
  /// Whether one reference that equals a row is taken for the row itself, and does not count.
  package let leavesOutItself: Bool
  /// The mean distances of each reference to its 5 and 20 neighbours, and to 5 bent ones: [3, N].
  let baselines: FloatSlice
  /// The mean of each kind of baseline.
  let meanBaselines: [Double]
  let bentReference: ReferenceRows
  /// What looks at rows from farther away; models of older files have none.
  package let crowd: CrowdDistance?

  package var width: Int { reference.width }
  package var codeCount: Int { 0 }
  package var ownScore: OwnScore { .meanLogarithm }
  package var description: ModelDescription {
    ModelDescription(
      .local,
      neighbors: .init(scores: scores, crowdScores: crowd?.scores, leavesOutItself: leavesOutItself))
  }
  package var summary: String {
    "local reconstruction from \(NumberText.grouped(reference.count)) rows"
  }
  package var tensors: [ModelTensor] {
    [
      ModelTensor("reference", [reference.count, width], reference.rows),
      ModelTensor("baselines", [3, reference.count], baselines),
    ]
      + (crowd?.tensors ?? []).map { ModelTensor(Self.crowdPrefix + $0.name, $0.extents, $0.values) }
  }

  /// Stands before the names of the crowd's tensors.
  package static let crowdPrefix = "crowd-"
  /// The neighbours that the larger reconstruction takes.
  static let neighborCount = 20
  /// The neighbours that the smaller reconstruction takes.
  static let fewerNeighbors = 10
  /// The neighbours of the nearer distances.
  static let nearNeighbors = 5

  /// Puts a model together.
  ///
  /// - Precondition: counts fit each other, with at least two references.
  package init(
    reference: ReferenceRows, baselines: FloatSlice, scores: [LogScore], leavesOutItself: Bool,
    crowd: CrowdDistance? = nil
  ) {
    precondition(reference.count >= 2 && baselines.count == 3 * reference.count, "counts differ")
    self.reference = reference
    self.baselines = baselines
    self.scores = scores
    self.leavesOutItself = leavesOutItself
    self.crowd = crowd
    let count = reference.count
    meanBaselines = (0..<3).map { kind in
      baselines[kind * count..<(kind + 1) * count].array.reduce(0) { $0 + Double($1) } / Double(count)
    }
    bentReference = Self.bent(reference)
  }

  /// The references with far values bent in.
  static func bent(_ reference: ReferenceRows) -> ReferenceRows {
    let rows = FloatBuffer(count: reference.rows.count).all
    bend(reference.rows, into: rows)
    return ReferenceRows(rows, width: reference.width)
  }

  /// Bends each value.
  static func bend(_ values: FloatSlice, into bent: FloatSlice) {
    let values = values.span
    bent.withMutableSpan { bent in
      for index in 0..<values.count { bent[index] = Mathematics.asinh(values[index]) }
    }
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    // Fewer of very wide rows: their neighbours are copied.
    let rowsPerShard = max(8, min(128, (1 << 18) / width))
    return RowPlans(rowsPerShard: rowsPerShard, rowLimit: rowsPerShard) { _ in
      LocalWorkspace(
        self, leavesOutItself: leavesOutItself || rowsWereLearned, rowCapacity: rowsPerShard)
    }
  }
}

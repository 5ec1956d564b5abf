import MisfitCore

/// The result of rows; the slices are valid until the plan that owns them takes other rows.
///
/// Shapes: R rows; `input` [R, D], `reconstruction` [R, output width], `code` [R, C], `scores` [R], `shares`
/// [R, D].
package struct RowResult: Sendable {
  /// The input rows.
  package var input: FloatSlice
  /// The codes of the rows.
  package var code: FloatSlice
  /// The reconstructions.
  package var reconstruction: FloatSlice
  /// The model's own scores, higher for more anomalous rows; nil if it has none.
  package var scores: FloatSlice?
  /// The share of each column in the model's own score: a row's shares sum to 1.
  ///
  /// If nil, the shares are those of the squared differences from the reconstruction.
  package var shares: FloatSlice?
  /// The scores of the pixels of each image, [R, H x W], if the model's own score is the largest of them; nil
  /// for other models.
  package var pixelScores: FloatSlice?
  /// The strength of the evidence that a row contains a gross outlier, see ``GrossOutlierCheck``: [R]; nil
  /// without a check.
  package var evidence: FloatSlice?
  /// The codes of what the evidence is about, see ``GrossOutlierCheck/subject(_:)``: [R].
  package var evidenceCodes: FloatSlice?

  /// Creates a result.
  package init(
    input: FloatSlice, code: FloatSlice, reconstruction: FloatSlice, scores: FloatSlice? = nil,
    shares: FloatSlice? = nil
  ) {
    self.input = input
    self.code = code
    self.reconstruction = reconstruction
    self.scores = scores
    self.shares = shares
  }
}

/// The buffers that take rows through a model; one thread uses a plan at a time.
///
/// A caller writes rows to ``input(rows:)``, calls ``reconstruct(_:)`` for each shard of them, and reads
/// ``result(rows:)``. All memory is allocated at creation, and nothing is copied.
package protocol RowPlan: AnyObject, Sendable {
  /// The memory for the first `rows` input rows: [rows, D].
  func input(rows: Int) -> FloatSlice
  /// Computes the results of one shard of the rows in ``input(rows:)``.
  ///
  /// - Precondition: the shard begins at a multiple of ``RowPlans/rowsPerShard`` and has at most as many
  ///   rows.
  func reconstruct(_ shard: Range<Int>)
  /// The results of the first `rows` rows.
  func result(rows: Int) -> RowResult
}

/// A factory of the plans of one model, which share what all rows have in common.
package struct RowPlans: Sendable {
  /// The number of rows in a shard, which does not depend on the number of threads.
  package let rowsPerShard: Int
  /// The maximum capacity of a plan.
  package let rowLimit: Int
  private let makePlan: @Sendable (_ capacity: Int) -> any RowPlan

  /// Creates a factory whose closure makes a plan for at most `rowLimit` rows.
  package init(
    rowsPerShard: Int, rowLimit: Int = .max, makePlan: @escaping @Sendable (_ capacity: Int) -> any RowPlan
  ) {
    self.rowsPerShard = rowsPerShard
    self.rowLimit = rowLimit
    self.makePlan = makePlan
  }

  /// Creates a plan for `capacity` rows, or for ``rowLimit`` if that is less.
  package func plan(capacity: Int) -> any RowPlan { makePlan(min(capacity, rowLimit)) }
}

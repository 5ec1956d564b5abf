import MisfitCore

/// What became of rows; the slices are valid until the plan that they belong to takes other rows.
///
/// Shapes: R rows; `input` [R, D], `reconstruction` [R, output width], `code` [R, C], `scores` [R], `shares`
/// [R, D].
package struct RowResult: Sendable {
  /// The rows as they went in.
  package var input: FloatSlice
  /// The values of their codes.
  package var code: FloatSlice
  /// What the model makes of them.
  package var reconstruction: FloatSlice
  /// The model's own score, higher for odder rows; nil where it has none.
  package var scores: FloatSlice?
  /// The columns' shares of the own score, which sum to 1 in a row; nil where the squared differences to the
  /// reconstruction are shared out.
  package var shares: FloatSlice?
  /// The strength of the evidence that a row holds a gross outlier, see ``GrossOutlierCheck``: [R]; nil
  /// without a check.
  package var evidence: FloatSlice?
  /// What the evidence is about, see ``GrossOutlierCheck/subject(_:)``: [R].
  package var evidenceCodes: FloatSlice?

  /// Puts slices together.
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

/// The buffers of rows on their way through a model, made once; one thread uses them at a time.
///
/// Rows are written where ``input(rows:)`` says, taken through shard by shard, and found in
/// ``result(rows:)``: nothing is copied on the way.
package protocol RowPlan: AnyObject, Sendable {
  /// Where the first `rows` rows are written: [rows, D].
  func input(rows: Int) -> FloatSlice
  /// Computes everything of one shard of the rows that were written.
  ///
  /// It begins at a multiple of ``RowPlans/rowsPerShard`` and has at most as many rows.
  func rebuild(_ shard: Range<Int>)
  /// What became of the first `rows` rows.
  func result(rows: Int) -> RowResult
}

/// Makes plans of one model, which share what does not change from row to row.
package struct RowPlans: Sendable {
  /// The rows of one shard: cut in a fixed size, so that a result does not depend on the number of threads.
  package let rowsPerShard: Int
  /// The most rows that a plan has room for.
  package let rowLimit: Int
  private let makePlan: @Sendable (_ capacity: Int) -> any RowPlan

  /// Takes what makes a plan of a capacity of at most `rowLimit` rows.
  package init(
    rowsPerShard: Int, rowLimit: Int = .max, makePlan: @escaping @Sendable (_ capacity: Int) -> any RowPlan
  ) {
    self.rowsPerShard = rowsPerShard
    self.rowLimit = rowLimit
    self.makePlan = makePlan
  }

  /// The buffers of so many rows, or of ``rowLimit`` where that is fewer.
  package func plan(capacity: Int) -> any RowPlan { makePlan(min(capacity, rowLimit)) }
}

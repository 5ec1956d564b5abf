import MisfitCore

/// The buffers of a plan that computes a score, shares and a reconstruction of each row, and no code.
///
/// Shapes: `inputs`, `outputs` and `shares` [capacity, D], `scores` [capacity].
struct ScoredRowBuffers: Sendable {
  let inputs: Rows
  let outputs: Rows
  let shares: Rows
  let scores: FloatSlice
  private let noCode = FloatBuffer(count: 0).all

  init(capacity: Int, width: Int) {
    inputs = Rows(count: capacity, width: width)
    outputs = Rows(count: capacity, width: width)
    shares = Rows(count: capacity, width: width)
    scores = FloatBuffer(count: capacity).all
  }

  /// The result of the first `rows` rows.
  func result(rows: Int) -> RowResult {
    let range = 0..<rows
    return RowResult(
      input: inputs[range].slice, code: noCode, reconstruction: outputs[range].slice, scores: scores[range],
      shares: shares[range].slice)
  }
}

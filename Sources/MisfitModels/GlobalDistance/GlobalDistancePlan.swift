import MisfitCore
import MisfitKernels

/// The buffers that take a shard of rows through a ``GlobalDistance``.
final class GlobalDistancePlan: RowPlan {
  private let model: GlobalDistance
  private let clipped: NeighborColumns
  private let compressed: NeighborColumns
  private let buffers: ScoredRowBuffers
  private let clippedInputs: Rows
  private let compressedInputs: Rows
  /// The contribution of each column to the component scores of one row: [3, D].
  private let contributions: Rows

  init(_ model: GlobalDistance, excludesSelf: Bool) {
    self.model = model
    let capacity = model.reference.rowsPerShard
    func columns(_ reference: ReferenceRows) -> NeighborColumns {
      NeighborColumns(
        among: reference, neighborCount: model.neighborCount, excludesSelf: excludesSelf,
        rowCapacity: capacity)
    }
    clipped = columns(model.clippedReference)
    compressed = columns(model.compressedReference)
    buffers = ScoredRowBuffers(capacity: capacity, width: model.width)
    clippedInputs = Rows(count: capacity, width: model.width)
    compressedInputs = Rows(count: capacity, width: model.width)
    contributions = Rows(count: 3, width: model.width)
  }

  func input(rows: Int) -> FloatSlice { buffers.inputs[0..<rows].slice }

  func reconstruct(_ shard: Range<Int>) {
    find(rows: shard.count)
    for row in shard {
      buffers.scores[row] = Float(score(ofRow: row, withShares: true))
      clipped.meanNeighbor(ofRow: row, from: model.reference, into: buffers.outputs[row])
    }
  }

  func result(rows: Int) -> RowResult { buffers.result(rows: rows) }

  /// Returns the score of a row after ``find(rows:)``, and computes the shares of its columns on request.
  func score(ofRow row: Int, withShares: Bool) -> Double {
    let raw = rawScores(ofRow: row, withColumns: withShares)
    let values = zip(model.scores, raw).map { $0.value(of: $1) }
    if withShares { share(values.map { max($0, 0) }, into: buffers.shares[row]) }
    return values.reduce(0, +) / Double(max(values.count, 1))
  }

  /// The shares of the columns of a row, after ``score(ofRow:withShares:)`` has computed them: [D].
  func shares(ofRow row: Int) -> FloatSlice { buffers.shares[row] }

  /// Finds the neighbors of the first `rows` input rows.
  func find(rows: Int) {
    let rows = 0..<rows
    let (inputs, clippedRows) = (buffers.inputs[rows].slice, clippedInputs[rows])
    let compressedRows = compressedInputs[rows]
    model.columns.clip(inputs, into: clippedRows.slice)
    model.columns.compress(inputs, into: compressedRows.slice)
    clipped.find(of: clippedRows)
    compressed.find(of: compressedRows)
  }

  /// Returns the three raw component scores of a row after ``find(rows:)``.
  func rawScores(ofRow row: Int, withColumns: Bool) -> [Double] {
    if withColumns { contributions.slice.fill(with: 0) }
    func columns(_ component: Int) -> FloatSlice? { withColumns ? contributions[component] : nil }
    return [
      clipped.mean(ofRow: row, clippedInputs[row], addingColumnsTo: columns(0)),
      compressed.mean(ofRow: row, compressedInputs[row], addingColumnsTo: columns(1)),
      model.histograms.score(buffers.inputs[row], addingColumnsTo: columns(2)),
    ]
  }

  /// Computes the shares of a row: the mean of the components' shares, weighted by `weights`, or equally if
  /// all weights are 0.
  private func share(_ weights: [Double], into shares: FloatSlice) {
    shares.fill(with: 0)
    let total = weights.reduce(0, +)
    for (component, weight) in weights.enumerated() {
      let columns = contributions[component]
      Shares.normalize(columns)
      VectorKernels.current.scale(columns, by: Float(total > 0 ? weight / total : 1 / 3))
      VectorKernels.current.add(columns, to: shares)
    }
    Shares.normalize(shares)
  }
}

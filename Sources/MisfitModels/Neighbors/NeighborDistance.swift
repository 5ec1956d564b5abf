import MisfitCore
import MisfitKernels

/// The mean distance of a row to the k nearest learned rows; its reconstruction is their mean.
///
/// Ramaswamy, Rastogi and Shim, "Efficient algorithms for mining outliers from large data sets" (2000) use
/// the k-th distance; the mean of all k is more stable (Angiulli and Pizzuti, 2002).
///
/// The score is divided exactly among the columns: a neighbor at distance d_i contributes
/// (x_j - n_ij)² / d_i to column j.
package struct NeighborDistance: RowModel {
  /// The learned rows.
  package let reference: ReferenceRows
  /// The number of neighbors, k.
  package let neighborCount: Int
  /// Whether one reference that equals a row is excluded from its neighbors, as the row itself.
  package let excludesSelf: Bool

  package var width: Int { reference.width }
  package var codeCount: Int { 0 }
  package var ownScore: OwnScore? { .distance }
  package var leavesOneOut: Bool { true }
  package var description: ModelDescription {
    ModelDescription(.neighbors, neighbors: .init(neighborCount: neighborCount, excludesSelf: excludesSelf))
  }
  package var summary: String {
    "mean distance to \(neighborCount) of \(NumberText.grouped(reference.count)) rows"
  }
  package var tensors: [ModelTensor] { [reference.tensor] }

  /// Creates a model.
  ///
  /// - Precondition: there are at least two references and one neighbor.
  package init(reference: ReferenceRows, neighborCount: Int, excludesSelf: Bool) {
    precondition(reference.count >= 2 && neighborCount >= 1, "too few references")
    self.reference = reference
    self.neighborCount = min(neighborCount, reference.count - 1)
    self.excludesSelf = excludesSelf
  }

  /// Fits a model, which keeps a random sample of at most `referenceLimit` rows.
  ///
  /// `isKept`, one value per row, restricts the sample to the rows for which it is true.
  ///
  /// - Throws: ``ModelError`` for fewer than two rows, and errors of reading the rows.
  package static func fit(
    _ rows: any EpochRows, neighborCount: Int, referenceLimit: Int = 10_000, excludesSelf: Bool = false,
    isKept: [Bool]? = nil, seed: UInt64
  ) throws -> NeighborDistance {
    guard rows.rowCount >= 2 else { throw ModelError(.tooFewRows(rows.rowCount, needed: 2)) }
    let reference = try NumericThread.scope { () throws -> ReferenceRows in
      try ReferenceRows.sample(of: rows, limit: max(2, referenceLimit), seed: seed, isKept: isKept)
    }
    return NeighborDistance(reference: reference, neighborCount: neighborCount, excludesSelf: excludesSelf)
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let rowsPerShard = reference.rowsPerShard
    return RowPlans(rowsPerShard: rowsPerShard, rowLimit: rowsPerShard) { _ in
      Plan(self, excludesSelf: excludesSelf || rowsWereLearned, rowCapacity: rowsPerShard)
    }
  }

  private final class Plan: RowPlan {
    private let distances: NeighborColumns
    private let buffers: ScoredRowBuffers

    init(_ model: NeighborDistance, excludesSelf: Bool, rowCapacity: Int) {
      distances = NeighborColumns(
        among: model.reference, neighborCount: model.neighborCount, excludesSelf: excludesSelf,
        rowCapacity: rowCapacity)
      buffers = ScoredRowBuffers(capacity: rowCapacity, width: model.width)
    }

    func input(rows: Int) -> FloatSlice { buffers.inputs[0..<rows].slice }

    func reconstruct(_ shard: Range<Int>) {
      distances.find(of: buffers.inputs[0..<shard.count])
      for row in shard {
        let shares = buffers.shares[row]
        shares.fill(with: 0)
        let distance = distances.mean(ofRow: row, buffers.inputs[row], addingColumnsTo: shares)
        distances.meanNeighbor(ofRow: row, into: buffers.outputs[row])
        buffers.scores[row] = Float(distance)
        Shares.normalize(shares)
      }
    }

    func result(rows: Int) -> RowResult { buffers.result(rows: rows) }
  }
}

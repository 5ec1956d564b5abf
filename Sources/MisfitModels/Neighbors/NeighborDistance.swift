import MisfitCore
import MisfitKernels

/// The mean distance of a row to the k learned rows nearest to it; its reconstruction is their mean.
///
/// Ramaswamy, Rastogi and Shim, "Efficient algorithms for mining outliers from large data sets" (2000) take
/// the k-th distance; the mean of all k is steadier (Angiulli and Pizzuti, 2002).
///
/// The score d is shared out by columns exactly: a neighbour at distance d_i gives column j its
/// (x_j - n_ij)² / d_i.
package struct NeighborDistance: RowModel {
  /// The rows among which neighbours are looked for.
  package let reference: ReferenceRows
  /// k.
  package let neighborCount: Int
  /// Whether one reference that equals a row is taken for the row itself, and does not count.
  package let leavesOutItself: Bool

  package var width: Int { reference.width }
  package var codeCount: Int { 0 }
  package var ownScore: OwnScore { .distance }
  package var description: ModelDescription {
    ModelDescription(
      .neighbors, neighbors: .init(neighborCount: neighborCount, leavesOutItself: leavesOutItself))
  }
  package var summary: String {
    "mean distance to \(neighborCount) of \(NumberText.grouped(reference.count)) rows"
  }
  package var tensors: [ModelTensor] {
    [ModelTensor("reference", [reference.count, width], reference.rows)]
  }

  /// Puts a model together.
  ///
  /// - Precondition: at least two references and one neighbour.
  package init(reference: ReferenceRows, neighborCount: Int, leavesOutItself: Bool) {
    precondition(reference.count >= 2 && neighborCount >= 1, "nothing to look for")
    self.reference = reference
    self.neighborCount = min(neighborCount, reference.count - 1)
    self.leavesOutItself = leavesOutItself
  }

  /// Keeps a random sample of at most `referenceLimit` of the rows, or of those that `isKept` names.
  ///
  /// - Throws: ``ModelError`` for fewer than two rows, and what reading the rows may throw.
  package static func fit(
    _ rows: any EpochRows, neighborCount: Int, referenceLimit: Int = 10_000, leavesOutItself: Bool = false,
    isKept: [Bool]? = nil, seed: UInt64
  ) throws -> NeighborDistance {
    guard rows.rowCount >= 2 else { throw ModelError(.tooFewRows(rows.rowCount, needed: 2)) }
    let reference = try NumericThread.scope { () throws -> ReferenceRows in
      try ReferenceRows.sample(of: rows, limit: max(2, referenceLimit), seed: seed, isKept: isKept)
    }
    return NeighborDistance(
      reference: reference, neighborCount: neighborCount, leavesOutItself: leavesOutItself)
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let rowsPerShard = max(8, min(128, (1 << 18) / width))
    return RowPlans(rowsPerShard: rowsPerShard, rowLimit: rowsPerShard) { _ in
      Workspace(self, leavesOutItself: leavesOutItself || rowsWereLearned, rowCapacity: rowsPerShard)
    }
  }

  private final class Workspace: RowPlan {
    private let width: Int
    private let distances: NeighborColumns
    private let inputs: FloatSlice
    private let outputs: FloatSlice
    private let scores: FloatSlice
    private let shares: FloatSlice

    init(_ model: NeighborDistance, leavesOutItself: Bool, rowCapacity: Int) {
      width = model.width
      distances = NeighborColumns(
        among: model.reference, neighborCount: model.neighborCount, leavesOutItself: leavesOutItself,
        rowCapacity: rowCapacity)
      inputs = FloatBuffer(count: rowCapacity * width).all
      outputs = FloatBuffer(count: rowCapacity * width).all
      scores = FloatBuffer(count: rowCapacity).all
      shares = FloatBuffer(count: rowCapacity * width).all
    }

    func input(rows: Int) -> FloatSlice { inputs[0..<rows * width] }

    func rebuild(_ shard: Range<Int>) {
      let input = input(rows: shard.count)
      distances.find(of: input, rowCount: shard.count)
      for row in shard {
        let range = row * width..<(row + 1) * width
        shares[range].fill(with: 0)
        let distance = distances.mean(ofRow: row, input[range], addingColumnsTo: shares[range], times: 1)
        distances.meanNeighbor(ofRow: row, into: outputs[range])
        scores[row] = Float(distance)
        Shares.normalise(shares[range])
      }
    }

    func result(rows: Int) -> RowResult {
      let values = 0..<rows * width
      return RowResult(
        input: inputs[values], code: FloatBuffer(count: 0).all, reconstruction: outputs[values],
        scores: scores[0..<rows], shares: shares[values])
    }
  }
}

import MisfitCore
import MisfitKernels

/// A model that reconstructs a row with its unseen cells replaced by neutral inputs.
///
/// An unseen cell is an unknown level, or a missing cell in a column without gaps in training. It is encoded
/// by inputs far from all others, which would distort the model's reconstruction of the other cells. The
/// reconstruction from neutral inputs is compared with the row's own inputs, so the difference is the same
/// for any model. The model's own score remains that of the unchanged row, and its shares become those of the
/// squared differences.
///
/// Shapes: rows of E inputs for D cells.
package struct NewCellModel: DecoratedModel {
  /// The model that reconstructs the rows.
  package let base: any RowModel
  let cells: TableCells

  /// Wraps a model.
  ///
  /// - Precondition: the model has as many inputs and outputs as the cells have values.
  package init(_ base: any RowModel, cells: TableCells) {
    precondition(base.outputWidth == cells.width && base.width == cells.width, "cells of another width")
    self.base = base
    self.cells = cells
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let plans = base.plans(rowsWereLearned: rowsWereLearned, precision: precision)
    // No learned row has unseen cells.
    guard !rowsWereLearned else { return plans }
    return RowPlans(rowsPerShard: plans.rowsPerShard, rowLimit: plans.rowLimit) { [cells] capacity in
      NewCellPlan(plans, cells, capacity: capacity)
    }
  }
}

/// A plan that takes rows with unseen cells through the model twice.
private final class NewCellPlan: RowPlan, @unchecked Sendable {
  private let base: any RowPlan
  private let plans: RowPlans
  private let cells: TableCells
  /// The plan of the rows with unseen cells, created when there are any: most data has none.
  private lazy var second = plans.plan(capacity: plans.rowsPerShard)

  init(_ plans: RowPlans, _ cells: TableCells, capacity: Int) {
    base = plans.plan(capacity: capacity)
    self.plans = plans
    self.cells = cells
  }

  func input(rows: Int) -> FloatSlice { base.input(rows: rows) }

  func result(rows: Int) -> RowResult { base.result(rows: rows) }

  func reconstruct(_ shard: Range<Int>) {
    let input = rows(base.input(rows: shard.upperBound))
    // Before the model may impute missing inputs.
    let found = shard.filter { cells.containsUnseen(in: input[$0].span) }
    let own = found.map { input[$0].array }
    base.reconstruct(shard)
    guard !found.isEmpty else { return }
    let hidden = rows(second.input(rows: found.count))
    for (index, values) in own.enumerated() {
      hidden[index].copy(from: values)
      cells.hideUnseen(in: hidden[index])
    }
    second.reconstruct(0..<found.count)
    let (result, other) = (base.result(rows: shard.upperBound), second.result(rows: found.count))
    let (reconstruction, neutral) = (rows(result.reconstruction), rows(other.reconstruction))
    for (index, row) in found.enumerated() {
      reconstruction[row].copy(from: neutral[index])
      if let shares = result.shares { share(rows(shares)[row], rows(result.input)[row], neutral[index]) }
    }
  }

  private func rows(_ slice: FloatSlice) -> Rows { Rows(slice, width: cells.width) }

  private func share(_ shares: FloatSlice, _ input: FloatSlice, _ output: FloatSlice) {
    var total = 0.0
    for index in 0..<shares.count {
      let difference = input[index] - output[index]
      shares[index] = difference * difference
      total += Double(shares[index])
    }
    guard total > 0 else { return }
    VectorKernels.current.scale(shares, by: Float(1 / total))
  }
}

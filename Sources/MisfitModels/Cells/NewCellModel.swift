import MisfitCore
import MisfitKernels

/// A model that rebuilds a row without what training never had in it: a missing cell where each had a value,
/// an unknown level.
///
/// Inputs far from everything stand for such cells. A model that sees them takes them for values, and spoils
/// what it expects of the other cells. Rows with some are rebuilt with neutral inputs in their place, and
/// held against their own: the difference is then the same for any model. A model's own score stays that of
/// the row as it is; its shares become those of the squared differences.
///
/// Shapes: rows of E inputs for D cells.
package struct NewCellModel: DecoratedModel {
  /// What rebuilds the rows.
  package let base: any RowModel
  private let cells: NewCells

  /// Puts the guard in front of a model.
  ///
  /// - Precondition: as many inputs as the cells have.
  package init(_ base: any RowModel, cells: CellLayout) {
    precondition(base.outputWidth == cells.width && base.width == cells.width, "cells of another width")
    self.base = base
    self.cells = NewCells(cells)
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let plans = base.plans(rowsWereLearned: rowsWereLearned, precision: precision)
    // No row learned from has such cells.
    guard !rowsWereLearned else { return plans }
    return RowPlans(rowsPerShard: plans.rowsPerShard, rowLimit: plans.rowLimit) { [cells] capacity in
      NewCellPlan(plans, cells, capacity: capacity)
    }
  }
}

/// By which inputs cells such as training never had are known, and what to show instead.
private struct NewCells: Sendable {
  let layout: CellLayout
  /// An input equal to its number, or above its limit, is of such a cell: [E]; NaN and infinity where none
  /// is.
  private let far: [Float]
  private let limits: [Float]

  init(_ layout: CellLayout) {
    self.layout = layout
    var far = [Float](repeating: .nan, count: layout.width)
    var limits = [Float](repeating: .infinity, count: layout.width)
    for cell in layout.cells where !cell.neutral.isEmpty {
      if cell.kind == .numbers {
        far[cell.outputs.lowerBound] = cell.far ?? .nan
      } else {
        limits[cell.outputs.upperBound - 1] = Cell.newInput
      }
    }
    (self.far, self.limits) = (far, limits)
  }

  /// Whether a row has such a cell: [E].
  func areIn(_ row: Span<Float>) -> Bool {
    let (far, limits) = (far.span, limits.span)
    var found = false
    // Without a way out, so that several inputs are looked at together.
    for index in 0..<min(row.count, far.count, limits.count) {
      let value = row[index]
      found = (value == far[index]) || (value > limits[index]) || found
    }
    return found
  }

  /// Shows neutral inputs in the place of such cells: [E].
  func hide(in row: FloatSlice) {
    for cell in layout.cells where !cell.neutral.isEmpty && cell.isNew(in: row.span) {
      for (output, value) in zip(cell.outputs, cell.neutral) { row[output] = value }
    }
  }
}

/// A plan that takes some rows through the model once more.
private final class NewCellPlan: RowPlan, @unchecked Sendable {
  private let base: any RowPlan
  private let plans: RowPlans
  private let cells: NewCells
  /// For rows with new cells, made once there are some: most data has none.
  private lazy var second = plans.plan(capacity: plans.rowsPerShard)

  init(_ plans: RowPlans, _ cells: NewCells, capacity: Int) {
    base = plans.plan(capacity: capacity)
    self.plans = plans
    self.cells = cells
  }

  func input(rows: Int) -> FloatSlice { base.input(rows: rows) }

  func result(rows: Int) -> RowResult { base.result(rows: rows) }

  func rebuild(_ shard: Range<Int>) {
    let width = cells.layout.width
    let input = base.input(rows: shard.upperBound)
    // Before the model may fill what is missing.
    let rows = shard.filter { cells.areIn(input[$0 * width..<($0 + 1) * width].span) }
    let own = rows.isEmpty ? [] : rows.map { input[$0 * width..<($0 + 1) * width].array }
    base.rebuild(shard)
    guard !rows.isEmpty else { return }
    let hidden = second.input(rows: rows.count)
    for (place, values) in own.enumerated() {
      let row = hidden[place * width..<(place + 1) * width]
      row.copy(from: values)
      cells.hide(in: row)
    }
    second.rebuild(0..<rows.count)
    let (result, other) = (base.result(rows: shard.upperBound), second.result(rows: rows.count))
    for (place, row) in rows.enumerated() {
      let (here, there) = (row * width..<(row + 1) * width, place * width..<(place + 1) * width)
      result.reconstruction[here].copy(from: other.reconstruction[there])
      if let shares = result.shares { share(shares[here], result.input[here], other.reconstruction[there]) }
    }
  }

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

import MisfitCore
import MisfitKernels

/// A model whose score is the sum of the costs of a row's cells in a table.
///
/// A network's outputs for yes or no and for levels are logits. They are replaced by √2 times a probability,
/// as yes is encoded, and by probabilities. Missing cells cost nothing. A cell unseen in training is hidden
/// from the model (``NewCellModel``), and its cost is that of a marked group, see ``TableCell``.
///
/// Shapes: rows of E inputs for D cells.
package struct CellModel: DecoratedModel {
  /// The model that reconstructs the rows.
  package let base: any RowModel
  /// The cells, with the costs of a mixed loss.
  package let cells: TableCells
  /// The variances of numbers about their reconstructions: [E]; nil for weighted costs.
  ///
  /// With variances, the score is the negative logarithm of the row's likelihood, in nats.
  package let variances: [Float]?
  /// The costs of the score.
  private let loss: GroupedLoss
  /// The number that is added to the cost of each cell that is not missing.
  private let offsets: [Double]

  /// Returns the number that is added to the cost of a cell.
  func offset(ofCell index: Int) -> Double { offsets[index] }

  /// The name of the tensor of the variances in model files.
  package static let tensorName = "cells.variances"

  /// Wraps a model.
  ///
  /// - Precondition: the model has as many inputs and outputs as the cells have values, and there are as many
  ///   variances.
  package init(_ base: any RowModel, cells: TableCells, variances: [Float]? = nil) {
    precondition(base.outputWidth == cells.width && base.width == cells.width, "cells of another width")
    self.base = NewCellModel(base, cells: cells)
    self.cells = cells
    self.variances = variances
    let loss = cells.loss
    self.loss = variances.map { loss.inNats(variances: $0.map { Double($0) }) } ?? loss
    offsets = cells.cells.map { cell in
      guard let variances, cell.kind == .numbers else { return 0 }
      return cell.inputs.reduce(0) { sum, output in
        sum + 0.5 * Mathematics.log(2 * Double.pi * max(Double(variances[output]), GroupedLoss.leastVariance))
      }
    }
  }

  package var ownScore: OwnScore? { .cellCosts }
  package var givesProbabilities: Bool { false }
  package var tensors: [ModelTensor] {
    guard let variances else { return base.tensors }
    return base.tensors + [
      ModelTensor(Self.tensorName, [width], FloatBuffer(variances).all)
    ]
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let plans = base.plans(rowsWereLearned: rowsWereLearned, precision: precision)
    return RowPlans(rowsPerShard: plans.rowsPerShard, rowLimit: plans.rowLimit) {
      [cells, loss, offsets] capacity in
      CellPlan(plans.plan(capacity: capacity), cells, loss, offsets: offsets, capacity: capacity)
    }
  }

  package func decoded(_ codes: FloatSlice) -> FloatSlice? {
    guard let outputs = base.decoded(codes) else { return nil }
    let rowCount = outputs.count / width
    let (nothing, costs) = (
      FloatBuffer(count: outputs.count), FloatBuffer(count: rowCount * cells.cells.count)
    )
    loss.costs(of: outputs, against: nothing.all, into: costs.all)
    return outputs
  }
}

/// A plan that converts logits to probabilities and computes the costs of rows.
private final class CellPlan: RowPlan, @unchecked Sendable {
  private let base: any RowPlan
  private let cells: TableCells
  private let loss: GroupedLoss
  private let offsets: [Double]
  /// The costs of the cells of at most B rows: [B, D].
  private let costs: Rows
  private let scores: FloatSlice
  /// The share of each cell, at its first output: [B, E].
  private let shares: Rows
  /// The states of the cells before missing inputs are imputed: [B, D].
  private var states: [CellState]

  init(_ base: any RowPlan, _ cells: TableCells, _ loss: GroupedLoss, offsets: [Double], capacity: Int) {
    self.base = base
    (self.cells, self.loss) = (cells, loss)
    self.offsets = offsets
    costs = Rows(count: capacity, width: cells.cells.count)
    scores = FloatBuffer(count: capacity).all
    shares = Rows(count: capacity, width: loss.width)
    states = Array(repeating: .known, count: capacity * cells.cells.count)
  }

  func input(rows: Int) -> FloatSlice { base.input(rows: rows) }

  func reconstruct(_ shard: Range<Int>) {
    noteStates(of: rows(base.input(rows: shard.upperBound))[shard], at: shard.lowerBound * costs.width)
    base.reconstruct(shard)
    let result = base.result(rows: shard.upperBound)
    loss.costs(
      of: rows(result.reconstruction)[shard].slice, against: rows(result.input)[shard].slice,
      into: costs[shard].slice)
    for row in shard { score(row) }
  }

  private func rows(_ slice: FloatSlice) -> Rows { Rows(slice, width: loss.width) }

  private func noteStates(of rows: Rows, at first: Int) {
    for row in rows.indices {
      let values = rows[row]
      cells.readStates(of: values.span, into: &states, at: first + row * costs.width)
    }
  }

  private func score(_ row: Int) {
    let (costs, shares) = (costs[row], shares[row])
    let first = row * costs.count
    var (total, score) = (0.0, 0.0)
    for index in cells.cells.indices where states[first + index] != .missing {
      let cost = Double(costs[index])
      total += cost
      // A cell unseen in training has a probability, and no density.
      score += cost + (states[first + index] == .unseen ? 0 : offsets[index])
    }
    scores[row] = Float(score)
    shares.fill(with: 0)
    guard total > 0 else { return }
    let list = cells.cells
    let cells = list.span
    for index in cells.indices where states[first + index] != .missing {
      shares[cells[index].inputs.lowerBound] = Float(Double(costs[index]) / total)
    }
  }

  func result(rows: Int) -> RowResult {
    var result = base.result(rows: rows)
    result.scores = scores[0..<rows]
    result.shares = shares[0..<rows].slice
    return result
  }
}

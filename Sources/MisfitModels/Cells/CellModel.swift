import MisfitCore
import MisfitKernels

/// A model whose reconstructions are judged cell by cell of a table, and whose score is the sum of the costs
/// of a row's cells.
///
/// What a network gives for yes or no and for levels are logits; they become √2 times a probability, as yes
/// is encoded, and probabilities. Missing cells cost nothing. A cell such as training never had is not shown
/// to the model (``NewCellModel``), and costs what ``Cell/surprise`` says.
///
/// Shapes: rows of E inputs for D cells.
package struct CellModel: DecoratedModel {
  /// What rebuilds the rows.
  package let base: any RowModel
  /// The cells, with the costs of a mixed loss.
  package let cells: CellLayout
  /// The variances of numbers about their reconstructions, [E]: the score is then the negative logarithm of
  /// the row's likelihood, in nats; nil for weighted costs.
  package let variances: [Float]?
  /// The costs that are added up.
  private let layout: CellLayout
  /// What is added to the cost of each cell that is there.
  private let offsets: [Double]

  /// The tensor of the variances in files.
  package static let tensorName = "cells.variances"

  /// Puts the judge in front of a model.
  ///
  /// - Precondition: the model gives a value for each of the cells' values; as many variances.
  package init(_ base: any RowModel, cells: CellLayout, variances: [Float]? = nil) {
    precondition(base.outputWidth == cells.width && base.width == cells.width, "cells of another width")
    self.base = NewCellModel(base, cells: cells)
    self.cells = cells
    self.variances = variances
    layout = variances.map { cells.inNats(variances: $0.map { Double($0) }) } ?? cells
    offsets = cells.cells.map { cell in
      guard let variances, cell.kind == .numbers else { return 0 }
      return cell.outputs.reduce(0) { sum, output in
        sum + 0.5 * Mathematics.log(2 * Double.pi * max(Double(variances[output]), CellLayout.leastVariance))
      }
    }
  }

  package var ownScore: OwnScore { .cells }
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
      [layout, offsets] capacity in
      CellPlan(plans.plan(capacity: capacity), layout, offsets: offsets, capacity: capacity)
    }
  }

  package func decoded(_ codes: FloatSlice) -> FloatSlice? {
    guard let outputs = base.decoded(codes) else { return nil }
    let rowCount = outputs.count / width
    let (nothing, costs) = (
      FloatBuffer(count: outputs.count), FloatBuffer(count: rowCount * cells.cells.count)
    )
    cells.costs(of: outputs, against: nothing.all, into: costs.all)
    return outputs
  }
}

/// A plan whose outputs become what they stand for, and whose rows get costs.
private final class CellPlan: RowPlan, @unchecked Sendable {
  private let base: any RowPlan
  private let layout: CellLayout
  private let offsets: [Double]
  /// [B, D], of B rows at most.
  private let costs: FloatSlice
  private let scores: FloatSlice
  /// A cell's share stands at its first output: [B, E].
  private let shares: FloatSlice
  /// [B, D], seen before anything fills missing inputs.
  private var states: [State]

  private enum State {
    case known
    case missing
    /// Such as training never had.
    case new
  }

  init(_ base: any RowPlan, _ layout: CellLayout, offsets: [Double], capacity: Int) {
    self.base = base
    self.layout = layout
    self.offsets = offsets
    costs = FloatBuffer(count: capacity * layout.cells.count).all
    scores = FloatBuffer(count: capacity).all
    shares = FloatBuffer(count: capacity * layout.width).all
    states = Array(repeating: .known, count: capacity * layout.cells.count)
  }

  func input(rows: Int) -> FloatSlice { base.input(rows: rows) }

  func rebuild(_ shard: Range<Int>) {
    let (width, count) = (layout.width, layout.cells.count)
    let values = shard.lowerBound * width..<shard.upperBound * width
    let places = shard.lowerBound * count..<shard.upperBound * count
    noteStates(of: base.input(rows: shard.upperBound)[values], at: places.lowerBound)
    base.rebuild(shard)
    let result = base.result(rows: shard.upperBound)
    layout.costs(of: result.reconstruction[values], against: result.input[values], into: costs[places])
    for row in shard { score(row) }
  }

  private func noteStates(of rows: FloatSlice, at first: Int) {
    var place = first
    for start in stride(from: 0, to: rows.count, by: layout.width) {
      let row = rows[start..<start + layout.width].span
      for cell in layout.cells {
        states[place] = cell.isMissing(in: row) ? .missing : cell.isNew(in: row) ? .new : .known
        place += 1
      }
    }
  }

  private func score(_ row: Int) {
    let first = row * layout.cells.count
    var (total, score) = (0.0, 0.0)
    for index in layout.cells.indices where states[first + index] != .missing {
      let cost = Double(costs[first + index])
      total += cost
      // What was never seen has a probability, and no density.
      score += cost + (states[first + index] == .new ? 0 : offsets[index])
    }
    scores[row] = Float(score)
    let shares = shares[row * layout.width..<(row + 1) * layout.width]
    shares.fill(with: 0)
    guard total > 0 else { return }
    for (index, cell) in layout.cells.enumerated() where states[first + index] != .missing {
      shares[cell.outputs.lowerBound] = Float(Double(costs[first + index]) / total)
    }
  }

  func result(rows: Int) -> RowResult {
    var result = base.result(rows: rows)
    result.scores = scores[0..<rows]
    result.shares = shares[0..<rows * layout.width]
    return result
  }
}

import MisfitCore
import MisfitKernels
import MisfitONNX

extension NewCellModel {
  package func graph(_ rows: GraphRows) -> RowGraph {
    guard let hidden = cells.hidingUnseen(in: rows.value) else { return base.graph(rows) }
    var result = base.graph(rows)
    result.reconstruction = base.graph(GraphRows(hidden, missing: rows.missing)).reconstruction
    return result
  }
}

extension TableCells {
  /// Returns rows of a graph with their unseen cells replaced by neutral inputs; nil if no cell has some.
  fileprivate func hidingUnseen(in rows: GraphValue) -> GraphValue? {
    // The input that marks each input's cell, and the mark.
    var markers = Array(0..<width)
    var far = [Double](repeating: .nan, count: width)
    var limits = [Double](repeating: .infinity, count: width)
    var neutral = [Double](repeating: 0, count: width)
    for cell in cells where !cell.neutral.isEmpty && (cell.far != nil || cell.kind != .numbers) {
      for (input, value) in zip(cell.inputs, cell.neutral) {
        neutral[input] = Double(value)
        markers[input] = cell.kind == .numbers ? cell.inputs.lowerBound : cell.inputs.upperBound - 1
        if let mark = cell.far {
          far[input] = Double(mark)
        } else {
          limits[input] = Double(TableCell.unseenLevel)
        }
      }
    }
    let graph = rows.graph
    guard far.contains(where: { !$0.isNaN }) || limits.contains(where: \.isFinite) else { return nil }
    let marks = markers == Array(0..<width) ? rows : rows.columns(markers)
    var isUnseen = marks == graph.row(far, name: "far")
    if limits.contains(where: \.isFinite) {
      isUnseen = isUnseen || (marks > graph.row(limits, name: "limits"))
    }
    return graph.select(isUnseen, graph.row(neutral, name: "neutral"), rows)
  }
}

extension CellModel {
  package func graph(_ rows: GraphRows) -> RowGraph {
    var result = base.graph(rows)
    let (graph, outputs, input) = (rows.graph, result.reconstruction, result.input)
    var blocks: [(start: Int, value: GraphValue)] = []
    var score = outputs.columns([0]) * 0
    for (index, cell) in cells.cells.enumerated() {
      let states = CellStates(cell, in: rows.value)
      let columns = Array(cell.inputs)
      let (values, cost) = self.cost(of: cell, outputs.columns(columns), input.columns(columns))
      let known = cost + offset(ofCell: index)
      let charged = graph.select(states.isUnseen, graph.number(markedCost(of: cell)), known)
      score = score + graph.select(states.isMissing, graph.number(0), charged)
      blocks.append((cell.inputs.lowerBound, values))
      if let indicator = cell.indicator { blocks.append((indicator, input.columns([indicator]))) }
    }
    blocks.sort { $0.start < $1.start }
    result.reconstruction = graph.concatenate(blocks.map(\.value), axis: 1)
    result.score = score
    return result
  }

  /// Returns the values of a cell that outputs mean, and the costs of the cell: [N, k] and [N, 1].
  private func cost(
    of cell: TableCell, _ outputs: GraphValue, _ targets: GraphValue
  ) -> (values: GraphValue, cost: GraphValue) {
    switch cell.kind {
    case .numbers:
      let factors = cell.inputs.map { factor(of: cell, input: $0) }
      let squares = (outputs - targets).square * outputs.graph.row(factors, name: "factors")
      return (outputs, squares.sum(axis: 1))
    case .yesOrNo:
      let yes = Double(2).squareRoot()
      let wrong = outputs.graph.select(targets > yes / 2, -outputs, outputs)
      let cost = wrong.atLeast(0) + (-outputs.magnitude).exponential.logarithmOfOneMore
      return (outputs.sigmoid * yes, capped(cost) * factor(of: cell, input: cell.inputs.lowerBound))
    case .levels:
      let most = outputs.maximum(axis: 1)
      let exponentials = (outputs - most).exponential
      let total = exponentials.sum(axis: 1)
      let cost = total.logarithm + most - (outputs * targets).sum(axis: 1)
      return (exponentials / total, capped(cost) * factor(of: cell, input: cell.inputs.lowerBound))
    }
  }

  private func capped(_ cost: GraphValue) -> GraphValue {
    cost.atMost(-Mathematics.log(LossGroup.leastProbability))
  }

  private func factor(of cell: TableCell, input: Int) -> Double {
    guard let variances else { return Double(Float(cell.factor)) }
    guard cell.kind == .numbers else { return 1 }
    return Double(Float(0.5 / max(Double(variances[input]), GroupedLoss.leastVariance)))
  }

  private func markedCost(of cell: TableCell) -> Double {
    guard variances == nil else { return cell.surprise }
    return cell.surprise * (cell.kind == .numbers ? 2 : cell.factor)
  }
}

/// The states of a cell in rows of a graph: [N, 1] each.
private struct CellStates {
  let isMissing: GraphValue
  let isUnseen: GraphValue

  init(_ cell: TableCell, in rows: GraphValue) {
    let first = rows.columns([cell.inputs.lowerBound])
    let isNaN = first.isNaN
    isMissing = cell.indicator.map { isNaN || (rows.columns([$0]) > 0) } ?? isNaN
    isUnseen =
      cell.kind == .numbers
      ? first == Double(cell.far ?? .nan)
      : rows.columns([cell.inputs.upperBound - 1]) > Double(TableCell.unseenLevel)
  }
}

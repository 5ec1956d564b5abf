import MisfitCore
import MisfitONNX

extension PredictedModel {
  package func graph(_ rows: GraphRows) -> RowGraph {
    var result = base.graph(rows)
    guard let score = result.score else { return result }
    let costs = predictor.graph(rows.value, excludesSelf: excludesSelf)
    var raw = score * 0 + Self.floorPerColumn * Double(costs.count)
    for (cost, expected) in zip(costs, predictions.expectedCosts) {
      guard let cost else { continue }
      let excess = (cost - expected).atLeast(0)
      raw = raw + excess * excess.squareRoot
    }
    result.score = score * (1 - Self.scoreWeight) + predictions.score.graph(raw) * Self.scoreWeight
    return result
  }
}

extension CellPredictor {
  /// Returns the costs of each column's cells in rows of a graph; nil for a constant column: [N, 1] each.
  func graph(_ rows: GraphValue, excludesSelf: Bool) -> [GraphValue?] {
    let graph = rows.graph
    let (used, count) = (features.blocks.filter { !$0.features.isEmpty }, features.count)
    let read = used.map { $0.graph(rows, means: means) }
    let centered = graph.concatenate(read, axis: 1) - graph.row(means, name: "means")
    let products = centered.matMul(matrix(precision, graph, width: count, name: "precision"))
    let leverage = (centered * products).sum(axis: 1)
    return features.blocks.enumerated().map { column, block -> GraphValue? in
      guard !block.features.isEmpty else { return nil }
      let own = products.columns(Array(block.features))
      let residuals = own.matMul(
        matrix(blockInverses[column], graph, width: block.features.count, name: "block"))
      let inputs = centered.columns(Array(block.features))
      guard excludesSelf else { return cost(column, residuals, inputs, learned: nil, rows) }
      let others = (leverage - (residuals * own).sum(axis: 1)) / Double(rowCount)
      let grown = residuals / (1 - others.atLeast(0).atMost(Self.leverageLimit))
      return cost(column, grown, inputs, learned: inputs - residuals, rows)
    }
  }

  private func cost(
    _ column: Int, _ residuals: GraphValue, _ inputs: GraphValue, learned: GraphValue?, _ rows: GraphValue
  ) -> GraphValue? {
    let (graph, block) = (rows.graph, features.blocks[column])
    switch targets[column] {
    case .none: return nil
    case .numbers(let variances):
      let factors = graph.row(variances.map { 0.5 / ($0 * Double(variances.count)) }, name: "factors")
      guard let scores = block.scores else { return nil }
      let number = residuals.columns([0]) + scores.excess(rows.columns([block.column.start]))
      let cycles = variances.count > 1 ? [residuals.columns(Array(1..<variances.count))] : []
      return (graph.concatenate([number] + cycles, axis: 1).square * factors).sum(axis: 1)
    case .levels(let discriminant):
      let levels = inputs + graph.row(block.features.map { means[$0] }, name: "means")
      let probabilities = discriminant.graph(inputs - residuals, of: levels, learned: learned)
      let cost = -(levels * probabilities.logarithm).sum(axis: 1)
      let isUnseen = rows.columns([block.column.inputs.upperBound - 1]) > Double(TableCell.unseenLevel)
      return graph.select(isUnseen, graph.number(discriminant.surprise), cost)
    }
  }
}

extension LevelDiscriminant {
  /// Returns the probabilities of levels by their centered predictions: all [N, L]; see
  /// ``cost(of:predictions:learned:)``.
  fileprivate func graph(_ predictions: GraphValue, of levels: GraphValue, learned: GraphValue?) -> GraphValue
  {
    let graph = predictions.graph
    let products = predictions.matMul(
      matrix(coefficients, graph, width: biases.count, name: "coefficients"))
    var powers = products + graph.row(biases, name: "biases")
    if let learned {
      let isOwn = levels > 0.5
      powers = graph.select(isOwn, self.powers(products, predictions, without: learned), powers)
    }
    let exponentials = (powers - powers.maximum(axis: 1)).exponential
    return exponentials / exponentials.sum(axis: 1) * (1 - Self.shareWeight)
      + graph.row(shares.map { $0 * Self.shareWeight }, name: "shares")
  }

  /// Returns the powers of all levels if a learned row were the level's: [N, L].
  private func powers(
    _ products: GraphValue, _ predictions: GraphValue, without learned: GraphValue
  ) -> GraphValue {
    let (graph, levels) = (products.graph, Array(biases.indices))
    func row(_ value: (Int) -> Double) -> GraphValue {
      // A level without rows is nobody's own.
      graph.row(levels.map { counts[$0] >= 1 ? value($0) : 0 }, name: "levels")
    }
    func matrices(_ values: [Double], _ name: String) -> GraphValue {
      matrix(values, graph, width: levels.count, name: name)
    }
    let projected = learned.matMul(matrices(inverse, "inverse"))
    let own = learned.matMul(matrices(coefficients, "coefficients"))
    let product = (predictions * projected).sum(axis: 1)
    let learnedProduct = (learned * projected).sum(axis: 1)
    let linear =
      products * row { (restCount(of: $0) + 1) / restCount(of: $0) }
      - product * row { 1 / restCount(of: $0) }
    let squares =
      row { squaredMean(of: $0) * (restCount(of: $0) + 1) * (restCount(of: $0) + 1) }
      - own * row { 2 * (restCount(of: $0) + 1) } + learnedProduct
    let halves = row { 0.5 / (restCount(of: $0) * restCount(of: $0)) }
    return row { otherBias(of: $0) } + linear - squares * halves
  }
}

extension PredictedFeatures.Block {
  /// Returns the features of the cells of rows in a graph: [N, features].
  fileprivate func graph(_ rows: GraphValue, means: [Double]) -> GraphValue {
    let graph = rows.graph
    switch column.kind {
    case .numbers:
      guard let scores else { return rows.columns(Array(column.inputs)) }
      let deviate = scores.graph(rows.columns([column.start]))
      let square = PredictedFeatures.square(of: deviate)
      let cycles = column.inputs.dropFirst().map { rows.columns([$0]) }
      return graph.concatenate([deviate] + cycles + [square], axis: 1)
    case .yesOrNo:
      let input = rows.columns([column.start])
      let yes = (input / PredictedFeatures.yesInput).atLeast(0).atMost(1)
      return known(graph.concatenate([1 - yes, yes], axis: 1), rows, means)
    case .levels: return known(rows.columns(Array(column.inputs)), rows, means)
    }
  }

  /// Returns the features, or the means for an unseen cell.
  private func known(_ values: GraphValue, _ rows: GraphValue, _ means: [Double]) -> GraphValue {
    let isUnseen = rows.columns([column.inputs.upperBound - 1]) > Double(TableCell.unseenLevel)
    return rows.graph.select(isUnseen, rows.graph.row(features.map { means[$0] }, name: "means"), values)
  }
}

extension PredictedFeatures {
  /// Returns the squares of deviates as features.
  fileprivate static func square(of deviate: GraphValue) -> GraphValue {
    deviate.atLeast(-squareLimit).atMost(squareLimit).square * squareFactor
  }
}

extension NormalScores {
  /// Returns how far numbers are outside the learned range: both [N, 1].
  fileprivate func excess(_ numbers: GraphValue) -> GraphValue {
    func beyond(_ distance: GraphValue) -> GraphValue { (distance.atLeast(0) / spread).logarithmOfOneMore }
    return beyond(numbers - values[values.count - 1]) - beyond(values[0] - numbers)
  }

  /// Returns the normal deviates of numbers in a graph: both [N, 1].
  fileprivate func graph(_ numbers: GraphValue) -> GraphValue {
    let (graph, last) = (numbers.graph, values.count - 1)
    func list(_ values: [Double], _ name: String) -> GraphValue {
      graph.constant(GraphTensor([values.count], .double(values)), name: name)
    }
    let inside = numbers.atLeast(values[0]).atMost(values[last])
    let upper = inside.count(of: values, orEqual: false).atLeast(1).atMost(Double(last))
    let (sources, targets) = (list(values, "knots"), list(deviates, "deviates"))
    let (low, lowTarget) = (sources.gather(upper - 1), targets.gather(upper - 1))
    let share = (inside - low) / (sources.gather(upper) - low)
    return lowTarget + share * (targets.gather(upper) - lowTarget)
  }
}

/// Returns a constant matrix of doubles, one row of `width` after the other.
private func matrix(_ values: [Double], _ graph: GraphBuilder, width: Int, name: String) -> GraphValue {
  graph.constant(GraphTensor([values.count / width, width], .double(values)), name: name)
}

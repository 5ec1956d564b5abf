import MisfitONNX

extension BarycentricWeights {
  /// Returns the weights for the first `count` neighbors of each row in a graph: [N, count, 1].
  ///
  /// `gram` is [N, K, K]. Runtimes cannot solve systems, so the elimination (Gauss-Jordan) is written out, a
  /// step for each neighbor; the regularization makes pivots unnecessary.
  static func graph(gram: GraphValue, count: Int, regularization: Double) -> GraphValue {
    let graph = gram.graph
    let range = graph.integers(Array(0..<count))
    let products = gram.gather(range, axis: 1).gather(range, axis: 2)
    let identity = graph.constant(
      GraphTensor(
        [1, count, count],
        .double((0..<count * count).map { $0 / count == $0 % count ? 1 : 0 })), name: "identity")
    let trace = (products * identity).sum(axis: 2).sum(axis: 1)
    let added = (trace / Double(count)).atLeast(1e-12) * regularization
    let ones = (trace * 0 + 1).expanded([1, count, 1])
    var system = graph.concatenate([products + identity * added, ones], axis: 2)
    for step in 0..<count {
      let index = graph.integers([step])
      let row = system.gather(index, axis: 1)
      let normalized = row / row.gather(index, axis: 2)
      // The row of the pivot becomes the normalized one, and its multiples are subtracted from all others.
      let unit = graph.constant(
        GraphTensor([1, count, 1], .double((0..<count).map { $0 == step ? 1 : 0 })), name: "unit")
      system = system - (system.gather(index, axis: 2) - unit) * normalized
    }
    let solution = system.gather(graph.integers([count]), axis: 2)
    return solution / solution.sum(axis: 1)
  }
}

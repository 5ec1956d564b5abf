import MisfitONNX

extension BroadScores {
  /// Returns the last three broad scores in a graph: each [N, 1].
  func graph(_ rows: GraphValue, _ neighbors: NeighborGraph) -> [GraphValue] {
    let graph = rows.graph
    let own = graph.constant(
      GraphTensor([baselines.count], .float(baselines.array)), name: "density.baselines"
    ).cast(to: .double)
    let mean = own.gather(neighbors.indices).mean(axis: 1)
    let center = graph.constant(GraphTensor([1, middle.count], .float(middle.array)), name: "middle")
      .cast(to: .double)
    return [
      neighbors.meanDistance(nearest: neighbors.count) / (mean + offset),
      (rows - center).square.sum(axis: 1).squareRoot, parameters.histograms.graph(rows),
    ]
  }
}

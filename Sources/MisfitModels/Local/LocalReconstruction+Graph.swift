import MisfitCore
import MisfitONNX

extension LocalReconstruction {
  package func graph(_ rows: GraphRows) -> RowGraph {
    let neighbors = NeighborGraph(
      rows.value, among: reference, neighborCount: Self.neighborCount, excludesSelf: excludesSelf,
      name: "reference")
    let compressed = NeighborGraph(
      rows.value.inverseHyperbolicSine.roundedToFloat, among: compressedReference,
      neighborCount: Self.nearNeighbors, excludesSelf: excludesSelf, name: "compressed")
    // [N, K, D], floats: a residual of rows that are almost equal is the rounding of the detector's products.
    let differences =
      (neighbors.reference.gather(neighbors.indices) - rows.value.reshaped([-1, 1, width])).cast(to: .float)
    let gram = differences.matMul(differences.transposed([0, 2, 1])).cast(to: .double)
    let fewer = residual(
      differences, gram, count: min(Self.fewerNeighbors, neighbors.count), regularization: 1)
    let more = residual(differences, gram, count: neighbors.count, regularization: 0.1)
    let near = min(Self.nearNeighbors, neighbors.count)
    var raw = [
      length(fewer), length(more),
      relative(neighbors.meanDistance(nearest: near), 0, to: neighbors.indices, count: near),
      relative(
        neighbors.meanDistance(nearest: neighbors.count), 1, to: neighbors.indices, count: neighbors.count),
      relative(
        compressed.meanDistance(nearest: compressed.count), 2, to: compressed.indices, count: compressed.count
      ),
    ]
    if let broad {
      let close = residual(
        differences, gram, count: neighbors.count, regularization: BroadScores.regularization)
      raw += [length(close)] + broad.graph(rows.value, neighbors)
    }
    var score = combined(zip(scores, raw).map { $0.graph($1) })
    if let found = global?.graph(rows).score {
      score = score + (found - score - CombinedScore.margin).atLeast(0) * CombinedScore.weight
    }
    return RowGraph(input: rows.value, reconstruction: rows.value + fewer, score: score)
  }

  /// Returns the reconstruction from the nearest neighbors minus the row: [N, D].
  private func residual(
    _ differences: GraphValue, _ gram: GraphValue, count: Int, regularization: Double
  ) -> GraphValue {
    let weights = BarycentricWeights.graph(gram: gram, count: count, regularization: regularization)
    let nearest = differences.gather(gram.graph.integers(Array(0..<count)), axis: 1)
    return weights.cast(to: .float).transposed([0, 2, 1]).matMul(nearest).reshaped([-1, width])
      .cast(to: .double)
  }

  /// Returns the local score of standardized component scores: [N, 1].
  private func combined(_ values: [GraphValue]) -> GraphValue {
    let plain = values.dropFirst().prefix(Self.plainScoreCount - 1).reduce(values[0]) { $0 + $1 }
    let mean = plain / Double(Self.plainScoreCount)
    guard let groupWeights = broad?.parameters.weights else { return mean }
    return zip(groupWeights, values.dropFirst(Self.plainScoreCount))
      .reduce(mean * (1 - Self.broadShare)) { $0 + $1.1 * (Self.broadShare * $1.0) }
  }

  private func length(_ vector: GraphValue) -> GraphValue { vector.square.sum(axis: 1).squareRoot }

  /// Returns mean distances of one kind, relative to those of the neighbors: [N, 1].
  private func relative(
    _ distances: GraphValue, _ kind: Int, to indices: GraphValue, count: Int
  ) -> GraphValue {
    let graph = distances.graph
    let own = graph.constant(
      GraphTensor([reference.count], .float(baselines[kind].array)), name: "baselines.\(kind)"
    ).cast(to: .double)
    let mean = own.gather(indices.columns(Array(0..<count))).mean(axis: 1)
    return distances / (mean + (0.1 * meanBaselines[kind] + 1e-30)).squareRoot
  }
}

import MisfitCore
import MisfitONNX

extension ImputingModel {
  package func graph(_ rows: GraphRows) -> RowGraph {
    base.graph(GraphRows(imputer.graph(rows)))
  }
}

extension NeighborImputer {
  /// Returns rows of a graph with their missing inputs imputed: [N, D].
  func graph(_ rows: GraphRows) -> GraphValue {
    guard !rows.missing.isEmpty else { return rows.value }
    let distances = distances(of: rows.value)
    let imputed = Dictionary(
      uniqueKeysWithValues: rows.missing.map { input in
        let value = rows.value.columns([input])
        return (input, rows.graph.select(value.isNaN, mean(of: input, distances), value))
      })
    let columns = (0..<width).map { imputed[$0] ?? rows.value.columns([$0]) }
    return rows.graph.concatenate(columns, axis: 1).roundedToFloat
  }

  /// Returns the distances to the references, infinite for those that share no input with a row: [N, R].
  ///
  /// They are summed in floats, input by input, since equal distances decide which references are used.
  private func distances(of rows: GraphValue) -> GraphValue {
    let graph = rows.graph
    let floats = rows.cast(to: .float)
    var (sum, count): (GraphValue?, GraphValue?)
    let (zero, one) = (graph.number(0, .float), graph.number(1, .float))
    for input in 0..<width {
      let values = GraphTensor([1, reference.count], .float(column(input)))
      let difference = floats.columns([input]) - graph.constant(values, name: "imputer.\(input)")
      let isMissing = difference.isNaN
      let square = graph.select(isMissing, zero, difference.square)
      let shared = graph.select(isMissing, zero, one)
      sum = sum.map { $0 + square } ?? square
      count = count.map { $0 + shared } ?? shared
    }
    guard let sum, let count else { preconditionFailure("rows have inputs") }
    let infinite = graph.constant(GraphTensor([], .float([.infinity])))
    return graph.select(count > 0, sum / count.atLeast(1), infinite)
  }

  /// Returns the means of an input over the nearest references that have it: [N, 1].
  private func mean(of input: Int, _ distances: GraphValue) -> GraphValue {
    let graph = distances.graph
    let stored = column(input)
    let bars = stored.map { $0.isNaN ? Float.infinity : 0 }
    let barred = distances + graph.constant(GraphTensor([1, stored.count], .float(bars)), name: "bars")
    let count = min(Self.neighborCount, reference.count)
    let (nearest, indices) = barred.smallest(count)
    let isUsed = nearest < graph.constant(GraphTensor([], .float([.infinity])))
    let values = graph.constant(
      GraphTensor([stored.count], .float(stored.map { $0.isNaN ? 0 : $0 })), name: "imputer.values"
    ).cast(to: .double).gather(indices)
    let (zero, one) = (graph.number(0), graph.number(1))
    let used = graph.select(isUsed, one, zero).sum(axis: 1)
    let mean = graph.select(isUsed, values, zero).sum(axis: 1) / used.atLeast(1)
    return graph.select(used > 0, mean, graph.number(Double(means[input])))
  }

  private func column(_ input: Int) -> [Float] { reference.indices.map { reference[$0][input] } }
}

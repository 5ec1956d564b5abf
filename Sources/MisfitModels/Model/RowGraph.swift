import MisfitCore
import MisfitONNX

/// The rows that a model takes, as a value of a graph.
package struct GraphRows {
  /// The rows, doubles that are rounded to floats: [N, D].
  package let value: GraphValue
  /// The inputs that are NaN if their cell is missing.
  package let missing: [Int]

  /// Creates rows.
  package init(_ value: GraphValue, missing: [Int] = []) {
    self.value = value
    self.missing = missing
  }

  /// The graph of the rows.
  package var graph: GraphBuilder { value.graph }
}

/// What a model computes of rows, as values of a graph.
///
/// Shapes: N rows, all doubles.
package struct RowGraph {
  /// The rows that reconstructions are compared with: [N, D].
  package var input: GraphValue
  /// The reconstructions: [N, output width].
  package var reconstruction: GraphValue
  /// The model's own scores; nil if it has none: [N, 1].
  package var score: GraphValue?
  /// The evidence of gross outliers; nil without a check: [N, 1].
  package var evidence: GraphValue?

  /// Creates the results of a model.
  package init(
    input: GraphValue, reconstruction: GraphValue, score: GraphValue? = nil, evidence: GraphValue? = nil
  ) {
    self.input = input
    self.reconstruction = reconstruction
    self.score = score
    self.evidence = evidence
  }
}

extension NetworkModel {
  package func graph(_ rows: GraphRows) -> RowGraph {
    RowGraph(input: rows.value, reconstruction: network.graph(rows.value))
  }
}

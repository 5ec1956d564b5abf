import MisfitONNX

/// The form in which a graph takes the cells of a column.
package enum CellPort: Sendable, Hashable {
  /// Numbers; NaN is a missing cell.
  case numbers
  /// Dates in seconds from 1 January 1970; NaN is a missing cell.
  case seconds
  /// Texts of levels, by the number of the level, and -1 for those of missing cells.
  case texts([String: Int])
}

extension GraphBuilder {
  /// Returns one row of a matrix of doubles that is stored as floats: [1, C].
  func inputs(_ values: [Float], name: String) -> GraphValue {
    matrix(values, width: values.count, name: name)
  }
}

extension GraphValue {
  /// The number log-compressed beyond a limit, see ``NumberEncoding/compress(_:beyond:)``.
  func compressed(beyond limit: Double) -> GraphValue {
    let far = (magnitude - limit).atLeast(0).logarithmOfOneMore + limit
    return graph.select(magnitude > limit, sign * far, bounded)
  }

  /// The inverse of ``compressed(beyond:)``.
  func expanded(beyond limit: Double) -> GraphValue {
    let far = (magnitude - limit).atLeast(0).atMost(700).exponentialLessOne + limit
    return graph.select(magnitude > limit, sign * far, self)
  }

  /// The number within the limits of encoded values.
  var bounded: GraphValue { atLeast(-Schema.encodedLimit).atMost(Schema.encodedLimit) }
}

extension NumberEncoding {
  /// Returns the inputs of numbers in a graph: both [N, 1].
  func graph(_ values: GraphValue) -> GraphValue {
    if let knots { return knots.graph(values, from: knots.values, to: knots.deviates, isDecoding: false) }
    let base =
      isLogarithmic ? values.sign * values.magnitude.logarithmOfOneMore : values
    let z = (base - offset) / scale
    return knee.map { z.compressed(beyond: $0) } ?? z.bounded
  }

  /// Returns the numbers of inputs in a graph: both [N, 1].
  func decodedGraph(_ inputs: GraphValue) -> GraphValue {
    if let knots { return knots.graph(inputs, from: knots.deviates, to: knots.values, isDecoding: true) }
    let z = knee.map { inputs.expanded(beyond: $0) } ?? inputs
    let base = z * scale + offset
    return isLogarithmic ? base.sign * base.magnitude.atMost(700).exponentialLessOne : base
  }
}

extension QuantileKnots {
  /// Returns numbers interpolated among the knots, and beyond them by a logarithm or its inverse.
  fileprivate func graph(
    _ numbers: GraphValue, from: [Double], to: [Double], isDecoding: Bool
  ) -> GraphValue {
    let (graph, last) = (numbers.graph, from.count - 1)
    let spread = (values[last] - values[0]) / (deviates[last] - deviates[0])
    func list(_ values: [Double], _ name: String) -> GraphValue {
      graph.constant(GraphTensor([values.count], .double(values)), name: name)
    }
    let upper = numbers.count(of: from, orEqual: false).atLeast(1).atMost(Double(last))
    let (sources, targets) = (list(from, "knots"), list(to, "knots"))
    let (low, lowTarget) = (sources.gather(upper - 1), targets.gather(upper - 1))
    let share = (numbers - low) / (sources.gather(upper) - low)
    let inside = lowTarget + share * (targets.gather(upper) - lowTarget)
    func beyond(_ distance: GraphValue) -> GraphValue {
      let distance = distance.atLeast(0)
      return isDecoding
        ? distance.atMost(700).exponentialLessOne * spread : (distance / spread).logarithmOfOneMore
    }
    let below = graph.select(numbers < from[0], to[0] - beyond(from[0] - numbers), inside)
    return graph.select(numbers > from[last], to[last] + beyond(numbers - from[last]), below)
  }
}

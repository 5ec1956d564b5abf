import MisfitCore

/// The distribution of a stream of errors: moments and quantiles together, in one pass.
///
///     var distribution = ErrorDistribution()
///     distribution.update(contentsOf: errors)
///     distribution.value?.mean
///
/// NaN is counted and excluded. Infinities are handled as in ``Moments`` and ``QuantileSketch``.
package struct ErrorDistribution: StreamingStatistic, Hashable, Codable {
  /// Mean, variance and range.
  package private(set) var moments = Moments()
  /// Quantiles and ranks.
  package private(set) var sketch = QuantileSketch()

  /// Creates an empty distribution.
  package init() {}

  /// Creates the distribution of errors in memory.
  package init(_ errors: [Double]) { update(contentsOf: errors) }

  /// The number of errors, infinite ones included.
  package var count: Int { moments.count }

  /// The number of NaN, which are excluded.
  package var nanCount: Int { moments.nanCount }

  /// The figures of the distribution, or nil if there are no errors.
  package var value: ErrorSummary? { summary(atProbabilities: ErrorSummary.standardProbabilities) }

  /// Adds one error.
  package mutating func update(_ input: Double) {
    moments.update(input)
    sketch.update(input)
  }

  /// Merges another statistic into this one.
  package mutating func merge(_ other: ErrorDistribution) {
    moments.merge(other.moments)
    sketch.merge(other.sketch)
  }

  /// Returns the figures with chosen quantiles, or nil if there are no errors.
  ///
  /// - Precondition: each probability is in 0...1.
  package func summary(atProbabilities probabilities: [Double]) -> ErrorSummary? {
    guard let minimum = moments.minimum, let maximum = moments.maximum,
      let quantiles = sketch.quantiles(probabilities)
    else { return nil }
    return ErrorSummary(
      count: count, nanCount: nanCount, mean: moments.mean,
      standardDeviation: moments.populationStandardDeviation, minimum: minimum, maximum: maximum,
      quantiles: zip(probabilities, quantiles).map { QuantilePoint(probability: $0, value: $1) })
  }
}

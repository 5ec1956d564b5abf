extension QuantileSketch {
  /// Returns the sorted distribution of the values, which answers many queries quickly.
  ///
  /// - Complexity: O(n log n) for the n <= 4,096 values of an exact sketch, O(buckets) beyond.
  public func distribution() -> EmpiricalDistribution {
    let finite: EmpiricalDistribution.Finite
    if let buckets {
      finite = .buckets(buckets.occupied)
    } else {
      finite = .values(values.sorted())
    }
    return EmpiricalDistribution(
      finite: finite, finiteCount: finiteCount,
      finiteRange: (finiteMinimum ?? 0)...(finiteMaximum ?? 0),
      negativeInfinityCount: negativeInfinityCount, positiveInfinityCount: positiveInfinityCount)
  }

  /// Returns the value at probability `p`, interpolated linearly between order statistics, as in NumPy's
  /// default.
  ///
  /// Nil if there are no values.
  /// - Precondition: `p` is in 0...1.
  public func quantile(_ p: Double) -> Double? { distribution().quantile(p) }

  /// Returns the values at several probabilities, or nil if there are no values.
  ///
  /// - Precondition: each probability is in 0...1.
  public func quantiles(_ probabilities: [Double]) -> [Double]? {
    let distribution = distribution()
    guard distribution.count > 0 else { return nil }
    return probabilities.compactMap { distribution.quantile($0) }
  }

  /// Returns the share of the values at or below `value`; nil if there are no values, or `value` is NaN.
  public func rank(of value: Double) -> Double? { distribution().fraction(atOrBelow: value) }

  /// Returns the number of values strictly greater than `value`; nil for NaN.
  public func count(above value: Double) -> Int? { distribution().count(above: value) }

  /// The smallest value, or nil if there are none.
  public var minimum: Double? {
    if negativeInfinityCount > 0 { return -.infinity }
    return finiteMinimum ?? (positiveInfinityCount > 0 ? .infinity : nil)
  }

  /// The largest value, or nil if there are none.
  public var maximum: Double? {
    if positiveInfinityCount > 0 { return .infinity }
    return finiteMaximum ?? (negativeInfinityCount > 0 ? -.infinity : nil)
  }
}

extension QuantileSketch: Hashable {
  /// Whether both have the same state, regardless of the order of their values.
  public static func == (a: QuantileSketch, b: QuantileSketch) -> Bool {
    a.counts == b.counts && a.finiteMinimum == b.finiteMinimum && a.finiteMaximum == b.finiteMaximum
      && a.buckets == b.buckets && a.values.sorted() == b.values.sorted()
  }

  /// Hashes the state that does not depend on the order of the values.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(counts)
    hasher.combine(finiteMinimum)
    hasher.combine(finiteMaximum)
  }

  private var counts: [Int] { [finiteCount, positiveInfinityCount, negativeInfinityCount, nanCount] }
}

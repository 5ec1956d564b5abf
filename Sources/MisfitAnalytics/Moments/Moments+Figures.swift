extension Moments {
  /// The mean; nil if there are no values, or infinities of both signs.
  public var mean: Double? {
    switch (negativeInfinityCount > 0, positiveInfinityCount > 0) {
    case (true, true): nil
    case (true, false): -.infinity
    case (false, true): .infinity
    case (false, false): finiteCount > 0 ? finite(finiteMean) : nil
    }
  }

  /// The smallest value, or nil if there are none.
  public var minimum: Double? {
    if negativeInfinityCount > 0 { return -.infinity }
    if finiteCount > 0 { return finiteMinimum }
    return positiveInfinityCount > 0 ? .infinity : nil
  }

  /// The largest value, or nil if there are none.
  public var maximum: Double? {
    if positiveInfinityCount > 0 { return .infinity }
    if finiteCount > 0 { return finiteMaximum }
    return negativeInfinityCount > 0 ? -.infinity : nil
  }

  /// The mean squared distance from the mean (divided by n); nil without values or if there are infinities.
  public var populationVariance: Double? {
    hasSpread(atLeast: 1) ? finite(secondSum / Double(finiteCount)) : nil
  }

  /// The unbiased estimate of the variance (divided by n - 1); nil for fewer than two values or if there are
  /// infinities.
  public var sampleVariance: Double? {
    hasSpread(atLeast: 2) ? finite(secondSum / Double(finiteCount - 1)) : nil
  }

  /// The square root of the population variance.
  public var populationStandardDeviation: Double? { populationVariance?.squareRoot() }

  /// The square root of the sample variance.
  public var sampleStandardDeviation: Double? { sampleVariance?.squareRoot() }

  /// The third standardized moment, positive for a long right tail; nil if all values are equal.
  ///
  /// The population figure, without correction for bias: SciPy's default `skew`.
  public var skewness: Double? {
    let denominator = secondSum * secondSum.squareRoot()
    guard hasSpread(atLeast: 2), denominator.isNormal else { return nil }
    return finite(Double(finiteCount).squareRoot() * thirdSum / denominator)
  }

  /// The fourth standardized moment minus 3, so that a normal distribution has 0; nil if all values are
  /// equal.
  ///
  /// The population figure, without correction for bias: SciPy's default `kurtosis`.
  public var excessKurtosis: Double? {
    let denominator = secondSum * secondSum
    guard hasSpread(atLeast: 2), denominator.isNormal else { return nil }
    return finite(Double(finiteCount) * fourthSum / denominator - 3)
  }

  private func hasSpread(atLeast needed: Int) -> Bool {
    finiteCount >= needed && positiveInfinityCount == 0 && negativeInfinityCount == 0
  }

  /// Returns a figure, or nil if a sum has overflowed: a wrong figure would look like data.
  private func finite(_ figure: Double) -> Double? { figure.isFinite ? figure : nil }
}

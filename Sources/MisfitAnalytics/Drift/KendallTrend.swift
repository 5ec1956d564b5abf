/// The test of Mann (1945) and Kendall (1975) for a trend in a sequence of values.
package struct KendallTrend: Sendable, Hashable {
  /// Kendall's rank correlation of the values with their positions, -1 to 1.
  package var correlation: Double
  /// The probability of a correlation of at least this magnitude without a trend.
  package var pValue: Double

  /// Tests a sequence; nil for fewer than 8 values.
  ///
  /// The variance is corrected for ties, and the statistic for continuity.
  ///
  /// - Complexity: O(n²).
  package init?(_ values: [Double]) {
    let count = values.count
    guard count >= 8 else { return nil }
    var statistic = 0
    for later in 1..<count {
      for earlier in 0..<later {
        statistic += values[later] > values[earlier] ? 1 : values[later] < values[earlier] ? -1 : 0
      }
    }
    let n = Double(count)
    var variance = n * (n - 1) * (2 * n + 5)
    var ties: [Double: Double] = [:]
    for value in values { ties[value, default: 0] += 1 }
    // In the order of the values: sums of doubles depend on their order.
    for tie in ties.sorted(by: { $0.key < $1.key }).map(\.value) {
      variance -= tie * (tie - 1) * (2 * tie + 5)
    }
    correlation = Double(statistic) / (n * (n - 1) / 2)
    guard variance > 0 else {
      pValue = 1
      return
    }
    let z = max(0, Double(abs(statistic) - 1)) / (variance / 18).squareRoot()
    pValue = GammaFunctions.normalTail(bothSidesOf: z)
  }
}

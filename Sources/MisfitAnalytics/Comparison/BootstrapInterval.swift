import MisfitCore

/// The mean of a sample with a bootstrap confidence interval.
public struct BootstrapInterval: Sendable, Hashable, Codable {
  /// The mean of the sample.
  public var mean: Double
  /// The lower end of the interval.
  public var lower: Double
  /// The upper end of the interval.
  public var upper: Double
  /// The confidence level: the share of such intervals that contain the true mean, as in 0.95.
  public var confidence: Double
  /// The number of resamples.
  public var resampleCount: Int

  /// Whether the interval contains 0, its ends included.
  public var containsZero: Bool { lower <= 0 && upper >= 0 }

  /// The largest number of values that are resampled one by one.
  public static let directLimit = 5000

  /// Returns the percentile bootstrap interval of the mean (Efron and Tibshirani, "An introduction to the
  /// bootstrap", 1993, chapter 13).
  ///
  /// Up to ``directLimit`` values are drawn one by one. More values are first assigned, in an order shuffled
  /// with the seed, to that many groups of nearly equal size, and the groups are drawn. Since the groups are
  /// random, the mean of drawn groups spreads as the mean of drawn values does (the width is estimated from
  /// 5,000 groups, hence within about 1 %), and the time does not grow with the sample. The same seed gives
  /// the same bits.
  ///
  /// Values that are not finite are excluded. Nil for fewer than two values.
  /// - Complexity: O(n + resamples * min(n, 5,000)).
  /// - Precondition: at least one resample; `confidence` is strictly between 0 and 1.
  public static func ofMean(
    _ values: [Double], resampleCount: Int = 2000, confidence: Double = 0.95, seed: UInt64 = 0,
    stream: UInt64 = 0
  ) -> BootstrapInterval? {
    precondition(resampleCount >= 1 && confidence > 0 && confidence < 1, "an interval needs resamples")
    let values = values.filter(\.isFinite)
    guard values.count >= 2 else { return nil }
    var generator = SeededGenerator(seed: seed, stream: stream)
    let groups = groups(of: values, using: &generator)
    let means = (0..<resampleCount).map { _ in resampledMean(groups, using: &generator) }.sorted()
    func quantile(_ p: Double) -> Double { SortedValues.numPyQuantile(p, count: means.count) { means[$0] } }
    return BootstrapInterval(
      mean: values.reduce(0, +) / Double(values.count),
      lower: quantile((1 - confidence) / 2), upper: quantile((1 + confidence) / 2),
      confidence: confidence, resampleCount: resampleCount)
  }

  private struct Group {
    var sum = 0.0
    var count = 0.0
  }

  private static func groups(of values: [Double], using generator: inout SeededGenerator) -> [Group] {
    guard values.count > directLimit else { return values.map { Group(sum: $0, count: 1) } }
    var shuffled = values
    Permutation.shuffle(&shuffled, using: &generator)
    var groups = [Group](repeating: Group(), count: directLimit)
    for (index, value) in shuffled.enumerated() {
      groups[index % directLimit].sum += value
      groups[index % directLimit].count += 1
    }
    return groups
  }

  private static func resampledMean(_ groups: [Group], using generator: inout SeededGenerator) -> Double {
    var (sum, count) = (0.0, 0.0)
    for _ in groups.indices {
      let group = groups[generator.nextIndex(below: groups.count)]
      sum += group.sum
      count += group.count
    }
    return sum / count
  }
}

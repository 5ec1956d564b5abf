import MisfitCore

/// Distances between the distributions of two samples of numbers.
///
/// NaN is left out of both samples; nil where nothing is left of one of them.
public enum TwoSample {
  /// A test of whether two samples come from one distribution.
  public struct KolmogorovSmirnov: Sendable, Hashable, Codable {
    /// The largest difference between the two cumulative distributions, in 0...1.
    public var statistic: Double
    /// How often chance alone makes the statistic as large.
    ///
    /// Nil for samples too small to say, where n·m / (n + m) rounds to 0.
    public var pValue: Double?
  }

  /// The two-sample Kolmogorov-Smirnov test, two-sided.
  ///
  /// SciPy's `ks_2samp(a, b, method="asymp")`: the p-value is that of the one-sample statistic for round(n m
  /// / (n + m)) values (Simard and L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution",
  /// 2011). It takes the samples as independent; errors of two models on the same data are not, so there it
  /// is a description and not a test.
  /// - Complexity: O(n log n).
  public static func kolmogorovSmirnov(_ a: [Double], _ b: [Double]) -> KolmogorovSmirnov? {
    guard let (a, b) = sortedWithoutNaN(a, b) else { return nil }
    let (n, m) = (Double(a.count), Double(b.count))
    var statistic = 0.0
    walk(a, b) { _, belowA, belowB in
      statistic = max(statistic, (Double(belowA) / n - Double(belowB) / m).magnitude)
    }
    let effective = (max(n, m) * (min(n, m) / (n + m))).rounded(.toNearestOrEven)
    let pValue =
      effective >= 1 ? KolmogorovDistribution.upperTail(of: statistic, count: Int(effective)) : nil
    return KolmogorovSmirnov(statistic: statistic, pValue: pValue)
  }

  /// The first Wasserstein distance: the mean distance that values must be moved to turn one sample into the
  /// other.
  ///
  /// SciPy's `wasserstein_distance`. Units: those of the values. Nil where a value is infinite.
  /// - Complexity: O(n log n).
  public static func wassersteinDistance(_ a: [Double], _ b: [Double]) -> Double? {
    guard let (a, b) = sortedWithoutNaN(a, b), (a + b).allSatisfy(\.isFinite) else { return nil }
    let (n, m) = (Double(a.count), Double(b.count))
    var distance = 0.0
    var previous: (value: Double, difference: Double)?
    walk(a, b) { value, belowA, belowB in
      if let previous { distance += previous.difference * (value - previous.value) }
      previous = (value, (Double(belowA) / n - Double(belowB) / m).magnitude)
    }
    return distance
  }

  /// Visits each distinct value of both sorted samples, with how many of each are below or equal to it.
  private static func walk(_ a: [Double], _ b: [Double], _ visit: (Double, Int, Int) -> Void) {
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      let value = min(i < a.count ? a[i] : .infinity, j < b.count ? b[j] : .infinity)
      while i < a.count, a[i] <= value { i += 1 }
      while j < b.count, b[j] <= value { j += 1 }
      visit(value, i, j)
    }
  }

  private static func sortedWithoutNaN(_ a: [Double], _ b: [Double]) -> ([Double], [Double])? {
    let a = a.filter { !$0.isNaN }.sorted()
    let b = b.filter { !$0.isNaN }.sorted()
    return a.isEmpty || b.isEmpty ? nil : (a, b)
  }
}

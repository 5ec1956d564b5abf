import MisfitCore

/// Distances between the distributions of two samples of numbers.
///
/// NaN is excluded from both samples. A distance is nil if one of them is then empty.
public enum TwoSample {
  /// A test of whether two samples come from the same distribution.
  public struct KolmogorovSmirnov: Sendable, Hashable, Codable {
    /// The largest difference between the two cumulative distributions, in 0...1.
    public var statistic: Double
    /// The probability of a statistic at least as large by chance.
    ///
    /// Nil for samples too small for it: n·m / (n + m) rounds to 0.
    public var pValue: Double?
  }

  /// Runs the two-sided two-sample Kolmogorov-Smirnov test.
  ///
  /// SciPy's `ks_2samp(a, b, method="asymp")`: the p-value is that of the one-sample statistic for round(n m
  /// / (n + m)) values (Simard and L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution",
  /// 2011). It assumes independent samples. Errors of two models on the same data are not independent, so
  /// there it describes and does not test.
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

  /// Returns the first Wasserstein distance: the mean distance that values must be moved to turn one sample
  /// into the other.
  ///
  /// SciPy's `wasserstein_distance`, in the unit of the values. Nil if a value is infinite.
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

  /// Calls `visit` with each distinct value of both sorted samples, and the number in each that are at most
  /// that value.
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

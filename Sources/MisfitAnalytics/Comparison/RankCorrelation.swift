import MisfitCore

/// The correlation of two rankings of the same samples.
public enum RankCorrelation {
  /// Returns Spearman's rank correlation; ties share the mean of their ranks (SciPy's `spearmanr`).
  ///
  /// Pairs with a NaN are excluded. Nil for fewer than two pairs, or if all values of one side are equal.
  /// - Complexity: O(n log n).
  /// - Precondition: both have the same number of values.
  public static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
    precondition(a.count == b.count, "a correlation needs pairs")
    let used = a.indices.filter { !a[$0].isNaN && !b[$0].isNaN }
    return correlationOfRanks(averageRanks(used.map { a[$0] }), averageRanks(used.map { b[$0] }))
  }

  /// Returns the ranks of values from 1; ties share the mean of their ranks.
  ///
  /// - Precondition: no value is NaN.
  package static func ranks(of values: [Double]) -> [Double] { averageRanks(values) }

  /// Returns Pearson's correlation of two lists of ranks, whose mean is known.
  package static func correlationOfRanks(_ a: [Double], _ b: [Double]) -> Double? {
    let mean = Double(a.count + 1) / 2
    var (sumAA, sumBB, sumAB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      sumAA += (x - mean) * (x - mean)
      sumBB += (y - mean) * (y - mean)
      sumAB += (x - mean) * (y - mean)
    }
    guard sumAA > 0, sumBB > 0 else { return nil }
    return min(max(sumAB / (sumAA * sumBB).squareRoot(), -1), 1)
  }
}

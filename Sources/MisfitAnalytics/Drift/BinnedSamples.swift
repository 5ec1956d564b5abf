import MisfitCore

/// A comparison of two samples that are counted in the same bins.
package struct BinnedSamples: Sendable {
  /// The number of rows of each bin in the first sample.
  package let first: [Double]
  /// The weight of the rows of each bin in the second sample.
  package let second: [Double]
  /// The number of rows that the second sample is worth; less than the number of rows if they have weights.
  package let secondCount: Double

  /// Creates a comparison; nil if a sample is empty.
  package init?(_ first: [Double], _ second: [Double], secondCount: Double? = nil) {
    precondition(first.count == second.count, "the same bins")
    let total = second.reduce(0, +)
    guard first.reduce(0, +) > 0, total > 0 else { return nil }
    (self.first, self.second, self.secondCount) = (first, second, secondCount ?? total)
  }

  private var firstTotal: Double { first.reduce(0, +) }
  private var secondTotal: Double { second.reduce(0, +) }

  /// The change of each bin's share, from the first sample to the second.
  package var changes: [Double] {
    let (n, m) = (firstTotal, secondTotal)
    return zip(first, second).map { $1 / m - $0 / n }
  }

  /// The number of rows of a single sample that the two are worth together.
  private var effectiveCount: Int {
    let n = firstTotal
    return Int((max(n, secondCount) * (min(n, secondCount) / (n + secondCount))).rounded())
  }

  /// The Kolmogorov-Smirnov statistic at the edges of the bins, positive if the second sample is larger, and
  /// its p-value.
  ///
  /// The statistic is at most that of the values themselves, so that the p-value holds for any edges; ties
  /// make it larger.
  package var kolmogorovSmirnov: (statistic: Double, pValue: Double) {
    var (sum, extreme) = (0.0, 0.0)
    for change in changes {
      sum -= change
      if sum.magnitude > extreme.magnitude { extreme = sum }
    }
    // Of samples without a bin in common, the sum is 1 but for rounding.
    extreme = max(-1, min(1, extreme))
    let count = effectiveCount
    let pValue =
      count >= 1 ? KolmogorovDistribution.upperTail(of: extreme.magnitude, count: count) : 1
    return (extreme, pValue)
  }

  /// The total variation distance, 0 to 1: the share of the rows that would have to change their bin.
  package var totalVariation: Double {
    min(1, changes.reduce(0) { $0 + $1.magnitude } / 2)
  }

  /// The p-value of the chi-square test that both samples have the same shares.
  ///
  /// Bins with fewer than five expected rows in one of the samples are counted as one.
  package var chiSquarePValue: Double {
    let (n, m) = (firstTotal, secondCount)
    let scale = secondCount / secondTotal
    var cells: [(Double, Double)] = []
    var rare = (0.0, 0.0)
    for (a, b) in zip(first, second.map { $0 * scale }) {
      if (a + b) * min(n, m) / (n + m) < 5 {
        rare = (rare.0 + a, rare.1 + b)
      } else {
        cells.append((a, b))
      }
    }
    if rare.0 + rare.1 > 0 { cells.append(rare) }
    guard cells.count > 1 else { return 1 }
    let statistic = cells.reduce(0.0) { sum, cell in
      let both = cell.0 + cell.1
      let (a, b) = (both * n / (n + m), both * m / (n + m))
      return sum + (cell.0 - a) * (cell.0 - a) / a + (cell.1 - b) * (cell.1 - b) / b
    }
    return GammaFunctions.chiSquareTail(statistic, degrees: cells.count - 1)
  }

  /// Returns the range of neighbors with the largest sum; nil if no value is above 0.
  package static func largestRange(of values: [Double]) -> (range: ClosedRange<Int>, sum: Double)? {
    var best: (range: ClosedRange<Int>, sum: Double)?
    var (start, sum) = (0, 0.0)
    for (index, value) in values.enumerated() {
      if sum <= 0 { (start, sum) = (index, 0) }
      sum += value
      if sum > best?.sum ?? 0 { best = (start...index, sum) }
    }
    return best
  }
}

import MisfitCore

/// Counts of p-values, from which the procedure of Benjamini and Hochberg decides which are discoveries.
///
/// "Controlling the false discovery rate" (1995). Conformal p-values of one calibration are multiples of 1 /
/// (n + 1), so counting them by value is enough for a file of any length. Bates, Candès, Lei, Romano and
/// Sesia, "Testing for outliers with conformal p-values" (2023), show that the procedure controls the rate
/// for such p-values, which share their calibration.
package struct DiscoveryCounts: Sendable, Hashable {
  /// The number of p-values; NaN scores have none.
  package private(set) var count = 0
  private var counts: [Int: Int] = [:]
  private let denominator: Int

  /// Creates counts of p-values from `calibrationCount` scores.
  package init(calibrationCount: Int) { denominator = calibrationCount + 1 }

  /// Adds the p-value of a sample whose score `rank - 1` calibration scores reach.
  package mutating func update(rank: Int) {
    count += 1
    counts[rank, default: 0] += 1
  }

  /// Merges other counts into these.
  ///
  /// - Precondition: both have the same calibration.
  package mutating func merge(_ other: DiscoveryCounts) {
    precondition(denominator == other.denominator, "p-values of different calibrations cannot be merged")
    count += other.count
    counts.merge(other.counts) { $0 + $1 }
  }

  /// Returns the largest p-value that is a discovery if the expected share of false ones is at most `level`;
  /// nil if there is none.
  ///
  /// - Complexity: O(k log k) for k distinct p-values.
  package func cutoff(level: Double) -> Double? {
    var (found, reached): (Double?, Int) = (nil, 0)
    for (rank, rankCount) in counts.sorted(by: { $0.key < $1.key }) {
      reached += rankCount
      let pValue = Double(rank) / Double(denominator)
      if pValue * Double(count) <= level * Double(reached) { found = pValue }
    }
    return found
  }
}

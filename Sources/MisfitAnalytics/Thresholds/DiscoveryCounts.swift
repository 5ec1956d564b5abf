import MisfitCore

/// Decides which p-values of a file are discoveries, by the procedure of Benjamini and Hochberg.
///
/// "Controlling the false discovery rate" (1995). Conformal p-values of one calibration are multiples of 1 / (n + 1),
/// so that counting them by value is enough, however long the file is. That the procedure holds its level for such
/// p-values, which share their calibration, is shown by Bates, Candès, Lei, Romano and Sesia, "Testing for outliers
/// with conformal p-values" (2023).
public struct DiscoveryCounts: Sendable, Hashable {
  /// The number of p-values; NaN scores have none.
  public private(set) var count = 0
  private var counts: [Int: Int] = [:]
  private let denominator: Int

  /// Counts p-values of `calibrationCount` scores.
  public init(calibrationCount: Int) { denominator = calibrationCount + 1 }

  /// Takes the p-value of a sample that `rank - 1` calibration scores reach.
  public mutating func update(rank: Int) {
    count += 1
    counts[rank, default: 0] += 1
  }

  /// Takes into account everything that `other` has seen.
  ///
  /// - Precondition: both have the same calibration.
  public mutating func merge(_ other: DiscoveryCounts) {
    precondition(denominator == other.denominator, "p-values of two calibrations")
    count += other.count
    counts.merge(other.counts) { $0 + $1 }
  }

  /// The largest p-value that is a discovery where their expected share of false ones is at most `level`; nil
  /// where there is none.
  ///
  /// - Complexity: O(k log k) for k distinct p-values.
  public func cutoff(level: Double) -> Double? {
    var (found, reached): (Double?, Int) = (nil, 0)
    for (rank, rankCount) in counts.sorted(by: { $0.key < $1.key }) {
      reached += rankCount
      let pValue = Double(rank) / Double(denominator)
      if pValue * Double(count) <= level * Double(reached) { found = pValue }
    }
    return found
  }
}

import MisfitCore

/// The gap below the few highest scores, if they lie so far above the others that chance does not explain it.
///
/// Above a high score, even heavy-tailed scores thin out like a Pareto distribution: the logarithms of the
/// `t` scores below the gap exceed the next one by their scale β on average (Hill 1975), and the gap below
/// the `k` highest is exponential with the mean β / k (Rényi 1953). So the probability of a gap as wide as g
/// is (1 + k g / (t β))^-t, which must be at most 1 in 100,000, and a factor of 1.5 must lie between the
/// scores on its sides. Of several gaps, it is the lowest.
package struct ScoreGap: Sendable, Hashable {
  /// The score in the middle of the gap, the geometric mean of those on its sides.
  package let boundary: Double
  /// The number of scores above the gap.
  package let countAbove: Int

  private static let largestProbability = 1e-5
  private static let leastFactor = 1.5
  /// The least number of scores in all.
  private static let leastCount = 20
  /// The share of the scores that may lie above a gap, and at most this many.
  private static let (largestShareAbove, largestCountAbove) = (0.1, 1000)
  /// The share of the scores that the scale is estimated from, and at most this many.
  private static let (tailShare, largestTailCount) = (0.25, 1000)

  /// Finds the gap; nil without one, with fewer than 20 scores, or if the scores at it are infinite.
  package init?(_ scores: ScoreCalibration) {
    guard scores.count >= Self.leastCount else { return nil }
    let count = Double(scores.count)
    let (most, tail) = (
      min(Int(count * Self.largestShareAbove), Self.largestCountAbove),
      min(Int(count * Self.tailShare), Self.largestTailCount)
    )
    let highest = (1...most + tail + 1).compactMap { scores.score(ofRank: $0) }
    guard highest.count == most + tail + 1 else { return nil }
    // Scores of 0, as of images that are equal to the bit, count as the smallest normal number.
    let logs = highest.map { Mathematics.log(max($0, .leastNormalMagnitude)) }
    for above in stride(from: most, through: 1, by: -1) {
      let gap = logs[above - 1] - logs[above]
      guard gap >= Mathematics.log(Self.leastFactor) else { continue }
      let next = logs[above + tail]
      let scale = logs[above..<above + tail].reduce(0) { $0 + ($1 - next) } / Double(tail)
      let ratio = gap * Double(above) / (Double(tail) * scale)
      guard scale == 0 || Mathematics.pow(1 + ratio, -Double(tail)) <= Self.largestProbability else {
        continue
      }
      boundary = Mathematics.exp((logs[above - 1] + logs[above]) / 2)
      countAbove = above
      guard boundary.isFinite else { return nil }
      return
    }
    return nil
  }
}

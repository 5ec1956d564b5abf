/// The raise of a row's score by the evidence of a gross outlier.
///
/// Partial evidence moves the score towards the largest score of the training rows without evidence. Certain
/// evidence raises it above that, in proportion to its strength. No score is lowered.
package struct ScoreRaise: Sendable, Hashable, Codable {
  /// The largest score without evidence.
  package var ceiling: Double
  /// The difference between the largest and the median score without evidence; above 0.
  package var spread: Double

  /// The raise per unit of evidence beyond 1, in spreads.
  static let step = 0.5

  /// Creates a raise from the scores of rows without evidence; nil if none is finite.
  ///
  /// - Complexity: O(n log n).
  package init?(scores: [Double]) {
    let sorted = scores.filter(\.isFinite).sorted()
    guard let largest = sorted.last else { return nil }
    ceiling = largest
    let spread = largest - sorted[sorted.count / 2]
    self.spread = spread > 0 ? spread : max(largest.magnitude, .leastNormalMagnitude)
  }

  /// Includes further scores of rows without certain evidence: certain evidence then raises a score above
  /// these too.
  package mutating func include(_ scores: [Double]) {
    ceiling = scores.reduce(ceiling) { $1.isFinite ? max($0, $1) : $0 }
  }

  /// Returns the raised score of a row, given the strength of its evidence.
  package func score(_ score: Double, evidence: Float) -> Double {
    guard evidence > 0, score.isFinite else { return score }
    let strength = Double(evidence)
    // A hundredth of the difference remains, so that scores keep their order.
    let raised = score + 0.99 * min(strength, 1) * (ceiling - score)
    return max(score, raised + spread * Self.step * max(0, strength - 1))
  }

  /// Whether both numbers are finite and the spread is above 0.
  package var isUsable: Bool { ceiling.isFinite && spread.isFinite && spread > 0 }
}

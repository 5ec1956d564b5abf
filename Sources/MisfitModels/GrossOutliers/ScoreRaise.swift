/// How the evidence for a gross outlier raises a row's score.
///
/// Partial evidence moves the score towards the largest score of the training rows without such evidence;
/// certain evidence raises it above that, the more the stronger it is. No score is ever lowered.
package struct ScoreRaise: Sendable, Hashable, Codable {
  /// The largest score without evidence.
  package var ceiling: Double
  /// The distance from the median score to it; above 0.
  package var spread: Double

  /// What further evidence adds, in spreads.
  private static let step = 0.5

  /// Learns from the scores of rows without evidence; nil without any.
  ///
  /// - Complexity: O(n log n).
  package init?(scores: [Double]) {
    let sorted = scores.filter(\.isFinite).sorted()
    guard let largest = sorted.last else { return nil }
    ceiling = largest
    let spread = largest - sorted[sorted.count / 2]
    self.spread = spread > 0 ? spread : max(largest.magnitude, .leastNormalMagnitude)
  }

  /// Takes further scores of rows without certain evidence into account: certain evidence is raised above
  /// them, too.
  package mutating func include(_ scores: [Double]) {
    ceiling = scores.reduce(ceiling) { $1.isFinite ? max($0, $1) : $0 }
  }

  /// The score of a row with evidence of a strength.
  package func score(_ score: Double, evidence: Float) -> Double {
    guard evidence > 0, score.isFinite else { return score }
    let strength = Double(evidence)
    // A hundredth of the difference remains, so that scores keep their order.
    let raised = score + 0.99 * min(strength, 1) * (ceiling - score)
    return max(score, raised + spread * Self.step * max(0, strength - 1))
  }

  /// Whether the numbers can be computed with.
  package var isUsable: Bool { ceiling.isFinite && spread.isFinite && spread > 0 }
}

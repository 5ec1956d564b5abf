/// A model of the upper tail for scores beyond those seen: an extrapolation, and no guarantee.
///
/// The largest scores are assumed to exceed a threshold by a ``GeneralizedPareto`` distribution, as in Siffer
/// et al., "Anomaly detection in streams with extreme value theory" (2017). It answers questions that
/// counting cannot: how rare a score above all n is, and which score a normal sample exceeds with a
/// probability below 1 / (n + 1).
package struct TailFit: Sendable, Hashable {
  /// The score beyond which the model holds.
  package let threshold: Double
  /// The share of the scores beyond the threshold.
  package let rate: Double
  /// The distribution of the exceedances.
  package let distribution: GeneralizedPareto
  /// The number of scores that the model was fitted to.
  package let count: Int

  /// The smallest number of exceedances for a fit.
  static let minimumCount = 30
  /// The largest number of exceedances for a fit; more of them would include normal scores.
  static let maximumCount = 1_000

  /// Returns the number of exceedances to use of so many scores: a tenth of them, from 30 to 1,000; nil if
  /// that is more than 30 %.
  package static func exceedanceCount(of count: Int) -> Int? {
    guard count * 3 >= minimumCount * 10 else { return nil }
    return min(max(count / 10, minimumCount), maximumCount)
  }

  /// Fits the scores above the last of `descending`, which are the largest of `total`; nil if they are too
  /// few, or all equal.
  init?(largest descending: [Double], of total: Int) {
    guard let threshold = descending.last, descending.count > Self.minimumCount else { return nil }
    let exceedances = descending.dropLast().map { $0 - threshold }
    guard let distribution = GeneralizedPareto(fitting: exceedances) else { return nil }
    self.threshold = threshold
    self.distribution = distribution
    count = exceedances.count
    rate = Double(count) / Double(total)
  }

  /// Returns the probability that a normal sample scores higher; nil for NaN, and for scores that are not in
  /// the tail.
  package func probability(above score: Double) -> Double? {
    guard score >= threshold else { return nil }
    return distribution.survival(score - threshold).map { rate * $0 }
  }

  /// Returns a conservative probability of exceeding a score, never 0; nil as for ``probability(above:)``.
  ///
  /// Beyond the end of the fitted tail, it uses the exponential tail of the same scale, which is never
  /// lighter.
  package func boundedProbability(above score: Double) -> Double? {
    guard score >= threshold else { return nil }
    let tail = GeneralizedPareto(shape: max(0, distribution.shape), scale: distribution.scale)
    return (tail ?? distribution).survival(score - threshold).map { max(rate * $0, Self.leastProbability) }
  }

  /// The smallest probability reported: a fit to a few hundred scores cannot resolve smaller ones.
  package static let leastProbability = 1e-12

  /// Returns the score that a normal sample exceeds with a probability; nil if it is not in the tail.
  package func score(atRate wanted: Double) -> Double? {
    guard wanted > 0, wanted <= rate else { return nil }
    return threshold + distribution.excess(atSurvival: wanted / rate)
  }
}

extension ScoreCalibration {
  /// Fits the upper tail; see ``tail``.
  func fittedTail() -> TailFit? {
    guard let wanted = TailFit.exceedanceCount(of: count), wanted < count else { return nil }
    return TailFit(largest: (0...wanted).map { score(ofRank: $0 + 1) ?? .nan }, of: count)
  }
}

/// What a model of the upper tail says of scores beyond those seen: an extrapolation, and no guarantee.
///
/// The largest scores are taken to exceed a threshold by a ``GeneralizedPareto`` distribution, as in Siffer et al.,
/// "Anomaly detection in streams with extreme value theory" (2017). It answers where counting cannot: how rare a score
/// above all of n is, and which score an ordinary sample exceeds with a probability below 1 / (n + 1).
public struct TailFit: Sendable, Hashable {
  /// The score beyond which the model holds.
  public let threshold: Double
  /// The share of the scores beyond it.
  public let rate: Double
  /// How far they exceed it.
  public let distribution: GeneralizedPareto
  /// The number of scores that the model was fitted to.
  public let count: Int

  /// Fewer exceedances than this say too little.
  static let countNeeded = 30
  /// More of them reach too far into the ordinary scores.
  static let countLimit = 1_000

  /// The exceedances taken of so many scores: a tenth of them, from 30 to 1,000; nil where these are more than
  /// 30 %.
  public static func exceedanceCount(of count: Int) -> Int? {
    guard count * 3 >= countNeeded * 10 else { return nil }
    return min(max(count / 10, countNeeded), countLimit)
  }

  /// Fits the scores above the last of `descending`, which are the largest of `total`; nil where they are not
  /// enough, or all equal.
  init?(largest descending: [Double], of total: Int) {
    guard let threshold = descending.last, descending.count > Self.countNeeded else { return nil }
    let exceedances = descending.dropLast().map { $0 - threshold }
    guard let distribution = GeneralizedPareto(fitting: exceedances) else { return nil }
    self.threshold = threshold
    self.distribution = distribution
    count = exceedances.count
    rate = Double(count) / Double(total)
  }

  /// The probability that an ordinary sample scores higher; nil for NaN, and for scores that are not in the tail.
  public func probability(above score: Double) -> Double? {
    guard score >= threshold else { return nil }
    return distribution.survival(score - threshold).map { rate * $0 }
  }

  /// A cautious probability of exceeding a score, never 0; nil as for ``probability(above:)``.
  ///
  /// Where the fitted tail ends, the exponential tail of the same scale, which is never lighter, takes its place.
  public func boundedProbability(above score: Double) -> Double? {
    guard score >= threshold else { return nil }
    let tail = GeneralizedPareto(shape: max(0, distribution.shape), scale: distribution.scale)
    return (tail ?? distribution).survival(score - threshold).map { max(rate * $0, Self.leastProbability) }
  }

  /// No fit to a few hundred scores tells smaller probabilities from each other.
  public static let leastProbability = 1e-12

  /// The score that an ordinary sample exceeds with a probability; nil where that is not in the tail.
  public func score(atRate wanted: Double) -> Double? {
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

/// A rule that decides which samples are anomalous.
public enum DecisionRule: Sendable, Hashable {
  /// Flags scores above the threshold of the model's calibration.
  case modelThreshold
  /// Flags p-values of at most this: the share of normal samples that are flagged.
  case falseAlarmRate(Double)
  /// Flags as many samples as possible with at most this expected share of normal samples among them.
  case falseDiscoveryRate(Double)
  /// Flags scores above this quantile of the calibration scores.
  case quantile(Double)
  /// Flags this share of the samples, those with the highest scores.
  case contamination(Double)
  /// Flags scores above this value.
  case threshold(Double)

  /// Whether the rule must see all scores before it can decide about the first.
  package var needsAllScores: Bool {
    switch self {
    case .falseDiscoveryRate, .contamination: true
    default: false
    }
  }
}

/// A decision rule applied to a calibration or to scores: a line between normal and anomalous scores.
///
/// If a score is flagged, so is every higher one.
package struct Decision: Sendable, Hashable {
  /// The line between normal and anomalous scores.
  enum Line: Sendable, Hashable {
    case nowhere
    case above(Double)
    /// Flags p-values of at most this among these scores.
    case pValue(Double, among: ScoreCalibration)
  }

  /// The rule that determined the line.
  package let rule: DecisionRule
  /// The score above which samples are flagged, for plots; infinite if none is.
  package let threshold: Double
  /// Whether the threshold comes from a model of the tail, beyond the scores that were seen; see ``TailFit``.
  package let isExtrapolated: Bool
  /// The share that a contamination rule flags if ties at its line prevent the requested share; else nil.
  package let tiedShare: Double?
  let line: Line

  private init(
    _ rule: DecisionRule, _ line: Line, threshold: Double, isExtrapolated: Bool = false,
    tiedShare: Double? = nil
  ) {
    self.rule = rule
    self.line = line
    self.threshold = threshold
    self.isExtrapolated = isExtrapolated
    self.tiedShare = tiedShare
  }

  /// Creates the decision of a rule that needs only the calibration: `usual` is the model's own threshold.
  ///
  /// A quantile is that of new samples (``ScoreCalibration/conformalThreshold(atQuantile:)``), or else of the
  /// calibration scores themselves. A false-alarm rate below 1 / (n + 1) is extrapolated; if the calibration
  /// has no ``ScoreCalibration/tail``, nothing is flagged.
  /// - Precondition: the rule does not need all scores; see ``DecisionRule/needsAllScores``.
  package init(
    _ rule: DecisionRule, _ calibration: ScoreCalibration, usual: AnomalyThreshold, isConformal: Bool = true
  ) {
    precondition(!rule.needsAllScores, "the rule needs all scores")
    switch rule {
    case .falseAlarmRate(let rate): self.init(rate: rate, calibration)
    case .quantile(let quantile):
      let threshold =
        isConformal
        ? calibration.conformalThreshold(atQuantile: quantile) : calibration.threshold(atQuantile: quantile)
      self.init(rule, above: threshold?.value ?? .infinity)
    case .threshold(let value): self.init(rule, above: value)
    default: self.init(rule, above: usual.value)
    }
  }

  private init(_ rule: DecisionRule, above value: Double) {
    self.init(rule, .above(value), threshold: value)
  }

  private init(rate: Double, _ calibration: ScoreCalibration) {
    let rule = DecisionRule.falseAlarmRate(rate)
    if calibration.leastTailProbability.map({ $0 <= rate }) ?? false {
      self.init(pValue: rate, among: calibration, by: rule)
    } else if let fitted = calibration.tail?.score(atRate: rate), let largest = calibration.score(ofRank: 1) {
      // A rate below 1 / (n + 1) must not flag more than that rate itself does.
      let score = max(fitted, largest)
      self.init(rule, .above(score), threshold: score, isExtrapolated: true)
    } else {
      self.init(rule, .nowhere, threshold: .infinity)
    }
  }

  fileprivate init(
    pValue: Double, among scores: ScoreCalibration, by rule: DecisionRule, tiedShare: Double? = nil
  ) {
    if let score = scores.score(ofRank: scores.largestRank(withPValueAtMost: pValue)) {
      self.init(rule, .pValue(pValue, among: scores), threshold: score, tiedShare: tiedShare)
    } else {
      self.init(rule, .nowhere, threshold: .infinity, tiedShare: tiedShare)
    }
  }

  /// The largest score that is not flagged: a score is flagged if it is above this one.
  ///
  /// It is minus infinity if every score is flagged. Unlike ``threshold``, it separates all doubles in the
  /// same way as ``flags(_:)``, so that another program can apply the decision.
  package var largestUnflagged: Double {
    // Doubles by their order: halving an interval of them takes 64 steps at most.
    var (low, high) = (Self.key(-.infinity), Self.key(.infinity))
    guard flags(.infinity) == true else { return .infinity }
    guard flags(-.infinity) == false else { return -.infinity }
    while low + 1 < high {
      // The mean without an overflow.
      let middle = (low & high) + ((low ^ high) >> 1)
      if flags(Self.value(ofKey: middle)) == true { high = middle } else { low = middle }
    }
    return Self.value(ofKey: low)
  }

  /// Returns an integer with the order of the doubles.
  private static func key(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits >= 0 ? bits : Int64.min &- bits
  }

  private static func value(ofKey key: Int64) -> Double {
    Double(bitPattern: UInt64(bitPattern: key >= 0 ? key : Int64.min &- key))
  }

  /// Returns whether a score is flagged; nil for NaN.
  package func flags(_ score: Double) -> Bool? {
    guard !score.isNaN else { return nil }
    switch line {
    case .nowhere: return false
    case .above(let value): return score > value
    case .pValue(let limit, let scores): return scores.tailProbability(of: score).map { $0 <= limit }
    }
  }
}

/// The scores of a file, collected for a rule that must see them all before it can decide.
package struct DecisionScores: Sendable {
  private let rule: DecisionRule
  private let calibration: ScoreCalibration
  private var discoveries: DiscoveryCounts
  private var scores = CalibrationScores()

  /// Creates an empty collection.
  package init(_ rule: DecisionRule, _ calibration: ScoreCalibration) {
    self.rule = rule
    self.calibration = calibration
    discoveries = DiscoveryCounts(calibrationCount: calibration.count)
  }

  /// Creates the collection of scores that were collected before, for a rule of contamination.
  package init(contamination share: Double, of scores: CalibrationScores) {
    self.init(.contamination(share), scores.calibration)
    self.scores = scores
  }

  /// Adds one score; NaN is excluded.
  package mutating func update(_ score: Double) {
    switch rule {
    case .falseDiscoveryRate:
      if let rank = calibration.pValueRank(of: score) { discoveries.update(rank: rank) }
    case .contamination: scores.update(score)
    default: break
    }
  }

  /// Returns the decision that follows from all scores; `usual` is the model's own threshold.
  ///
  /// Scores that tie at the line of a contamination are all flagged or all not, whichever is nearer to its
  /// share.
  package func decision(usual: AnomalyThreshold) -> Decision {
    switch rule {
    case .falseDiscoveryRate(let level):
      return Decision(pValue: discoveries.cutoff(level: level) ?? 0, among: calibration, by: rule)
    case .contamination(let share):
      let flagged = (share * Double(scores.count)).rounded()
      let calibration = scores.calibration
      var decided = flagged
      if flagged >= 1, let tie = calibration.tie(atRank: Int(flagged)) {
        let (less, more) = (flagged - Double(tie.above), Double(tie.reaching) - flagged)
        decided = Double(more <= less ? tie.reaching : tie.above)
      }
      // A sample of the file counts itself among those that reach its score.
      return Decision(
        pValue: (decided + 1) / Double(scores.count + 1), among: calibration, by: rule,
        tiedShare: decided == flagged ? nil : decided / Double(scores.count))
    default: return Decision(rule, calibration, usual: usual)
    }
  }
}

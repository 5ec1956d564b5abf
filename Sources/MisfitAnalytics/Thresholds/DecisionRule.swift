/// By what a sample is called anomalous.
public enum DecisionRule: Sendable, Hashable {
  /// A score above the threshold that the model was calibrated to.
  case modelThreshold
  /// A p-value of at most this: the share of ordinary samples that are flagged.
  case falseAlarmRate(Double)
  /// As many as can be flagged with at most this expected share of ordinary samples among them.
  case falseDiscoveryRate(Double)
  /// A score above this quantile of the calibration scores.
  case quantile(Double)
  /// The worst share of the samples themselves.
  case contamination(Double)
  /// A score above this.
  case threshold(Double)

  /// Whether all samples must be seen before the first can be judged.
  public var needsAllScores: Bool {
    switch self {
    case .falseDiscoveryRate, .contamination: true
    default: false
    }
  }
}

/// A rule that has become a line between scores.
///
/// A higher score is never flagged less than a lower one.
public struct Decision: Sendable, Hashable {
  /// Where the line is.
  enum Line: Sendable, Hashable {
    case nowhere
    case above(Double)
    /// A p-value of at most this among these scores.
    case pValue(Double, among: ScoreCalibration)
  }

  /// The rule.
  public let rule: DecisionRule
  /// The score above which samples are flagged, for pictures; infinite where none is.
  public let threshold: Double
  /// Whether a model of the tail stands in for scores that were not seen; see ``TailFit``.
  public let isExtrapolated: Bool
  /// The share of the samples that a contamination flags, where scores tie at its line and it cannot be the share asked for;
  /// else nil.
  public let tiedShare: Double?
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

  /// The line of a rule that needs nothing but the calibration: `usual` is the model's own threshold.
  ///
  /// A quantile is that of new samples (``ScoreCalibration/conformalThreshold(atQuantile:)``), or else of the calibration scores
  /// themselves. A false-alarm rate below 1 / (n + 1) is extrapolated; where the calibration has no ``ScoreCalibration/tail``,
  /// nothing is flagged.
  /// - Precondition: the rule is one of these; see ``DecisionRule/needsAllScores``.
  public init(
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
      // A rate below 1 / (n + 1) must not flag what that rate itself does not.
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

  /// Whether a score is flagged; nil for NaN, which says nothing.
  public func flags(_ score: Double) -> Bool? {
    guard !score.isNaN else { return nil }
    switch line {
    case .nowhere: return false
    case .above(let value): return score > value
    case .pValue(let limit, let scores): return scores.tailProbability(of: score).map { $0 <= limit }
    }
  }
}

/// The scores of a file, as far as a rule must know them all before it can decide.
public struct DecisionScores: Sendable {
  private let rule: DecisionRule
  private let calibration: ScoreCalibration
  private var discoveries: DiscoveryCounts
  private var scores = CalibrationScores()

  /// None yet.
  public init(_ rule: DecisionRule, _ calibration: ScoreCalibration) {
    self.rule = rule
    self.calibration = calibration
    discoveries = DiscoveryCounts(calibrationCount: calibration.count)
  }

  /// Takes one score into account; NaN is left out.
  public mutating func update(_ score: Double) {
    switch rule {
    case .falseDiscoveryRate:
      if let rank = calibration.pValueRank(of: score) { discoveries.update(rank: rank) }
    case .contamination: scores.update(score)
    default: break
    }
  }

  /// The line that follows from all scores; `usual` is the model's own threshold.
  ///
  /// Scores that tie at the line of a contamination are all flagged or none is, whichever is nearer to its share.
  public func decision(usual: AnomalyThreshold) -> Decision {
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
      // A sample of the file is counted among those that reach it.
      return Decision(
        pValue: (decided + 1) / Double(scores.count + 1), among: calibration, by: rule,
        tiedShare: decided == flagged ? nil : decided / Double(scores.count))
    default: return Decision(rule, calibration, usual: usual)
    }
  }
}

import Misfit

/// The flags that decide which samples are flagged, and the exit status.
struct DecisionFlags: FlagSet {
  var alpha: Double?
  var discoveryRate: Double?
  var contamination: Double?
  var threshold: Double?
  var failsOnAnomaly = false

  static var arguments: [Argument<DecisionFlags>] {
    Group("Decision (at most one; default: the model's own threshold)", common: ["--alpha"]) {
      Flag(
        "--alpha RATE", \.alpha, .number(between: 0, and: 1),
        help:
          """
          Flag samples with a p-value of at most this, the share of normal samples that may be flagged: \
          guaranteed if the model was calibrated on rows that it had not seen. Below 1 / (n + 1) for n such \
          rows, the tail is extrapolated, with a warning.
          """
      )
      Flag(
        "--fdr LEVEL", \.discoveryRate, .number(between: 0, and: 1),
        help:
          """
          Flag as many samples as possible with at most this expected share of normal ones among them \
          (Benjamini and Hochberg). Reads the data twice.
          """
      )
      Flag(
        "--contamination SHARE", \.contamination, .number(between: 0, and: 1),
        help: "Flag this share of the samples, those with the highest scores. Reads the data twice.")
      Flag("--threshold ERROR", \.threshold, .number, help: "Flag samples with a score above this.")
    }
    Group("Status", common: []) {
      Switch(
        "--fail-on-anomaly", \.failsOnAnomaly,
        help: "Exit with status 1 if a sample is flagged, after everything is written.")
    }
  }

  private var given: [(flag: String, rule: DecisionRule)] {
    let rules: [(String, DecisionRule?)] = [
      ("--alpha", alpha.map { .falseAlarmRate($0) }),
      ("--fdr", discoveryRate.map { .falseDiscoveryRate($0) }),
      ("--contamination", contamination.map { .contamination($0) }),
      ("--threshold", threshold.map { .threshold($0) }),
    ]
    return rules.compactMap { flag, rule in rule.map { (flag, $0) } }
  }

  /// Returns the rule that the flags select; `quantile` is a flag of the verb.
  func rule(quantile: Double? = nil) -> DecisionRule {
    given.first?.rule ?? quantile.map { .quantile($0) } ?? .modelThreshold
  }

  /// Throws if two rules are given.
  func check(quantile: Double? = nil) throws(ArgumentError) {
    let flags = given.map(\.flag) + (quantile == nil ? [] : ["--quantile"])
    guard flags.count > 1 else { return }
    throw ArgumentError(
      .conflict("\(flags[0]) and \(flags[1]) both decide what is flagged", remedy: "give one of them"))
  }

  /// Returns the exit status.
  func status(flagged: Int) -> ExitStatus { failsOnAnomaly && flagged > 0 ? .anomaliesFound : .done }
}

/// The decision flags of a verb that scores with a model.
struct ScoringDecision: FlagSet {
  var flags = DecisionFlags()
  var quantile: Double?

  static var arguments: [Argument<ScoringDecision>] {
    Shared(\.flags)
    Group("Decision (at most one; default: the model's own threshold)", common: []) {
      Flag(
        "--quantile Q", \.quantile, .number(between: 0, and: 1),
        help: "Flag samples above this quantile of the calibration scores.")
    }
  }

  var rule: DecisionRule { flags.rule(quantile: quantile) }

  func check() throws(ArgumentError) { try flags.check(quantile: quantile) }
}

extension Scoring {
  /// Returns the same scoring with the decision of a rule; a pass that it needs shows its progress, and stops
  /// on Ctrl-C.
  func deciding(by rule: DecisionRule, on terminal: Terminal, until interruption: Interruption) throws
    -> Scoring
  {
    let progress = RowProgressLine("deciding", terminal.messages)
    defer { progress.finish() }
    let scoring = try deciding(by: rule) { count in
      try interruption.check()
      progress.update(rowCount: count)
    }
    guard rule != .modelThreshold, detector.calibration.scores.count > 0 else { return scoring }
    if let decision = scoring.decision {
      let text = detector.explanation(of: decision)
      if decision.isExtrapolated || (decision.threshold == .infinity && !rule.needsAllScores) {
        terminal.messages.warning(text)
      } else {
        terminal.messages.note(text)
      }
    }
    return scoring
  }
}

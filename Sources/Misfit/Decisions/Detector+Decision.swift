import MisfitAnalytics
import MisfitIngest

extension Detector {
  /// Returns the decision of a rule that does not depend on the samples to score.
  ///
  /// - Precondition: the rule needs no scores; see ``DecisionRule/needsAllScores``.
  package func decision(_ rule: DecisionRule = .modelThreshold) -> Decision {
    Decision(
      rule, calibration.scores, usual: calibration.threshold, isConformal: !calibration.origin.isOfLearnedRows
    )
  }
}

extension Scoring {
  /// Returns the same scoring, which flags samples by a rule.
  ///
  /// A rule that needs all scores, such as a false discovery rate, makes a pass over the source.
  ///
  /// - Throws: ``IngestError``.
  public func flagging(by rule: DecisionRule) throws -> Scoring { try deciding(by: rule) }

  /// Returns the same scoring with the decision of a rule; a rule that needs all scores makes a pass over the
  /// source.
  ///
  /// `onBatch` is called after each batch of that pass, with the number of samples so far; an error that it
  /// throws ends the pass.
  ///
  /// - Throws: ``IngestError``.
  package func deciding(
    by rule: DecisionRule, onBatch: (Int) throws -> Void = { _ in }
  ) throws -> Scoring {
    var scoring = self
    guard rule.needsAllScores else {
      scoring.decision = detector.decision(rule)
      return scoring
    }
    // Rows of series are scored once for all passes.
    scoring = try scoring.scoringSeries(onRows: onBatch)
    var scores = DecisionScores(rule, detector.calibration.scores)
    var count = 0
    scoring.takesCrossEntropy = false
    try scoring.forEachBatch { batch in
      for score in batch.scores { scores.update(score) }
      count += batch.count
      try onBatch(count)
    }
    scoring.takesCrossEntropy = takesCrossEntropy
    scoring.decision = scores.decision(usual: detector.calibration.threshold)
    return scoring
  }
}

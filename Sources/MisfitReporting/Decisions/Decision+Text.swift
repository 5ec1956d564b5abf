import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitReports

extension Detector {
  /// Returns the meaning of a decision as sentences: the samples it flags, and the false alarms to expect.
  package func explanation(of decision: Decision) -> String {
    let count = NumberText.grouped(calibration.scores.count)
    let rows = "\(count) \(calibrationText)"
    func percent(_ share: Double) -> String { "\(NumberText.significant(share * 100)) %" }
    switch decision.rule {
    case .modelThreshold where calibration.threshold.quantile == nil && calibration.threshold.value.isFinite:
      return chosenThresholdText(rows)
    case .modelThreshold:
      let share = calibration.threshold.quantile.map(percent) ?? "all"
      return "A sample is flagged where its score is above that of \(share) of the \(rows).\(fewRowsText)"
    case .quantile(let quantile):
      return
        """
        A sample is flagged where its score is above that of \(percent(quantile)) of the \(rows); about \
        \(percent(1 - quantile)) of normal samples are.
        """
    case .threshold(let value):
      let above = calibration.scores.count(above: value).map { NumberText.grouped($0) } ?? "none"
      return
        """
        A sample is flagged where its score is above \(NumberText.significant(value)), as given; \(above) of \
        the \(rows) are.
        """
    case .contamination(let share) where decision.tiedShare != nil:
      let flagged = decision.tiedShare.map { $0 > 0 ? "\(percent($0)) are" : "none is" } ?? ""
      return
        """
        The line of the worst \(percent(share)) of these samples falls among equal scores: \(flagged) \
        flagged, which is nearest to it.
        """
    case .contamination(let share):
      return
        """
        The worst \(percent(share)) of these samples are flagged, however anomalous they are: this controls \
        no false alarms.
        """
    case .falseAlarmRate(let rate) where decision.isExtrapolated:
      return
        """
        Extrapolated: \(count) scores cannot show a rate of \(percent(rate)) by counting, so a generalized \
        Pareto distribution of the \(tailText) is used instead. Nothing guarantees the rate.
        """
    case .falseAlarmRate(let rate) where !decision.threshold.isFinite:
      return
        """
        Nothing is flagged: \(count) scores are too few for a rate of \(percent(rate)), and to extrapolate \
        to it.
        """
    case .falseAlarmRate(let rate) where calibration.origin == .all:
      return
        """
        A sample is flagged if at most \(percent(rate)) of the \(count) rows learned from, outliers \
        included, reach its score. This is a rank, not a test: the same share of any data is flagged. To \
        make it a test, calibrate the model on normal rows.
        """
    case .falseAlarmRate(let rate):
      return
        "Of samples drawn like the \(rows), at most \(percent(rate)) are flagged on average\(guarantee)"
    case .falseDiscoveryRate(let level):
      return
        """
        Of the flagged samples, at most \(percent(level)) are normal on average (Benjamini and Hochberg) if \
        normal samples are like the \(rows)\(guarantee)
        """
    }
  }

  /// The meaning of a threshold that is not a quantile of the scores of `rows`.
  private func chosenThresholdText(_ rows: String) -> String {
    if scoresWindows {
      return
        """
        A row is flagged where its score is far above the largest scores of most stretches of the \(rows), \
        or is that of the worst window.
        """
    }
    let above = calibration.scores.count(above: calibration.threshold.value).map(NumberText.grouped) ?? "some"
    return calibration.origin.isOfLearnedRows && schema.shape.imageExtents != nil
      ? """
      The scores of the \(rows) fall into two groups, and a sample is flagged if its score is in the higher \
      one, as \(above) are.
      """
      : """
      The scores of \(above) of the \(rows) lie far above all others, and a sample is flagged if its score \
      is as high.
      """
  }

  /// A sentence for thresholds that guarantee less than their quantile suggests; empty for others.
  private var fewRowsText: String {
    let (scores, quantile) = (calibration.scores, calibration.threshold.quantile ?? 0)
    guard !calibration.origin.isOfLearnedRows, let least = scores.leastTailProbability,
      least > 1 - quantile + 1e-12
    else { return "" }
    return
      " So few scores show no rate below \(NumberText.significant(least * 100, digits: 2)) %, and as many "
      + "new normal samples are flagged."
  }

  private var tailText: String {
    calibration.scores.tail.map { "\(NumberText.grouped($0.count)) largest" } ?? "largest"
  }

  /// The end of a sentence: how far p-values can be trusted.
  private var guarantee: String {
    switch calibration.origin {
    case .validation, .given:
      calibration.isSteered == true
        ? ", approximately: few rows were held out, so these also chose the epoch at which training stopped."
        : ", whatever their distribution."
    case .crossValidation:
      ", approximately: each was scored by a refit on slightly less data that had not seen it."
    case .leaveOneOut:
      """
      , approximately: the model learned from these rows, and scored each one without itself. Calibrating on \
      rows that it has not seen makes it exact.
      """
    case .training:
      """
      , if new samples are reconstructed as well as the training rows, which they seldom are: expect more. \
      Calibrating on rows that the model has not seen makes it exact.
      """
    case .all:
      """
      , which the rows learned from, outliers included, are not: fewer are found. Calibrating on normal rows \
      makes it exact.
      """
    }
  }

  /// Returns a decision as JSON.
  package func json(of decision: Decision) -> JSONObject {
    let (name, level) = decision.rule.words
    return [
      "rule": JSONValue(name), "level": JSONValue(level),
      "threshold": JSONValue(decision.threshold.isFinite ? decision.threshold : nil),
      "extrapolated": JSONValue(decision.isExtrapolated), "meaning": JSONValue(explanation(of: decision)),
    ]
  }
}

extension DecisionRule {
  /// The name of the rule in JSON, and its number.
  var words: (name: String, level: Double?) {
    switch self {
    case .modelThreshold: ("model", nil)
    case .falseAlarmRate(let rate): ("alpha", rate)
    case .falseDiscoveryRate(let level): ("fdr", level)
    case .quantile(let quantile): ("quantile", quantile)
    case .contamination(let share): ("contamination", share)
    case .threshold(let value): ("threshold", value)
    }
  }
}

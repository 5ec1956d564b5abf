import MisfitAnalytics
import MisfitCore

/// The calibration of a model: the scores of normal samples, and the threshold.
package struct Calibration: Sendable, Codable, Hashable {
  /// The origin of the calibration scores.
  package enum Origin: String, Sendable, Codable, Hashable {
    /// Rows held out of training.
    case validation
    /// The training rows, because too few were held out.
    case training
    /// All rows, because the rows learned from are those scored.
    case all
    /// The training rows, each scored against the others, leave-one-out.
    case leaveOneOut = "leave-one-out"
    /// All rows, each scored by a refit of the model without its fold.
    case crossValidation = "cross-validation"
    /// Rows that were given for calibration after the fit.
    case given = "calibration"
  }

  /// The measure of all scores here.
  package var measure: ScoreMeasure
  /// The calibration scores, as a sketch.
  package var scores: ScoreCalibration
  /// The origin of the scores.
  package var origin: Origin
  /// The score above which a sample is flagged.
  package var threshold: AnomalyThreshold
  /// Whether the rows also decided when training stopped, which makes p-values a little too small; nil if
  /// they did not.
  package var isSteered: Bool?
  /// The name of the rows' source, if they were given after the fit; nil otherwise.
  package var source: String?
  /// The number of refits that scored the rows; nil without a cross-validation.
  package var foldCount: Int?

  /// Returns the p-value of a score, (1 + the number of calibration scores at least as large) / (n + 1).
  ///
  /// It estimates the share of normal samples with a score at least as large. It is a conformal p-value
  /// (Vovk, Gammerman and Shafer, "Algorithmic learning in a random world", 2005): for a sample drawn like
  /// the calibration rows it is at most p with a probability of at most p, whatever the data and the model.
  /// How far that can be trusted depends on the ``origin``: it holds for rows that the model was fitted
  /// without, apart from the scaling, which has seen all rows of a fit's source. Nil for NaN, without
  /// calibration scores, and if these are of the scored rows themselves: they are then ranks, not p-values.
  package func pValue(of error: Double) -> Double? {
    origin.hasPValues ? scores.tailProbability(of: error) : nil
  }

  /// Returns the extrapolated tail probability of a score; see ``ScoredSample/extrapolatedTail``.
  func extrapolatedTail(of error: Double) -> Double? {
    guard let pValue = pValue(of: error), pValue == scores.leastTailProbability else { return nil }
    // An estimate above the smallest p-value is no better than the p-value.
    return scores.tail?.boundedProbability(above: error).map { min($0, pValue) }
  }

  /// Returns the percentage of the calibration scores at or below a score, 0 to 100; nil for NaN.
  package func percentile(of score: Double) -> Double? { scores.fraction(atOrBelow: score).map { $0 * 100 } }
}

extension Calibration.Origin {
  /// Whether scores compared with these have p-values; the rank of a row among those it was learned with is
  /// not one.
  package var hasPValues: Bool { self != .all }

  /// Whether the scores are of rows that the model learned from, which new rows are not like.
  package var isOfLearnedRows: Bool { self == .all || self == .training }

  /// The name of the rows in sentences.
  package var title: String {
    switch self {
    case .validation: "held-out rows"
    case .training: "rows trained on"
    case .all: "rows"
    case .leaveOneOut: "rows, each without itself"
    case .crossValidation: "rows, each scored by a model fitted without it"
    case .given: "calibration rows"
    }
  }
}

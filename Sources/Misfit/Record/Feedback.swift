import MisfitCore

/// Feedback on scored rows and rules on columns, which change later scores without training.
///
/// A model file stores it apart from what was learned. Scores before feedback are those of the model alone.
package struct Feedback: Sendable, Hashable {
  /// The class of a marked row.
  package enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// A normal row: rows like it have lower scores.
    case normal
    /// An anomaly: rows like it have higher scores.
    case anomaly
  }

  /// The marked rows, in the order in which they were marked.
  package var rows: [FeedbackRow] = []
  /// The rules on columns.
  package var rules: [FeedbackRule] = []
  /// The calibration scores that changed scores refer to.
  package var scale: FeedbackScale

  /// Creates feedback without rows and rules.
  package init(scale: FeedbackScale) { self.scale = scale }

  /// Whether it has neither rows nor rules.
  package var isEmpty: Bool { rows.isEmpty && rules.isEmpty }
}

/// A row that a person marked as normal or as an anomaly, as the model saw it.
package struct FeedbackRow: Sendable, Hashable {
  /// The identifier, as scores show it.
  package var id: String
  /// The name of the source of the row.
  package var source: String
  /// The class of the row.
  package var verdict: Feedback.Verdict
  /// The score before feedback.
  package var score: Double
  /// The encoded values that are compared with the reconstruction: [E]; NaN for missing ones.
  package var values: [Float]
  /// The reconstruction: [E].
  package var expected: [Float]
  /// Each column's share of the score: [D].
  package var shares: [Float]
}

/// A rule on a column, in the units of the data.
package enum FeedbackRule: Sendable, Hashable, Codable {
  /// Rows for which the condition holds are normal.
  case unless(condition: ColumnCondition)
  /// A column counts only if its value is at least this far from the expected one.
  case least(column: String, deviation: Double)
  /// A column counts only if its value is above (up) or below (down) the expected one.
  case direction(column: String, ColumnRule.Direction)

  /// The name of the column.
  package var column: String {
    switch self {
    case .unless(let condition): condition.column
    case .least(let column, _), .direction(let column, _): column
    }
  }

  /// The rule as text, as it is typed: `cpu < 5`, `cpu=5`, `cpu=up`.
  package var text: String {
    switch self {
    case .unless(let condition): condition.text
    case .least(let column, let deviation):
      "\(column)=\(NumberText.significant(deviation, digits: 15))"
    case .direction(let column, let direction): "\(column)=\(direction.rawValue)"
    }
  }
}

/// Scores of the calibration before any feedback, in which the changes of scores are expressed.
package struct FeedbackScale: Sendable, Hashable, Codable {
  /// The median of the calibration scores, which rows like normal ones get.
  package var typical: Double
  /// The threshold of the model.
  package var threshold: Double
  /// The lower end of scores: 0, or the least calibration score if that is negative.
  package var least: Double
  /// The larger of the threshold and the largest calibration score.
  package var largest: Double

  /// Creates the scale of a calibration; nil without finite calibration scores.
  init?(_ calibration: Calibration) {
    let scores = calibration.scores
    guard let median = scores.threshold(atQuantile: 0.5)?.value, median.isFinite,
      let least = scores.threshold(atQuantile: 0)?.value, least.isFinite
    else { return nil }
    typical = median
    self.least = min(0, least)
    // A model may have an infinite threshold, which the largest score replaces.
    let known = [calibration.threshold.value, scores.score(ofRank: 1) ?? median].filter(\.isFinite)
    threshold = calibration.threshold.value.isFinite ? calibration.threshold.value : known.max() ?? median
    largest = max(median, known.max() ?? median)
  }

  /// Whether scores can be changed by these numbers.
  var isUsable: Bool {
    [typical, threshold, least, largest].allSatisfy(\.isFinite) && least <= typical && typical <= largest
  }
}

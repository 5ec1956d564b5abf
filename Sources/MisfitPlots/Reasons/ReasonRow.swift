import MisfitCore

/// A feature's share of a row's error.
package struct Reason: Sendable, Hashable {
  /// The feature's name.
  package var feature: String
  /// Its share of the row's error, from 0 to 1.
  package var share: Double
  /// Its value in the data's own units, as text.
  package var value: String
  /// The expected value, as text; nil if the model has no single expectation.
  package var expected: String?

  /// Creates a reason from texts.
  package init(feature: String, share: Double, value: String, expected: String?) {
    self.feature = feature
    self.share = share
    self.value = value
    self.expected = expected
  }

  /// Creates a reason from numbers.
  package init(feature: String, share: Double, value: Double, expected: Double) {
    self.init(
      feature: feature, share: share, value: NumberText.significant(value),
      expected: NumberText.significant(expected))
  }

  /// The value and the expectation, as in `25.2, expected 14.1`.
  var comparison: String { expected.map { "\(value), expected \($0)" } ?? value }
}

/// An anomalous row and its reasons.
package struct ReasonRow: Sendable, Hashable {
  /// The rank, from 1.
  package var rank: Int
  /// The name or row number.
  package var id: String
  /// The label, if there is one.
  package var label: String?
  /// The score as text.
  package var scoreText: String
  /// The features with the largest shares, largest first.
  package var reasons: [Reason]

  /// Creates a row.
  package init(rank: Int, id: String, label: String? = nil, scoreText: String, reasons: [Reason]) {
    self.rank = rank
    self.id = id
    self.label = label
    self.scoreText = scoreText
    self.reasons = reasons
  }

  /// Creates a row with its score as a number.
  package init(rank: Int, id: String, label: String? = nil, score: Double, reasons: [Reason]) {
    self.init(
      rank: rank, id: id, label: label, scoreText: NumberText.significant(score), reasons: reasons)
  }
}

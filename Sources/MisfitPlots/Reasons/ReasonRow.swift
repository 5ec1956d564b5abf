import MisfitCore

/// A feature's share of a row's error.
public struct Reason: Sendable, Hashable {
  /// The feature's name.
  public var feature: String
  /// Its share of the row's error, from 0 to 1.
  public var share: Double
  /// Its value in the data's own units, as text.
  public var value: String
  /// The expected value, as text; nil if the model has no single expectation.
  public var expected: String?

  /// Creates a reason from texts.
  public init(feature: String, share: Double, value: String, expected: String?) {
    self.feature = feature
    self.share = share
    self.value = value
    self.expected = expected
  }

  /// Creates a reason from numbers.
  public init(feature: String, share: Double, value: Double, expected: Double) {
    self.init(
      feature: feature, share: share, value: NumberText.significant(value),
      expected: NumberText.significant(expected))
  }

  /// The value and the expectation, as in `25.2, expected 14.1`.
  var comparison: String { expected.map { "\(value), expected \($0)" } ?? value }
}

/// An anomalous row and its reasons.
public struct ReasonRow: Sendable, Hashable {
  /// The rank, from 1.
  public var rank: Int
  /// The name or row number.
  public var id: String
  /// The label, if there is one.
  public var label: String?
  /// The error as text.
  public var errorText: String
  /// The features with the largest shares, largest first.
  public var reasons: [Reason]

  /// Creates a row.
  public init(rank: Int, id: String, label: String? = nil, errorText: String, reasons: [Reason]) {
    self.rank = rank
    self.id = id
    self.label = label
    self.errorText = errorText
    self.reasons = reasons
  }

  /// Creates a row with its error as a number.
  public init(rank: Int, id: String, label: String? = nil, error: Double, reasons: [Reason]) {
    self.init(
      rank: rank, id: id, label: label, errorText: NumberText.significant(error), reasons: reasons)
  }
}

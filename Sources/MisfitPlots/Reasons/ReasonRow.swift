import MisfitCore

/// A feature's part in a row's error.
public struct Reason: Sendable, Hashable {
  /// The feature's name.
  public var feature: String
  /// Its share of the row's error, from 0 to 1.
  public var share: Double
  /// Its value in the data's own units, as text.
  public var value: String
  /// What the model expected, as text; nil where it has no single expectation.
  public var expected: String?

  /// Makes a reason of texts.
  public init(feature: String, share: Double, value: String, expected: String?) {
    self.feature = feature
    self.share = share
    self.value = value
    self.expected = expected
  }

  /// Makes a reason of numbers.
  public init(feature: String, share: Double, value: Double, expected: Double) {
    self.init(
      feature: feature, share: share, value: NumberText.significant(value),
      expected: NumberText.significant(expected))
  }

  /// `25.2, expected 14.1`.
  var comparison: String { expected.map { "\(value), expected \($0)" } ?? value }
}

/// A row that does not fit, and why.
public struct ReasonRow: Sendable, Hashable {
  /// Its place in the ranking, from 1.
  public var rank: Int
  /// Its name or row number.
  public var id: String
  /// Its label, where there is one.
  public var label: String?
  /// Its error as text.
  public var errorText: String
  /// The features with the largest shares, the largest first.
  public var reasons: [Reason]

  /// Makes a row.
  public init(rank: Int, id: String, label: String? = nil, errorText: String, reasons: [Reason]) {
    self.rank = rank
    self.id = id
    self.label = label
    self.errorText = errorText
    self.reasons = reasons
  }

  /// Makes a row with its error as a number.
  public init(rank: Int, id: String, label: String? = nil, error: Double, reasons: [Reason]) {
    self.init(
      rank: rank, id: id, label: label, errorText: NumberText.significant(error), reasons: reasons)
  }
}

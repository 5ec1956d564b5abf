/// What a model of windows says about a row.
public struct WindowFinding: Sendable, Hashable {
  /// The distance over the usual largest one of recent rows: 1 is usual.
  public var score: Double
  /// The score above which a row alarms.
  public var threshold: Double
  /// Whether the row alarms.
  public var isAlarm: Bool
  /// The columns that are not as expected, the largest share first; for rows over the threshold.
  public var reasons: [WindowReason]

  /// Creates a finding.
  public init(score: Double, threshold: Double, isAlarm: Bool, reasons: [WindowReason] = []) {
    self.score = score
    self.threshold = threshold
    self.isAlarm = isAlarm
    self.reasons = reasons
  }
}

/// A column that is not as a model of windows expects.
public struct WindowReason: Sendable, Hashable {
  /// The name of the column.
  public var column: String
  /// The value, in the units of the column.
  public var value: Double
  /// The expected value.
  public var expected: Double
  /// The share of the column in the score, 0 to 1.
  public var share: Double

  /// Creates a reason.
  public init(column: String, value: Double, expected: Double, share: Double) {
    self.column = column
    self.value = value
    self.expected = expected
    self.share = share
  }
}

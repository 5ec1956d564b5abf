/// How values are brought to a scale that a network learns well from.
public enum ScalingChoice: String, Sendable, Hashable, Codable, CaseIterable {
  /// Pixels are divided by 255; values that all lie in [0, 1] are kept; other images are brought to [0, 1] as
  /// a whole; other tables are standardised.
  case automatic
  /// Minus the mean, divided by the population standard deviation, column by column.
  case standard
  /// Minus the least value, divided by the range, column by column.
  case minMax
  /// Kept as they are.
  case none
}

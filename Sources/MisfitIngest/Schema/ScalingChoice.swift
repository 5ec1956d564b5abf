/// How values are brought to a scale that a network learns well from.
public enum ScalingChoice: String, Sendable, Hashable, Codable, CaseIterable {
  /// Pixels are divided by 255; values that all lie in [0, 1] are kept; other images are brought to [0, 1] as
  /// a whole; other tables are standardised.
  case automatic
  /// Minus the mean, divided by the population standard deviation, column by column.
  case standard
  /// Minus the least value, divided by the range, column by column.
  case minMax
  /// Minus the median, divided by the range of the quartiles over 1.349, and bent in beyond 5, column by column: a few
  /// wild values change nothing for the others.
  case robust
  /// Ranks, column by column: quantiles become those of the normal distribution.
  case quantileNormal = "quantile-normal"
  /// Kept as they are.
  case none
}

/// The scaling of values for learning.
public enum ScalingChoice: String, Sendable, Hashable, Codable, CaseIterable {
  /// Divides pixels by 255, keeps values that are all in [0, 1], scales other images to [0, 1] as a whole,
  /// and standardizes other tables.
  case automatic
  /// Subtracts the mean and divides by the population standard deviation of each column.
  case standard
  /// Subtracts the minimum and divides by the range of each column.
  case minMax
  /// Subtracts the median and divides by the interquartile range over 1.349 of each column, and
  /// log-compresses the result beyond 5, so that a few extreme values do not change the others.
  case robust
  /// Maps the quantiles of each column to those of the normal distribution.
  case quantileNormal = "quantile-normal"
  /// Keeps values unchanged.
  case none
}

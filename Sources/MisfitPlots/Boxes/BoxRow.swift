/// The distribution of the numbers of one group, as five quantiles.
public struct BoxRow: Sendable, Hashable {
  /// The name of the group.
  public var name: String
  /// A detail after the name, such as the number of samples.
  public var detail: String?
  /// The 5 % quantile.
  public var low: Double
  /// The 25 % quantile.
  public var lowerQuartile: Double
  /// The 50 % quantile.
  public var median: Double
  /// The 75 % quantile.
  public var upperQuartile: Double
  /// The 95 % quantile.
  public var high: Double
  /// Whether the group is highlighted.
  public var isMarked: Bool

  /// Creates a row; quantiles ascend from `low` to `high`.
  public init(
    name: String, detail: String? = nil, low: Double, lowerQuartile: Double, median: Double,
    upperQuartile: Double, high: Double, isMarked: Bool = false
  ) {
    self.name = name
    self.detail = detail
    self.low = low
    self.lowerQuartile = lowerQuartile
    self.median = median
    self.upperQuartile = upperQuartile
    self.high = high
    self.isMarked = isMarked
  }

  var numbers: [Double] { [low, lowerQuartile, median, upperQuartile, high] }
}

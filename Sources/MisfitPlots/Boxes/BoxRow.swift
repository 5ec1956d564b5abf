/// The spread of the numbers of one group, as five quantiles.
public struct BoxRow: Sendable, Hashable {
  /// The group.
  public var name: String
  /// What stands behind the name, such as the number of samples.
  public var detail: String?
  /// 5 % of the numbers are below or equal.
  public var low: Double
  /// 25 %.
  public var lowerQuartile: Double
  /// 50 %.
  public var median: Double
  /// 75 %.
  public var upperQuartile: Double
  /// 95 %.
  public var high: Double
  /// Whether the group stands out.
  public var isMarked: Bool

  /// Makes a row; quantiles rise from `low` to `high`.
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

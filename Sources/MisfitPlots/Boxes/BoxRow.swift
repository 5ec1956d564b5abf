/// The distribution of the numbers of one group, as five quantiles.
package struct BoxRow: Sendable, Hashable {
  /// The name of the group.
  package var name: String
  /// A detail after the name, such as the number of samples.
  package var detail: String?
  /// The 5 % quantile.
  package var low: Double
  /// The 25 % quantile.
  package var lowerQuartile: Double
  /// The 50 % quantile.
  package var median: Double
  /// The 75 % quantile.
  package var upperQuartile: Double
  /// The 95 % quantile.
  package var high: Double
  /// Whether the group is highlighted.
  package var isMarked: Bool

  /// Creates a row; quantiles ascend from `low` to `high`.
  package init(
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

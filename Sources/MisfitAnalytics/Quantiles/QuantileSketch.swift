import MisfitCore

/// Quantiles and ranks of a stream of numbers, in one pass and bounded memory.
///
///     var sketch = QuantileSketch()
///     sketch.update(contentsOf: errors)
///     sketch.quantile(0.99)     // the value that 1 % of the errors exceed
///     sketch.rank(of: 0.013)    // the share of the errors that are below or equal
///
/// Up to ``exactLimit`` finite values it keeps the values themselves and every answer is exact. Beyond that
/// it counts them in buckets about 0.2 % wide, as DDSketch does (Masson, Rim and Lee, VLDB 2019): a quantile
/// then lies between two order statistics that are each known within 0.1 %, and values of one bucket count as
/// ties. The smallest and the largest value stay exact. Magnitudes below 2^-1031 count as 0.
///
/// The state depends on the values alone: not on their order, nor on how they were split before merging.
/// So the same data gives the same bits.
///
/// NaN is counted and excluded. Infinities are the ends of the order.
/// - Complexity: an update is O(1) amortized; a query sorts or walks the state. Use
///   ``distribution()`` for many queries.
public struct QuantileSketch: StreamingStatistic {
  /// The number of finite values up to which every answer is exact.
  public static let exactLimit = 4096
  /// The largest relative error of an order statistic if ``isExact`` is false.
  public static let relativeAccuracy = 0x1p-10

  /// The finite values in the order of arrival; empty once there are buckets.
  var values: [Double] = []
  /// The counts of the finite values past the exact limit.
  var buckets: LogLinearBuckets?
  /// The number of finite values.
  public internal(set) var finiteCount = 0
  /// The smallest finite value, or nil if there are none.
  public internal(set) var finiteMinimum: Double?
  /// The largest finite value, or nil if there are none.
  public internal(set) var finiteMaximum: Double?
  /// The number of values that were plus infinity.
  public internal(set) var positiveInfinityCount = 0
  /// The number of values that were minus infinity.
  public internal(set) var negativeInfinityCount = 0
  /// The number of NaN, which are excluded.
  public internal(set) var nanCount = 0

  /// Creates an empty statistic.
  public init() {}

  /// The number of values, infinities included.
  public var count: Int { finiteCount + positiveInfinityCount + negativeInfinityCount }

  /// Whether every answer is exact, which holds up to ``exactLimit`` finite values.
  public var isExact: Bool { finiteCount <= Self.exactLimit }

  /// The median, or nil if there are no values.
  public var value: Double? { quantile(0.5) }

  /// Adds one value.
  public mutating func update(_ input: Double) {
    guard input.isFinite else { return countNonFinite(input) }
    // Minus zero becomes zero, so that equal values have equal bits whatever their order.
    let value = input + 0
    finiteCount += 1
    widenRange(to: value)
    add(value)
  }

  /// Merges another statistic into this one.
  public mutating func merge(_ other: QuantileSketch) {
    positiveInfinityCount += other.positiveInfinityCount
    negativeInfinityCount += other.negativeInfinityCount
    nanCount += other.nanCount
    finiteCount += other.finiteCount
    if let smallest = other.finiteMinimum { widenRange(to: smallest) }
    if let largest = other.finiteMaximum { widenRange(to: largest) }
    if let otherBuckets = other.buckets {
      spill()
      buckets?.merge(otherBuckets)
    } else {
      for value in other.values { add(value) }
    }
  }

  private mutating func add(_ value: Double) {
    if !isExact { spill() }
    if buckets == nil {
      values.append(value)
    } else {
      buckets?.add(toKey: LogLinearBuckets.key(of: value))
    }
  }

  /// Replaces the values by buckets, once.
  private mutating func spill() {
    guard buckets == nil else { return }
    var counted = LogLinearBuckets()
    for value in values { counted.add(toKey: LogLinearBuckets.key(of: value)) }
    values = []
    buckets = counted
  }

  private mutating func widenRange(to value: Double) {
    finiteMinimum = min(finiteMinimum ?? value, value)
    finiteMaximum = max(finiteMaximum ?? value, value)
  }

  private mutating func countNonFinite(_ input: Double) {
    if input.isNaN {
      nanCount += 1
    } else if input > 0 {
      positiveInfinityCount += 1
    } else {
      negativeInfinityCount += 1
    }
  }
}

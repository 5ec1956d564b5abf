import MisfitCore

/// The distribution of the values of a ``QuantileSketch``, sorted to answer many queries.
///
/// If the sketch is not exact, the values of one bucket (about 0.2 % wide) count as ties of each other, and
/// as equal to any queried value in that bucket.
///
/// It contains no NaN; a query about NaN returns nil.
public struct EmpiricalDistribution: Sendable {
  enum Finite: Sendable {
    /// Ascending values.
    case values([Double])
    /// Ascending keys, and the cumulative counts of their buckets.
    case cumulative(keys: [Int], counts: [Int])

    static func buckets(_ occupied: [(key: Int, count: Int)]) -> Finite {
      var total = 0
      let counts = occupied.map { bucket in
        total += bucket.count
        return total
      }
      return .cumulative(keys: occupied.map(\.key), counts: counts)
    }
  }

  let finite: Finite
  /// The number of finite values.
  public let finiteCount: Int
  /// The range of the finite values; 0...0 if there are none.
  let finiteRange: ClosedRange<Double>
  let negativeInfinityCount: Int
  let positiveInfinityCount: Int
  /// The ranks of the finite values or of the keys of their buckets; nil if they are searched.
  private var ranks: RankTable<Int64>?

  init(
    finite: Finite, finiteCount: Int, finiteRange: ClosedRange<Double>, negativeInfinityCount: Int,
    positiveInfinityCount: Int
  ) {
    self.finite = finite
    self.finiteCount = finiteCount
    self.finiteRange = finiteRange
    self.negativeInfinityCount = negativeInfinityCount
    self.positiveInfinityCount = positiveInfinityCount
  }

  /// Returns the same distribution with a table of ranks, for the ranks of very many numbers.
  ///
  /// The table takes about 16 bytes a value of an exact sketch, or a bucket.
  func withRankTable() -> EmpiricalDistribution {
    var other = self
    switch finite {
    case .values(let values): other.ranks = RankTable(values.map(OrderedBits.of))
    case .cumulative(let keys, _): other.ranks = RankTable(keys.map { Int64($0) })
    }
    return other
  }

  /// The number of values, infinities included.
  public var count: Int { finiteCount + negativeInfinityCount + positiveInfinityCount }

  /// Whether the values themselves are known, so that every answer is exact.
  public var isExact: Bool {
    if case .values = finite { true } else { false }
  }

  /// Returns the value at probability `p`, interpolated linearly between order statistics, as in NumPy's
  /// default.
  ///
  /// Nil if there are no values.
  /// - Precondition: `p` is in 0...1.
  /// - Complexity: O(log n).
  public func quantile(_ p: Double) -> Double? {
    guard count > 0 else { return nil }
    return SortedValues.numPyQuantile(p, count: count, valueAt: value(at:))
  }

  /// Returns the number of values at or below `value`; nil for NaN.
  ///
  /// - Complexity: O(log n).
  public func count(atOrBelow value: Double) -> Int? {
    guard !value.isNaN else { return nil }
    if value == .infinity { return count }
    return negativeInfinityCount + (value.isFinite ? finiteCount(before: value, orEqual: true) : 0)
  }

  /// Returns the number of values at or above `value`; nil for NaN.
  ///
  /// - Complexity: O(log n).
  public func count(atOrAbove value: Double) -> Int? {
    guard !value.isNaN else { return nil }
    if value == -.infinity { return count }
    return positiveInfinityCount
      + (value.isFinite ? finiteCount - finiteCount(before: value, orEqual: false) : 0)
  }

  /// Returns the number of values strictly greater than `value`; nil for NaN.
  ///
  /// - Complexity: O(log n).
  public func count(above value: Double) -> Int? { count(atOrBelow: value).map { count - $0 } }

  /// Returns the share of the values at or below `value`; nil for NaN, or if there are no values.
  ///
  /// - Complexity: O(log n).
  public func fraction(atOrBelow value: Double) -> Double? {
    guard count > 0, let below = count(atOrBelow: value) else { return nil }
    return Double(below) / Double(count)
  }

  /// Returns the order statistic of an index from 0.
  func value(at index: Int) -> Double {
    if index < negativeInfinityCount { return -.infinity }
    let position = index - negativeInfinityCount
    return position < finiteCount ? finiteValue(at: position) : .infinity
  }

  /// Returns the finite order statistic of an index from 0; the ends are exact.
  func finiteValue(at index: Int) -> Double {
    if index == 0 { return finiteRange.lowerBound }
    if index == finiteCount - 1 { return finiteRange.upperBound }
    switch finite {
    case .values(let values):
      return values[index]
    case .cumulative(let keys, let counts):
      let bucket = partitionPoint(of: counts) { $0 <= index }
      let middle = LogLinearBuckets.middle(ofKey: keys[bucket])
      return min(max(middle, finiteRange.lowerBound), finiteRange.upperBound)
    }
  }

  /// Returns the number of finite values below `value`, or at most `value` if `orEqual` is true.
  func finiteCount(before value: Double, orEqual: Bool) -> Int {
    switch finite {
    case .values(let values):
      return ranks?.count(before: OrderedBits.of(value), orEqual: orEqual)
        ?? partitionPoint(of: values) { orEqual ? $0 <= value : $0 < value }
    case .cumulative(let keys, let counts):
      let key = LogLinearBuckets.key(of: value)
      let buckets =
        ranks?.count(before: Int64(key), orEqual: orEqual)
        ?? partitionPoint(of: keys) { orEqual ? $0 <= key : $0 < key }
      return buckets == 0 ? 0 : counts[buckets - 1]
    }
  }
}

/// Returns the number of leading elements that satisfy `belongsBefore`, which must hold for a prefix and for
/// no later element.
///
/// - Complexity: O(log n).
func partitionPoint<Element>(of elements: [Element], where belongsBefore: (Element) -> Bool) -> Int {
  var lower = 0
  var upper = elements.count
  while lower < upper {
    let middle = lower + (upper - lower) / 2
    if belongsBefore(elements[middle]) { lower = middle + 1 } else { upper = middle }
  }
  return lower
}

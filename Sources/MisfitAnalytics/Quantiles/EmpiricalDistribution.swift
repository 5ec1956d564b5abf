import MisfitCore

/// The distribution of the values that a ``QuantileSketch`` has seen, put in order to answer many questions.
///
/// Where the sketch is not exact, the values of one bucket (about 0.2 % wide) count as ties of each other,
/// and as equal to any value that is asked about and falls into the bucket.
///
/// There is no NaN in it; asking about NaN gives nil.
public struct EmpiricalDistribution: Sendable {
  enum Finite: Sendable {
    /// Ascending values.
    case values([Double])
    /// Ascending keys, and how many values lie in the buckets up to and with each.
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
  /// 0...0 where there are no finite values.
  let finiteRange: ClosedRange<Double>
  let negativeInfinityCount: Int
  let positiveInfinityCount: Int

  /// The number of values, infinities included.
  public var count: Int { finiteCount + negativeInfinityCount + positiveInfinityCount }

  /// Whether the values themselves are known, and every answer is exact.
  public var isExact: Bool {
    if case .values = finite { true } else { false }
  }

  /// The value at probability `p`, linear between order statistics as NumPy's default; nil where there are no
  /// values.
  ///
  /// - Precondition: `p` lies in 0...1.
  /// - Complexity: O(log n).
  public func quantile(_ p: Double) -> Double? {
    guard count > 0 else { return nil }
    return linearQuantile(p, count: count, valueAt: value(at:))
  }

  /// The number of values below or equal to `value`; nil for NaN.
  ///
  /// - Complexity: O(log n).
  public func count(atOrBelow value: Double) -> Int? {
    guard !value.isNaN else { return nil }
    if value == .infinity { return count }
    return negativeInfinityCount + (value.isFinite ? finiteCount(before: value, orEqual: true) : 0)
  }

  /// The number of values above or equal to `value`; nil for NaN.
  ///
  /// - Complexity: O(log n).
  public func count(atOrAbove value: Double) -> Int? {
    guard !value.isNaN else { return nil }
    if value == -.infinity { return count }
    return positiveInfinityCount
      + (value.isFinite ? finiteCount - finiteCount(before: value, orEqual: false) : 0)
  }

  /// The number of values strictly greater than `value`; nil for NaN.
  ///
  /// - Complexity: O(log n).
  public func count(above value: Double) -> Int? { count(atOrBelow: value).map { count - $0 } }

  /// The share of the values below or equal to `value`; nil for NaN, or where there are no values.
  ///
  /// - Complexity: O(log n).
  public func fraction(atOrBelow value: Double) -> Double? {
    guard count > 0, let below = count(atOrBelow: value) else { return nil }
    return Double(below) / Double(count)
  }

  /// The order statistic of an index from 0.
  func value(at index: Int) -> Double {
    if index < negativeInfinityCount { return -.infinity }
    let position = index - negativeInfinityCount
    return position < finiteCount ? finiteValue(at: position) : .infinity
  }

  /// The finite order statistic of an index from 0; the ends are exact.
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

  /// The number of finite values that come before `value`, or are equal to it where `orEqual` says so.
  func finiteCount(before value: Double, orEqual: Bool) -> Int {
    switch finite {
    case .values(let values):
      return partitionPoint(of: values) { orEqual ? $0 <= value : $0 < value }
    case .cumulative(let keys, let counts):
      let key = LogLinearBuckets.key(of: value)
      let buckets = partitionPoint(of: keys) { orEqual ? $0 <= key : $0 < key }
      return buckets == 0 ? 0 : counts[buckets - 1]
    }
  }
}

/// The number of elements at the beginning that satisfy `belongsBefore`, which holds for them and for no
/// later one.
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

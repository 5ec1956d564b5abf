import MisfitCore

/// A statistic that reads each value once and can be merged from partial ones.
///
/// Every statistic here guarantees the following, and one suite of tests checks it for each type:
///
/// - Merging the statistics of several subsets gives the statistic of the whole: exactly if the state
///   consists of counts, within rounding if it consists of sums.
/// - Merging an empty statistic changes nothing; its `value` is nil, never 0.
/// - NaN is counted in `nanCount` and changes nothing else.
/// - A copy shares nothing with the original.
public protocol StreamingStatistic<Input, Value>: Sendable {
  /// The input of one update, most often a `Double`.
  associatedtype Input
  /// The result of the statistic.
  associatedtype Value

  /// The number of values, including infinite ones and excluding NaN.
  var count: Int { get }

  /// The number of excluded NaN.
  var nanCount: Int { get }

  /// The result, or nil if there is no data.
  var value: Value? { get }

  /// Adds one value.
  mutating func update(_ input: Input)

  /// Merges another statistic into this one.
  ///
  /// - Precondition: both were created with the same settings.
  mutating func merge(_ other: Self)
}

extension StreamingStatistic {
  /// Returns the statistic of the values of this one and `other` together.
  ///
  /// - Precondition: both were created with the same settings.
  public func merged(with other: Self) -> Self {
    var whole = self
    whole.merge(other)
    return whole
  }
}

extension StreamingStatistic where Input == Double {
  /// Adds every value of a span, in order.
  public mutating func update(contentsOf values: Span<Double>) {
    for index in values.indices { update(values[index]) }
  }

  /// Adds every value of a span, in order.
  public mutating func update(contentsOf values: Span<Float>) {
    for index in values.indices { update(Double(values[index])) }
  }

  /// Adds every value of an array, in order.
  public mutating func update(contentsOf values: [Double]) {
    for value in values { update(value) }
  }

  /// Adds every value of an array, in order.
  public mutating func update(contentsOf values: [Float]) {
    for value in values { update(Double(value)) }
  }
}

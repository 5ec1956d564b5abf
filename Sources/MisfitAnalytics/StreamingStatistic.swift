import MisfitCore

/// A statistic that sees each value once and can be put together from parts.
///
/// Every statistic here keeps the same promises, and one suite of tests checks them on each type:
///
/// - merging the statistics of parts gives the statistic of the whole: exactly where the state is made of counts,
///   within rounding where it is made of sums;
/// - an empty statistic changes nothing when it is merged, and its `value` is nil, never 0;
/// - NaN never takes part: it is counted in `nanCount` and changes nothing else;
/// - a copy shares nothing with the original.
public protocol StreamingStatistic<Input, Value>: Sendable {
  /// What one update takes: most often a `Double`.
  associatedtype Input
  /// What the statistic says.
  associatedtype Value

  /// The number of values that took part, infinite ones included and NaN left out.
  var count: Int { get }

  /// The number of NaN that were offered and left out.
  var nanCount: Int { get }

  /// What the statistic says, or nil where it has no data.
  var value: Value? { get }

  /// Takes one value into account.
  mutating func update(_ input: Input)

  /// Takes into account everything that `other` has seen.
  ///
  /// - Precondition: both were made with the same settings.
  mutating func merge(_ other: Self)
}

extension StreamingStatistic {
  /// The statistic of everything that this one and `other` have seen.
  ///
  /// - Precondition: both were made with the same settings.
  public func merged(with other: Self) -> Self {
    var whole = self
    whole.merge(other)
    return whole
  }
}

extension StreamingStatistic where Input == Double {
  /// Takes every value of a span into account, in order.
  public mutating func update(contentsOf values: Span<Double>) {
    for index in values.indices { update(values[index]) }
  }

  /// Takes every value of a span into account, in order.
  public mutating func update(contentsOf values: Span<Float>) {
    for index in values.indices { update(Double(values[index])) }
  }

  /// Takes every value of an array into account, in order.
  public mutating func update(contentsOf values: [Double]) {
    for value in values { update(value) }
  }

  /// Takes every value of an array into account, in order.
  public mutating func update(contentsOf values: [Float]) {
    for value in values { update(Double(value)) }
  }
}

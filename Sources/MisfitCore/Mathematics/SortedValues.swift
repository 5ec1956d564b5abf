/// Quantiles of numbers in ascending order.
///
/// The two linear definitions differ in the last bits and in their treatment of infinities. Results that are
/// stored or compared depend on these bits, so each caller keeps the definition that it began with.
package enum SortedValues {
  /// Returns the quantile at `share`, interpolated linearly between order statistics.
  ///
  /// - Precondition: there is a number, all are finite, and `share` is in 0...1.
  package static func quantile(_ share: Double, _ sorted: [Double]) -> Double {
    quantile(share, count: sorted.count) { sorted[$0] }
  }

  /// Returns the quantile at `share`, interpolated in Double.
  ///
  /// - Precondition: there is a number, all are finite, and `share` is in 0...1.
  package static func quantile(_ share: Double, _ sorted: [Float]) -> Double {
    quantile(share, count: sorted.count) { Double(sorted[$0]) }
  }

  private static func quantile(_ share: Double, count: Int, valueAt: (Int) -> Double) -> Double {
    let position = share * Double(count - 1)
    let lower = Int(position)
    let upper = min(lower + 1, count - 1)
    return valueAt(lower) + (position - Double(lower)) * (valueAt(upper) - valueAt(lower))
  }

  /// Returns the quantile at `share` with the rounding of NumPy's `quantile`, which allows infinities.
  ///
  /// `valueAt` returns the order statistic of an index from 0.
  /// - Precondition: `count >= 1` and `share` is in 0...1.
  package static func numPyQuantile(_ share: Double, count: Int, valueAt: (Int) -> Double) -> Double {
    precondition(share >= 0 && share <= 1, "a probability outside 0...1")
    let position = share * Double(count - 1)
    let lower = min(Int(position.rounded(.down)), count - 1)
    let upper = min(lower + 1, count - 1)
    return interpolate(from: valueAt(lower), to: valueAt(upper), fraction: position - Double(lower))
  }

  /// Returns the value at a fraction of the way from `lower` to `upper`, with the rounding of NumPy.
  ///
  /// If one of them is infinite, the result is the nearer end.
  package static func interpolate(from lower: Double, to upper: Double, fraction: Double) -> Double {
    if lower == upper || fraction <= 0 { return lower }
    guard lower.isFinite, upper.isFinite else { return fraction < 0.5 ? lower : upper }
    let difference = upper - lower
    guard difference.isFinite else { return lower * (1 - fraction) + upper * fraction }
    return fraction < 0.5 ? lower + difference * fraction : upper - difference * (1 - fraction)
  }

  /// Returns the order statistic at or below `share`, without interpolation.
  ///
  /// - Precondition: there is an element, and `share` is in 0...1.
  package static func lowerQuantile<Element>(_ share: Double, _ sorted: [Element]) -> Element {
    sorted[Int(share * Double(sorted.count - 1))]
  }
}

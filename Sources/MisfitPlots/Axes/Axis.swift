#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The mapping from numbers to lengths along an axis.
package enum AxisScale: Sendable, Hashable {
  /// Equal differences have equal lengths.
  case linear
  /// Equal ratios have equal lengths; only for positive numbers.
  case log10
}

/// A range of numbers along a side of a plot.
package struct Axis: Sendable, Hashable {
  /// The axis label, with the unit.
  package var label: String?
  /// The scale of the numbers.
  package let scale: AxisScale
  /// The number at the beginning.
  package let lower: Double
  /// The number at the end; larger than `lower`.
  package let upper: Double
  /// Whether only whole numbers get ticks (epochs, counts).
  package var isWhole: Bool

  /// Creates an axis that covers the finite numbers among the given ones.
  ///
  /// `padding` is the share of the range added at both ends. Equal numbers get a range around them; without
  /// numbers the range is 0 to 1. A logarithmic axis ignores numbers that are not positive.
  package init(
    label: String? = nil, covering values: some Sequence<Double>, scale: AxisScale = .linear,
    padding: Double = 0, isWhole: Bool = false
  ) {
    self.label = label
    self.scale = scale
    self.isWhole = isWhole
    let limit = Self.limit
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite && (scale == .linear || value > 0) {
      low = min(low, min(max(value, -limit), limit))
      high = max(high, min(max(value, -limit), limit))
    }
    if low > high { (low, high) = scale == .linear ? (0, 1) : (0.1, 10) }
    switch scale {
    case .linear: (lower, upper) = Self.padded(low, high, padding)
    case .log10:
      let (first, last) = Self.padded(decimalLogarithm(low), decimalLogarithm(high), padding)
      (lower, upper) = (pow(10, max(first, -307)), pow(10, min(last, 307)))
    }
  }

  /// A quarter of the largest number, so that differences stay finite; larger numbers are shown here.
  private static let limit = Double.greatestFiniteMagnitude / 4

  /// Creates a linear axis from 0, or from the opposite number, to a round number not below `limit`; to 1 if
  /// that is 0.
  init(roundedTo limit: Double, isSymmetric: Bool) {
    let end = limit > 0 && limit.isFinite ? AxisTicks.roundedUp(limit) : 1
    self.init(covering: [isSymmetric ? -end : 0, end])
  }

  /// Widens a range by a share of itself, and an empty range by a share of its magnitude.
  private static func padded(_ low: Double, _ high: Double, _ share: Double) -> (Double, Double) {
    let width = high - low
    let size = max(abs(low), abs(high))
    guard width > size * 1e-12, width > 1e-300 else {
      let half = size < 1e-290 ? 0.5 : size * 0.05
      return (low - half, high + half)
    }
    return (low - width * share, high + width * share)
  }

  /// Returns the position of a number, from 0 at the beginning to 1 at the end; outside the range beyond
  /// these.
  ///
  /// NaN if the number is NaN or cannot be shown on a logarithmic axis.
  package func fraction(of value: Double) -> Double {
    switch scale {
    case .linear: return (min(max(value, -Self.limit), Self.limit) - lower) / (upper - lower)
    case .log10:
      guard value > 0 else { return .nan }
      return (decimalLogarithm(value) - decimalLogarithm(lower))
        / (decimalLogarithm(upper) - decimalLogarithm(lower))
    }
  }
}

/// Returns the logarithm to base ten; the enum case `log10` hides the C library's function inside the type.
private func decimalLogarithm(_ value: Double) -> Double { log2(value) / log2(10) }

import MisfitCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The ticks of an axis at round numbers.
package struct AxisTicks: Sendable, Hashable {
  /// A labelled tick.
  package struct Tick: Sendable, Hashable {
    /// The number.
    package let value: Double
    /// The number as text, in units of the ticks' `multiplierExponent`.
    package let label: String
  }

  /// The labelled ticks, in ascending order.
  package let ticks: [Tick]
  /// The positions of minor grid lines between them.
  package let minor: [Double]
  /// The power of ten that the labels omit: 6 if `2` means 2,000,000, and 0 if they are complete.
  package let multiplierExponent: Int

  /// Chooses at most about `maximumCount` round numbers inside an axis' range.
  ///
  /// Linear steps are 1, 2 or 5 times a power of ten. A logarithmic axis gets powers of ten, thinned if there
  /// are many, or linear steps if it spans less than one.
  package init(of axis: Axis, maximumCount: Int) {
    let maximumCount = max(maximumCount, 2)
    if axis.scale == .log10, let decades = Self.decades(axis, maximumCount) {
      self = decades
    } else {
      self = Self.linear(axis, maximumCount)
    }
  }

  private init(ticks: [Tick], minor: [Double], multiplierExponent: Int) {
    self.ticks = ticks
    self.minor = minor
    self.multiplierExponent = multiplierExponent
  }

  /// The multiplier for the axis label, as in `×10⁻³`; nil if there is none.
  package var multiplierText: String? {
    multiplierExponent == 0 ? nil : "×10" + Self.superscript(multiplierExponent)
  }

  // MARK: Linear

  private static func linear(_ axis: Axis, _ maximumCount: Int) -> AxisTicks {
    let (mantissa, exponent) = step(for: axis, maximumCount)
    let unit = pow(10, Double(exponent))
    let step = Double(mantissa) * unit
    let tolerance = 1e-9
    let first = (axis.lower / step - tolerance).rounded(.up)
    let last = (axis.upper / step + tolerance).rounded(.down)
    let count = min(max(Int(exactly: last - first) ?? -1, -1) + 1, 1000)
    let values = (0..<count).map { tickValue(first + Double($0), mantissa, exponent) }
    let largest = max(abs(axis.lower), abs(axis.upper))
    let multiplier = multiplierExponent(for: largest)
    let decimals = max(0, multiplier - exponent)
    let ticks = values.map { value in
      Tick(value: value, label: label(value, multiplier: multiplier, decimals: decimals))
    }
    let minor = values.dropLast().map { $0 + step / 2 }
    let showsMinor = !axis.isWhole || mantissa != 1 || exponent > 0
    return AxisTicks(ticks: ticks, minor: showsMinor ? minor : [], multiplierExponent: multiplier)
  }

  /// Returns the smallest step of 1, 2 or 5 times a power of ten that yields no more ticks than wanted.
  private static func step(for axis: Axis, _ maximumCount: Int) -> (mantissa: Int, exponent: Int) {
    let rough = (axis.upper - axis.lower) / Double(maximumCount)
    var exponent = Int(log2(rough) / log2(10)) - 1
    while true {
      for mantissa in [1, 2, 5] where Double(mantissa) * pow(10, Double(exponent)) >= rough * 0.999999 {
        return axis.isWhole && exponent < 0 ? (1, 0) : (mantissa, exponent)
      }
      exponent += 1
    }
  }

  /// Returns the decimal number nearest to a multiple: 3 * 0.1 must not become 0.30000000000000004.
  private static func tickValue(_ multiple: Double, _ mantissa: Int, _ exponent: Int) -> Double {
    let value = multiple * Double(mantissa)
    return exponent < 0 && exponent > -300
      ? value / pow(10, Double(-exponent)) : value * pow(10, Double(exponent))
  }

  private static func multiplierExponent(for largest: Double) -> Int {
    guard largest > 0, largest >= 1e6 || largest < 1e-3 else { return 0 }
    return Int((log2(largest) / log2(10) + 1e-9).rounded(.down))
  }

  private static func label(_ value: Double, multiplier: Int, decimals: Int) -> String {
    guard multiplier == 0 else {
      return NumberText.fixed(value / pow(10, Double(multiplier)), decimals: decimals)
    }
    guard decimals == 0, abs(value) < 1e15 else { return NumberText.fixed(value, decimals: decimals) }
    return NumberText.grouped(Int(value.rounded()))
  }

  /// Returns the smallest round number for a tick that is not (except for rounding) below `limit`.
  static func roundedUp(_ limit: Double) -> Double {
    let axis = Axis(covering: [0, limit])
    let (mantissa, exponent) = step(for: axis, 5)
    let step = tickValue(1, mantissa, exponent)
    return tickValue((axis.upper / step - 1e-6).rounded(.up), mantissa, exponent)
  }

  // MARK: Logarithmic

  /// Returns ticks at powers of ten, or nil if fewer than two are in the range.
  private static func decades(_ axis: Axis, _ maximumCount: Int) -> AxisTicks? {
    let first = Int((log2(axis.lower) / log2(10) - 1e-9).rounded(.up))
    let last = Int((log2(axis.upper) / log2(10) + 1e-9).rounded(.down))
    guard last > first else { return nil }
    let spacing = (last - first) / maximumCount + 1
    let shown = (first...last).filter { $0 % spacing == 0 }
    // One style for all: 0.001 next to 10⁻⁴ would look inconsistent.
    let isPlain = shown.allSatisfy { (-3...4).contains($0) }
    let ticks = shown.map { exponent in
      Tick(value: pow(10, Double(exponent)), label: powerText(exponent, isPlain: isPlain))
    }
    guard ticks.count >= 2 else { return nil }
    var minor: [Double] = []
    if last - first > 20 {
      // So many lines would merge into a gray area.
    } else if spacing == 1 {
      for exponent in first - 1...last {
        minor += (2...9).map { Double($0) * pow(10, Double(exponent)) }
      }
    } else {
      minor = (first...last).filter { $0 % spacing != 0 }.map { pow(10, Double($0)) }
    }
    minor = minor.filter { $0 >= axis.lower && $0 <= axis.upper }
    return AxisTicks(ticks: ticks, minor: minor, multiplierExponent: 0)
  }

  private static func powerText(_ exponent: Int, isPlain: Bool) -> String {
    if exponent == 0 { return "1" }
    guard isPlain else { return "10" + superscript(exponent) }
    let value = pow(10, Double(exponent))
    return exponent < 0
      ? NumberText.fixed(value, decimals: -exponent) : NumberText.grouped(Int(value.rounded()))
  }

  private static func superscript(_ number: Int) -> String {
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return (number < 0 ? "⁻" : "")
      + String(String(number.magnitude).compactMap { $0.wholeNumberValue }.map { digits[$0] })
  }
}

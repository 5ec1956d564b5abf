#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Numbers as text for people.
///
/// For text that a program reads back, use `description`: Swift's is the shortest that reads back as the same
/// number.
package enum NumberText {
  /// Formats `value` with about `digits` significant digits: `0.01173`, `1234`, `5.1e-08`.
  ///
  /// Rounds half away from zero in decimal. A number that is not finite becomes `nan`, `inf` or `-inf`.
  package static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    guard value != 0 else { return "0" }
    let exponent = decimalExponent(of: value, digits: digits)
    if exponent < -5 || exponent >= 15 { return scientific(value, exponent: exponent, digits: digits) }
    let decimals = max(0, digits - 1 - exponent)
    return trimmed(fixed(value, decimals: decimals))
  }

  /// Formats `value` with exactly `decimals` digits after the point: `3.10`.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    guard abs(value) < 0x1p60 else { return value.description }
    let decimals = min(max(decimals, 0), 18)
    let whole = abs(value).rounded(.down)
    let scale = pow(10, Double(decimals))
    var fraction = ((abs(value) - whole) * scale).rounded(.toNearestOrAwayFromZero)
    var integer = Int(whole)
    if fraction >= scale {
      fraction -= scale
      integer += 1
    }
    let sign = value < 0 && (integer > 0 || fraction > 0) ? "-" : ""
    guard decimals > 0 else { return sign + String(integer) }
    let digits = String(UInt64(fraction))
    return sign + String(integer) + "." + String(repeating: "0", count: decimals - digits.count) + digits
  }

  /// Formats a count with thousands separated by commas: `60,000`.
  package static func grouped(_ count: Int) -> String {
    let digits = Array(String(count.magnitude))
    var text = count < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// Formats a number of bytes in binary units: `47.0 MiB`.
  package static func bytes(_ count: Int) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(count)
    var unit = 0
    // 1023.95 would be rounded to 1024.0 of the smaller unit.
    while value >= (unit == 0 ? 1024 : 1023.95), unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return unit == 0
      ? "\(count) \(CountText.plural("byte", count))" : "\(fixed(value, decimals: 1)) \(units[unit])"
  }

  /// Formats a length of time: `0.42 s`, `12 s`, `3 min 05 s`, `2 h 07 min`.
  package static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "unknown" }
    if seconds < 9.995 { return "\(fixed(seconds, decimals: 2)) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
    return "\(whole / 3600) h \(padded(whole % 3600 / 60)) min"
  }

  private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  /// Returns the decimal exponent of `value` after rounding to `digits` digits: 9.9996 to four digits is
  /// 10.00, exponent 1.
  private static func decimalExponent(of value: Double, digits: Int) -> Int {
    let exponent = Int(log10(abs(value)).rounded(.down))
    let unit = pow(10, Double(digits - 1))
    return (mantissa(of: abs(value), exponent: exponent) * unit).rounded() / unit >= 10
      ? exponent + 1 : exponent
  }

  /// Returns `value` / 10^`exponent`, in two steps if that power is too small for a double (subnormals).
  private static func mantissa(of value: Double, exponent: Int) -> Double {
    exponent < -300 ? value * 1e300 / pow(10, Double(exponent + 300)) : value / pow(10, Double(exponent))
  }

  private static func scientific(_ value: Double, exponent: Int, digits: Int) -> String {
    let sign = exponent < 0 ? "-" : "+"
    let mantissa = fixed(mantissa(of: value, exponent: exponent), decimals: digits - 1)
    return "\(trimmed(mantissa))e\(sign)\(padded(abs(exponent)))"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

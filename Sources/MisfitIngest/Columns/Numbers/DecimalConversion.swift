import MisfitCore

/// Integers times powers of ten as doubles, rounded once, half to even.
enum DecimalConversion {
  /// Returns `mantissa` x 10^`exponent`; nil if that is too large.
  @inline(__always)
  static func value(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if mantissa < 1 << 53, exponent >= -22, exponent <= 22 {
      // Both factors are exact doubles, so one operation rounds once (Clinger, "How to read floating point
      // numbers accurately", 1990).
      let integer = Double(Int64(bitPattern: mantissa))
      return exponent <= 0 ? integer / exactPowers[0 &- exponent] : integer * exactPowers[exponent]
    }
    let value = longValue(mantissa, exponent)
    return value.isFinite ? value : nil
  }

  /// Returns the product of `mantissa` and a power of ten, infinite if it is too large, by a product of 128
  /// bits with a power of five truncated to 128 bits.
  ///
  /// Lemire, "Number parsing at a gigabyte per second", 2021; the proof that the product always suffices:
  /// Mushtak and Lemire, "Fast number parsing without fallback", 2023.
  static func longValue(_ mantissa: UInt64, _ exponent: Int) -> Double {
    guard mantissa != 0, exponent >= PowersOfFive.range.lowerBound else { return 0 }
    guard exponent <= PowersOfFive.range.upperBound else { return .infinity }
    let power = PowersOfFive.power(exponent)
    let shift = mantissa.leadingZeroBitCount
    let factor = mantissa << UInt64(shift)
    var product = factor.multipliedFullWidth(by: power.high)
    // The lower half of the power matters only if the bits below the 55 that are needed are all set.
    if product.high & 0x1ff == 0x1ff {
      let (low, carries) = product.low.addingReportingOverflow(factor.multipliedFullWidth(by: power.low).high)
      product.low = low
      if carries { product.high += 1 }
    }
    let upperBit = Int(product.high >> 63)
    let binaryExponent = ((217_706 * exponent) >> 16) + 63 + upperBit - shift + 1023
    let significand = product.high >> UInt64(upperBit + 9)
    guard binaryExponent > 0 else { return subnormal(significand, shift: 1 - binaryExponent) }
    var rounded = significand
    // An exact half goes to the even neighbor. Only these exponents have one that fits in 64 bits.
    let isHalf = product.low <= 1 && exponent >= -4 && exponent <= 23 && significand & 3 == 1
    if isHalf, significand << UInt64(upperBit + 9) == product.high { rounded &= ~1 }
    rounded = (rounded + (rounded & 1)) >> 1
    let overflow = Int(rounded >> 53)
    let biased = binaryExponent + overflow
    guard biased < 0x7ff else { return .infinity }
    return Double(bitPattern: UInt64(biased) << 52 | (rounded >> UInt64(overflow)) & (1 << 52 - 1))
  }

  /// Returns a significand with one bit more than a double has, shifted into the subnormal range.
  private static func subnormal(_ significand: UInt64, shift: Int) -> Double {
    guard shift < 64 else { return 0 }
    let shifted = significand >> UInt64(shift)
    // Rounded up into the normal range, the bits are those of the smallest normal number.
    return Double(bitPattern: (shifted + (shifted & 1)) >> 1)
  }

  private static let exactPowers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]
}

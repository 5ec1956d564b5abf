/// The shortest decimal number that reads back as a 32-bit float: `digits` x 10^`exponent`.
///
/// Of several numbers of that length, it is the one nearest to the float, as in `Float.description`.
/// Raffaello Giulietti, "The Schubfach way to render doubles", 2020.
struct ShortestDigits: Equatable {
  /// The digits as an integer without trailing zeros; at most nine of them.
  var digits: UInt32
  /// The power of ten that they are multiplied by.
  var exponent: Int

  /// Creates the digits of a number.
  ///
  /// - Precondition: the number is finite and above 0.
  init(_ value: Float) {
    let significand = value.bitPattern & 0x7f_ffff
    let biased = Int(value.bitPattern >> 23) & 0xff
    let factor = biased == 0 ? significand : significand | 0x80_0000
    let power = max(biased, 1) - 150
    // Whole numbers are their own digits.
    if power <= 0, power > -24, factor & (1 << UInt32(-power) &- 1) == 0 {
      (digits, exponent) = (factor >> UInt32(-power), 0)
    } else {
      (digits, exponent) = Self.search(factor, power, isLowerCloser: significand == 0 && biased > 1)
    }
    while digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
  }

  /// Returns the shortest digits in the interval of the numbers that round to `factor` x 2^`power`; the lower
  /// neighbor of a power of two is closer than the upper one.
  private static func search(
    _ factor: UInt32, _ power: Int, isLowerCloser: Bool
  ) -> (digits: UInt32, exponent: Int) {
    // Logarithms of 2 and 10 as fractions, exact for all exponents of floats.
    let scale = (power &* 1_262_611 &- (isLowerCloser ? 524_031 : 0)) >> 22
    let shift = UInt32(truncatingIfNeeded: power &+ ((-scale &* 1_741_647) >> 19) &+ 1)
    let ten = powersOfTen[31 &- scale]
    // All three in quarters of a unit of the last digit; the last bit is set if anything is cut off.
    let lower = product(ten, (4 &* factor &- 2 &+ (isLowerCloser ? 1 : 0)) << shift)
    let middle = product(ten, (4 &* factor) << shift)
    let upper = product(ten, (4 &* factor &+ 2) << shift)
    // The ends of the interval round to even significands.
    let excess: UInt32 = factor & 1
    let (least, largest) = (lower &+ excess, upper &- excess)
    let unit = middle / 4
    if unit >= 10 {
      let tens = unit / 10
      let isBelowInside = least <= 40 &* tens
      let isAboveInside = 40 &* tens &+ 40 <= largest
      if isBelowInside != isAboveInside { return (isAboveInside ? tens &+ 1 : tens, scale &+ 1) }
    }
    let isBelowInside = least <= 4 &* unit
    let isAboveInside = 4 &* unit &+ 4 <= largest
    if isBelowInside != isAboveInside { return (isAboveInside ? unit &+ 1 : unit, scale) }
    let half = 4 &* unit &+ 2
    return (middle > half || (middle == half && unit & 1 != 0) ? unit &+ 1 : unit, scale)
  }

  /// Returns the upper bits of a product, with the last bit set if the rest is not 0.
  @inline(__always)
  private static func product(_ ten: UInt64, _ factor: UInt32) -> UInt32 {
    let product = ten.multipliedFullWidth(by: UInt64(factor))
    let upper = UInt32(truncatingIfNeeded: product.high)
    return product.low >> 32 > 1 ? upper | 1 : upper
  }

  /// The powers of ten from -31 to 45 with 64 significant bits, rounded up.
  private static let powersOfTen: [UInt64] = [
    0x81ceb32c4b43fcf5, 0xa2425ff75e14fc32, 0xcad2f7f5359a3b3f, 0xfd87b5f28300ca0e,
    0x9e74d1b791e07e49, 0xc612062576589ddb, 0xf79687aed3eec552, 0x9abe14cd44753b53,
    0xc16d9a0095928a28, 0xf1c90080baf72cb2, 0x971da05074da7bef, 0xbce5086492111aeb,
    0xec1e4a7db69561a6, 0x9392ee8e921d5d08, 0xb877aa3236a4b44a, 0xe69594bec44de15c,
    0x901d7cf73ab0acda, 0xb424dc35095cd810, 0xe12e13424bb40e14, 0x8cbccc096f5088cc,
    0xafebff0bcb24aaff, 0xdbe6fecebdedd5bf, 0x89705f4136b4a598, 0xabcc77118461cefd,
    0xd6bf94d5e57a42bd, 0x8637bd05af6c69b6, 0xa7c5ac471b478424, 0xd1b71758e219652c,
    0x83126e978d4fdf3c, 0xa3d70a3d70a3d70b, 0xcccccccccccccccd, 0x8000000000000000,
    0xa000000000000000, 0xc800000000000000, 0xfa00000000000000, 0x9c40000000000000,
    0xc350000000000000, 0xf424000000000000, 0x9896800000000000, 0xbebc200000000000,
    0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000, 0xe8d4a51000000000,
    0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000, 0x8e1bc9bf04000000,
    0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000, 0xad78ebc5ac620000,
    0xd8d726b7177a8000, 0x878678326eac9000, 0xa968163f0a57b400, 0xd3c21bcecceda100,
    0x84595161401484a0, 0xa56fa5b99019a5c8, 0xcecb8f27f4200f3a, 0x813f3978f8940985,
    0xa18f07d736b90be6, 0xc9f2c9cd04674edf, 0xfc6f7c4045812297, 0x9dc5ada82b70b59e,
    0xc5371912364ce306, 0xf684df56c3e01bc7, 0x9a130b963a6c115d, 0xc097ce7bc90715b4,
    0xf0bdc21abb48db21, 0x96769950b50d88f5, 0xbc143fa4e250eb32, 0xeb194f8e1ae525fe,
    0x92efd1b8d0cf37bf, 0xb7abc627050305ae, 0xe596b7b0c643c71a, 0x8f7e32ce7bea5c70,
    0xb35dbf821ae4f38c,
  ]
}

import MisfitCore

/// Decimal digits read eight at a time, as one integer.
///
/// After Johnny Lee and Daniel Lemire, "Quickly parsing eight digits" (2018).
enum DigitWords {
  /// Adds the digits at `index` to `mantissa`, which wraps around past 19 of them, and moves `index` past
  /// them.
  @inline(__always)
  static func scan(_ bytes: borrowing Span<UInt8>, _ index: inout Int, into mantissa: inout UInt64) {
    while true {
      // Digits become 0 to 9. Adding 0x76 sets the top bit of the first byte that is not a digit; carries
      // change only the bytes after it.
      let word = bytes.word(at: index) ^ 0x3030_3030_3030_3030
      let others = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
      guard others != 0 else {
        mantissa = mantissa &* 100_000_000 &+ value(word)
        index &+= 8
        continue
      }
      let count = others.trailingZeroBitCount &>> 3
      // The digits move to the end of the word, after zeros; in two steps, since there may be none.
      let digits = (word &<< 8) &<< UInt64(truncatingIfNeeded: 56 &- 8 &* count)
      mantissa = mantissa &* power(count) &+ value(digits)
      index &+= count
      return
    }
  }

  /// Returns the number of eight digits, the first of them in the lowest byte.
  @inline(__always)
  private static func value(_ digits: UInt64) -> UInt64 {
    let pairs = digits &* 10 &+ (digits &>> 8)
    let low = (pairs & 0x0000_00ff_0000_00ff) &* (100 + 1_000_000 << 32)
    let high = ((pairs &>> 16) & 0x0000_00ff_0000_00ff) &* (1 + 10_000 << 32)
    return (low &+ high) &>> 32
  }

  /// Returns 10^`count` for less than eight digits.
  @inline(__always)
  private static func power(_ count: Int) -> UInt64 { powers[count] }

  private static let powers: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000]
}

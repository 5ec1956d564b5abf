/// The first 128 bits of 5^q, for the products of ``DecimalConversion``.
///
/// A power is shifted so that its highest bit is set. Bits after the first 128 are truncated; the inverse
/// powers down to 5^-27, whose products can be exact, are one higher, as the method requires.
enum PowersOfFive {
  /// The exponents of ten for which a number of 19 digits is neither 0 nor infinite.
  static let range = -342...308

  static func power(_ exponent: Int) -> (high: UInt64, low: UInt64) {
    let index = 2 * (exponent - range.lowerBound)
    return (words[index], words[index + 1])
  }

  /// High and low halves in turn; computed at the first use, in about 20 microseconds.
  private static let words: [UInt64] = {
    var words = Array(repeating: UInt64(0), count: 2 * range.count)
    func set(_ exponent: Int, _ power: Wide) {
      let raised = exponent < 0 && exponent >= -27
      let (low, carries) = power.words[1].addingReportingOverflow(raised ? 1 : 0)
      words[2 * (exponent - range.lowerBound)] = power.words[0] + (carries ? 1 : 0)
      words[2 * (exponent - range.lowerBound) + 1] = low
    }
    var power = Wide()
    set(0, power)
    for exponent in 1...range.upperBound {
      power.multiplyByFive()
      set(exponent, power)
    }
    var inverse = Wide()
    for exponent in 1...(-range.lowerBound) {
      inverse.divideByFive()
      set(-exponent, inverse)
    }
    return words
  }()

  /// A number of 256 bits whose highest is set; the position of the point is not stored.
  ///
  /// Each step truncates less than one unit of the last bit, so that after 342 of them the first 128 bits are
  /// still correct.
  private struct Wide {
    var words: [UInt64] = [1 << 63, 0, 0, 0]

    mutating func multiplyByFive() {
      var carry: UInt64 = 0
      for index in words.indices.reversed() {
        let (high, low) = words[index].multipliedFullWidth(by: 5)
        let (sum, carries) = low.addingReportingOverflow(carry)
        words[index] = sum
        carry = high + (carries ? 1 : 0)
      }
      // The carry is 2 to 4: two bits or three before the words.
      shiftRight(by: UInt64(64 - carry.leadingZeroBitCount), in: carry)
    }

    private mutating func shiftRight(by count: UInt64, in carry: UInt64) {
      var above = carry
      for index in words.indices {
        let word = words[index]
        words[index] = above << (64 - count) | word >> count
        above = word
      }
    }

    mutating func divideByFive() {
      // A word after the others, so that the quotient has 256 bits after it is shifted.
      var remainder: UInt64 = 0
      var quotient: [UInt64] = []
      for word in words + [0] {
        let (part, rest) = UInt64(5).dividingFullWidth((remainder, word))
        quotient.append(part)
        remainder = rest
      }
      let shift = UInt64(quotient[0].leadingZeroBitCount)
      for index in words.indices {
        words[index] = quotient[index] << shift | quotient[index + 1] >> (64 - shift)
      }
    }
  }
}

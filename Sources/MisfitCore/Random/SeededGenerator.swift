/// A generator of random numbers from a seed: the same sequence on every machine.
///
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), its state
/// filled by SplitMix64. The system's generator asks the kernel for every number, and cannot be repeated.
package struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  private enum CodingKeys: String, CodingKey { case s0, s1, s2, s3 }

  /// Creates the generator of a seed.
  ///
  /// `stream` separates the uses of one seed (initial weights, shuffling, noise), so that drawing more
  /// numbers in one of them does not change the others; see ``SeedStream``.
  package init(seed: UInt64, stream: UInt64 = 0) {
    var state = seed ^ (stream &* 0xD1B5_4A32_D192_ED03)
    func splitMix() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    s0 = splitMix()
    s1 = splitMix()
    s2 = splitMix()
    s3 = splitMix()
  }

  /// Decodes a state; all zeros, which no seed produces and which would yield nothing but zeros, is an error.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    s0 = try container.decode(UInt64.self, forKey: .s0)
    s1 = try container.decode(UInt64.self, forKey: .s1)
    s2 = try container.decode(UInt64.self, forKey: .s2)
    s3 = try container.decode(UInt64.self, forKey: .s3)
    guard s0 | s1 | s2 | s3 != 0 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a generator's state is all zeros"))
    }
  }

  /// Returns the next 64 bits.
  package mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// Returns a float in `0 ..< 1`, a multiple of 2^-24.
  package mutating func nextUnitFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Returns a double in `0 ..< 1`, a multiple of 2^-53.
  package mutating func nextUnitDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Returns a whole number in `0 ..< bound`, without bias (Lemire, "Fast random integer generation in an
  /// interval", 2019).
  ///
  /// - Precondition: `bound` is at least 1.
  package mutating func nextIndex(below bound: Int) -> Int {
    precondition(bound >= 1, "nothing to choose from")
    let bound = UInt64(bound)
    var (high, low) = next().multipliedFullWidth(by: bound)
    if low < bound {
      let threshold = (0 &- bound) % bound
      while low < threshold { (high, low) = next().multipliedFullWidth(by: bound) }
    }
    return Int(high)
  }
}

/// The subset of NumPy's `default_rng(seed)` that selects rows, so that tables are sampled and split as for
/// the peers, and figures differ only by the detectors.
///
/// PCG64 (O'Neill, "PCG: A family of simple fast space-efficient statistically good algorithms", 2014),
/// output XSL-RR, seeded by NumPy's `SeedSequence`.
struct NumPyGenerator {
  private var state: UInt128
  private let increment: UInt128
  /// The high half of the last 64 bits, if only the low one was used.
  private var pending: UInt32?

  private static let multiplier = UInt128(0x2360_ed05_1fc6_5da4) << 64 | 0x4385_df64_9fcc_f645

  init(seed: UInt32) {
    let words = SeedSequence.words(of: seed)
    let start = UInt128(words[0]) << 64 | UInt128(words[1])
    increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
    state = 0
    advance()
    state &+= start
    advance()
  }

  private mutating func advance() { state = state &* Self.multiplier &+ increment }

  mutating func next64() -> UInt64 {
    advance()
    let mixed = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return mixed >> turn | mixed << ((64 &- turn) & 63)
  }

  mutating func next32() -> UInt32 {
    if let value = pending {
      pending = nil
      return value
    }
    let value = next64()
    pending = UInt32(truncatingIfNeeded: value >> 32)
    return UInt32(truncatingIfNeeded: value)
  }

  /// Returns 0 to `most`, by Lemire's multiplication.
  private mutating func bounded(_ most: Int) -> Int {
    guard most > 0 else { return 0 }
    let count = UInt32(most + 1)
    var product = UInt64(next32()) * UInt64(count)
    if UInt32(truncatingIfNeeded: product) < count {
      let threshold = (UInt32.max - UInt32(most)) % count
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(next32()) * UInt64(count)
      }
    }
    return Int(product >> 32)
  }

  /// Returns 0 to `most`, by rejection of larger values.
  private mutating func masked(_ most: Int) -> Int {
    guard most > 0 else { return 0 }
    let mask = UInt32.max >> UInt32(UInt32(most).leadingZeroBitCount)
    while true {
      let value = Int(next32() & mask)
      if value <= most { return value }
    }
  }

  /// Returns NumPy's `permutation` of an array.
  mutating func permutation(_ values: [Int]) -> [Int] {
    var values = values
    for last in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(last, masked(last)) }
    return values
  }

  /// Returns NumPy's `choice(values, count, replace=False)`.
  mutating func choice(_ values: [Int], _ count: Int) -> [Int] {
    let all = values.count
    precondition(count <= all && all <= Int(UInt32.max), "a choice without repetition")
    var chosen: [Int]
    if all > 10_000, count > all / 50 {
      chosen = Array(0..<all)
      shuffle(&chosen, from: max(all - count, 1))
      chosen.removeFirst(all - count)
    } else {
      chosen = []
      var seen: Set<Int> = []
      for largest in all - count..<all {
        let value = bounded(largest)
        let place = seen.contains(value) ? largest : value
        seen.insert(place)
        chosen.append(place)
      }
      shuffle(&chosen, from: 1)
    }
    return chosen.map { values[$0] }
  }

  private mutating func shuffle(_ values: inout [Int], from first: Int) {
    for last in stride(from: values.count - 1, through: first, by: -1) {
      values.swapAt(last, bounded(last))
    }
  }
}

/// NumPy's derivation of a state from a seed.
private enum SeedSequence {
  /// Returns four words of 64 bits.
  static func words(of seed: UInt32) -> [UInt64] {
    let pool = pool(of: seed)
    var factor: UInt32 = 0x8b51_f9dd
    let halves = (0..<8).map { index -> UInt64 in
      var value = pool[index % 4] ^ factor
      factor &*= 0x58f3_8ded
      value &*= factor
      return UInt64(value ^ value >> 16)
    }
    return (0..<4).map { halves[2 * $0] | halves[2 * $0 + 1] << 32 }
  }

  private static func pool(of seed: UInt32) -> [UInt32] {
    var factor: UInt32 = 0x43b0_d7e5
    func hashed(_ value: UInt32) -> UInt32 {
      var value = value ^ factor
      factor &*= 0x931e_8875
      value &*= factor
      return value ^ value >> 16
    }
    var pool = [seed, 0, 0, 0].map(hashed)
    for source in 0..<4 {
      for target in 0..<4 where target != source {
        let mixed = 0xca01_f9dd &* pool[target] &- 0x4973_f715 &* hashed(pool[source])
        pool[target] = mixed ^ mixed >> 16
      }
    }
    return pool
  }
}

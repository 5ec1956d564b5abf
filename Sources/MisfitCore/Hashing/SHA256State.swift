/// The eight words of the state of SHA-256 between blocks (FIPS 180-4, section 6.2.2).
struct SHA256State: Sendable {
  static let blockByteCount = 64

  /// The fractions of the square roots of the first 8 primes (section 5.3.3).
  private var words: [UInt32] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ]

  /// The fractions of the cube roots of the first 64 primes (section 4.2.2).
  private static let roundConstants: [UInt32] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]

  /// The words as bytes, most significant first.
  var bytes: [UInt8] {
    words.flatMap { word in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  /// Adds a block of 64 bytes.
  ///
  /// The variables have the names of the standard.
  mutating func add(blockAt start: Int, of bytes: Span<UInt8>) {
    let w = Self.schedule(ofBlockAt: start, of: bytes)
    let k = Self.roundConstants
    var (a, b, c, d) = (words[0], words[1], words[2], words[3])
    var (e, f, g, h) = (words[4], words[5], words[6], words[7])
    for t in 0..<64 {
      let t1 = h &+ Self.rotations(e, 6, 11, 25) &+ ((e & f) ^ (~e & g)) &+ k[t] &+ w[t]
      let t2 = Self.rotations(a, 2, 13, 22) &+ ((a & b) ^ (a & c) ^ (b & c))
      (h, g, f, e) = (g, f, e, d &+ t1)
      (d, c, b, a) = (c, b, a, t1 &+ t2)
    }
    words[0] &+= a
    words[1] &+= b
    words[2] &+= c
    words[3] &+= d
    words[4] &+= e
    words[5] &+= f
    words[6] &+= g
    words[7] &+= h
  }

  /// Returns the 64 words of a block.
  private static func schedule(ofBlockAt start: Int, of bytes: Span<UInt8>) -> InlineArray<64, UInt32> {
    var w = InlineArray<64, UInt32>(repeating: 0)
    for t in 0..<16 {
      let byte = start + 4 * t
      let high = UInt32(bytes[byte]) << 24 | UInt32(bytes[byte + 1]) << 16
      w[t] = high | UInt32(bytes[byte + 2]) << 8 | UInt32(bytes[byte + 3])
    }
    for t in 16..<64 {
      let s0 = rotated(w[t - 15], 7) ^ rotated(w[t - 15], 18) ^ (w[t - 15] >> 3)
      let s1 = rotated(w[t - 2], 17) ^ rotated(w[t - 2], 19) ^ (w[t - 2] >> 10)
      w[t] = s1 &+ w[t - 7] &+ s0 &+ w[t - 16]
    }
    return w
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
  }

  private static func rotations(_ word: UInt32, _ i: UInt32, _ j: UInt32, _ k: UInt32) -> UInt32 {
    rotated(word, i) ^ rotated(word, j) ^ rotated(word, k)
  }
}

/// The type and the byte order of the numbers in a binary file.
struct ElementType: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case boolean
    case unsigned
    case signed
    case float
  }

  var kind: Kind
  var byteCount: Int
  var isBigEndian: Bool

  /// The name: `uint8`, `float32`.
  var name: String {
    switch kind {
    case .boolean: "bool"
    case .unsigned: "uint\(byteCount * 8)"
    case .signed: "int\(byteCount * 8)"
    case .float: "float\(byteCount * 8)"
    }
  }

  /// Returns the number that begins at `offset`.
  func decode(_ bytes: borrowing Span<UInt8>, at offset: Int) -> Double {
    if kind == .float, !isBigEndian {
      // The usual types, without the loop over bytes.
      if byteCount == 4 { return Double(Float(bitPattern: Self.word(bytes, at: offset))) }
      if byteCount == 8 {
        let high = UInt64(Self.word(bytes, at: offset + 4))
        return Double(bitPattern: high << 32 | UInt64(Self.word(bytes, at: offset)))
      }
    }
    var bits: UInt64 = 0
    for index in 0..<byteCount {
      let place = isBigEndian ? offset + index : offset + byteCount - 1 - index
      bits = bits << 8 | UInt64(bytes[place])
    }
    switch (kind, byteCount) {
    case (.boolean, _): return bits == 0 ? 0 : 1
    case (.unsigned, _): return Double(bits)
    case (.signed, _):
      let shift = Int64(64 - byteCount * 8)
      return Double((Int64(bitPattern: bits) << shift) >> shift)
    case (.float, 2): return Self.half(UInt16(truncatingIfNeeded: bits))
    case (.float, 4): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case (.float, _): return Double(bitPattern: bits)
    }
  }

  /// Returns the 32 bits that begin at `offset`, the lowest first.
  @inline(__always)
  private static func word(_ bytes: borrowing Span<UInt8>, at offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
      | UInt32(bytes[offset + 3]) << 24
  }

  /// Converts IEEE 754 binary16; Swift's `Float16` is not available on every platform.
  static func half(_ bits: UInt16) -> Double {
    let sign: FloatingPointSign = bits >> 15 == 0 ? .plus : .minus
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Double(bits & 0x3ff)
    switch exponent {
    case 0: return Double(sign: sign, exponent: -24, significand: fraction)
    case 31: return fraction == 0 ? Double(sign: sign, exponent: 0, significand: .infinity) : .nan
    default: return Double(sign: sign, exponent: exponent - 25, significand: fraction + 1024)
    }
  }
}

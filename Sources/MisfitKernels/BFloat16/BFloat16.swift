/// A float of 16 bits: the sign, the exponent and the upper 7 bits of the fraction of a 32-bit float.
public struct BFloat16: Sendable, Hashable {
  /// The upper half of the bits of the 32-bit float of the same value.
  public var bitPattern: UInt16

  /// The number with these bits.
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// The nearest number to `value`, of two equally near ones the one whose last bit is 0.
  ///
  /// Beyond the largest number it is infinite; NaN stays NaN.
  public init(_ value: Float) {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16
    bitPattern = UInt16(truncatingIfNeeded: value.isNaN ? (bits >> 16) | 0x40 : rounded)
  }

  /// The same value as a 32-bit float, which holds every one of these.
  public var float: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}

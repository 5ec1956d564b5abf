/// A 16-bit float: the sign, the exponent and the upper 7 bits of the fraction of a 32-bit float.
package struct BFloat16: Sendable, Hashable {
  /// The upper half of the bits of the 32-bit float of the same value.
  package var bitPattern: UInt16

  /// Creates a number from its bits.
  package init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// Rounds `value` to the nearest number, ties to even.
  ///
  /// Values beyond the largest number become infinite; NaN stays NaN.
  package init(_ value: Float) {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16
    bitPattern = UInt16(truncatingIfNeeded: value.isNaN ? (bits >> 16) | 0x40 : rounded)
  }

  /// The same value as a 32-bit float, which is exact.
  package var float: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}

/// The FNV-1a hash of 64 bits (Fowler, Noll and Vo), to detect changes and damage, not malice.
///
/// It combines whole words rather than only bytes, which is faster for numbers. Checksums in model files
/// depend on it, so it never changes.
package struct FNVHash: Hashable, Sendable {
  /// The hash of the words so far.
  package var value: UInt64

  /// Creates the hash of no words, or continues a hash.
  package init(_ value: UInt64 = 0xCBF2_9CE4_8422_2325) { self.value = value }

  /// Adds a word, or a byte.
  @inlinable package mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01B3 }

  /// Adds bytes, one word each.
  @inlinable package mutating func add(_ bytes: borrowing Span<UInt8>) {
    for index in 0..<bytes.count { add(UInt64(bytes[index])) }
  }

  /// Adds the UTF-8 bytes of a text, one word each.
  package mutating func add(_ text: some StringProtocol) { for byte in text.utf8 { add(UInt64(byte)) } }

  /// Adds the bit patterns of floats, one word each.
  @inlinable package mutating func add(_ values: borrowing Span<Float>) {
    for index in 0..<values.count { add(UInt64(values[index].bitPattern)) }
  }

  /// Adds the bit patterns of doubles, one word each.
  @inlinable package mutating func add(_ values: borrowing Span<Double>) {
    for index in 0..<values.count { add(values[index].bitPattern) }
  }
}

/// The FNV-1a hash of 64 bits (Fowler, Noll and Vo), to detect changes and damage, not malice.
///
/// It combines whole words rather than only bytes, which is faster for numbers. Checksums in model files
/// depend on it, so it never changes.
package struct FNVHash: Hashable, Sendable {
  /// The hash of the words so far.
  package var value: UInt64

  /// Creates the hash of no words, or continues a hash.
  package init(_ value: UInt64 = 0xCBF2_9CE4_8422_2325) { self.value = value }

  /// The multiplier, of which loops over many words take a local copy: a call across modules for each word
  /// costs more than the hash.
  package static let prime: UInt64 = 0x100_0000_01B3

  /// Adds a word, or a byte.
  package mutating func add(_ word: UInt64) { value = (value ^ word) &* Self.prime }
}

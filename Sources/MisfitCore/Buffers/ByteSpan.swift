#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Span<UInt8> {
  /// Returns the eight bytes from `index` on in little-endian order; bytes past the end are 0.
  ///
  /// - Precondition: `0 <= index <= count`.
  @inlinable
  package func word(at index: Int) -> UInt64 {
    guard index >= 0, index <= count &- 8 else { return lastWord(at: index) }
    return unsafe UInt64(
      littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
  }

  @usableFromInline @inline(never)
  func lastWord(at index: Int) -> UInt64 {
    precondition(index >= 0 && index <= count, "index outside the bytes")
    var word: UInt64 = 0
    for next in index..<count { word |= UInt64(self[next]) << UInt64(8 * (next - index)) }
    return word
  }

  /// Returns the index of the first `byte` at or after `start`, or nil if there is none.
  ///
  /// The C library's search looks at 16 to 64 bytes at a time.
  ///
  /// - Precondition: `0 <= start <= count`.
  package func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    precondition(start >= 0 && start <= count, "start outside the bytes")
    return unsafe bytes.withUnsafeBytes { buffer in
      guard start < buffer.count, let base = buffer.baseAddress else { return nil }
      guard let found = unsafe memchr(base + start, Int32(byte), buffer.count - start) else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}

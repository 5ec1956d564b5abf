/// Owned, zeroed storage for bytes at a fixed address: rows of pixels.
///
/// Threads may read it concurrently. Code that writes while others read must say why the ranges are disjoint.
@safe package final class ByteBuffer: @unchecked Sendable {
  /// The number of bytes.
  package let count: Int

  package let base: UnsafeMutablePointer<UInt8>

  /// Allocates `count` zeros.
  ///
  /// - Precondition: `count` is not negative.
  package init(count: Int) {
    precondition(count >= 0, "a buffer cannot have a negative count")
    self.count = count
    unsafe base = .zeros(count: count)
  }

  deinit { unsafe base.deallocate() }

  /// A read-only view of the bytes.
  package var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeStart: UnsafePointer(base), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Overwrites the bytes from `start` on.
  ///
  /// - Precondition: the buffer has room for them.
  package func copy(from bytes: ArraySlice<UInt8>, at start: Int) {
    precondition(start >= 0 && bytes.count <= count - start, "too many bytes for the buffer")
    unsafe bytes.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { unsafe (base + start).update(from: first, count: bytes.count) }
    }
  }
}

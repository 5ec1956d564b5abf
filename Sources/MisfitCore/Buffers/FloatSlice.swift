/// A bounds-checked view of a range of a ``FloatBuffer``.
///
/// It is a reference: copies of a slice see the same floats. Compiled network plans consist of slices, so a
/// training step computes no ranges and allocates nothing.
package struct FloatSlice: Sendable {
  /// The buffer that contains the slice; the slice keeps it alive.
  package let buffer: FloatBuffer
  /// The index of the slice's first float in its buffer.
  package let offset: Int
  /// The number of floats.
  package let count: Int

  package init(buffer: FloatBuffer, offset: Int, count: Int) {
    precondition(offset >= 0 && count >= 0 && offset <= buffer.count - count, "slice outside its buffer")
    self.buffer = buffer
    self.offset = offset
    self.count = count
  }

  /// The address of the first float, for kernels; valid while `buffer` lives.
  package var pointer: UnsafeMutablePointer<Float> { unsafe buffer.base + offset }

  /// A subrange of this slice, relative to its beginning.
  ///
  /// - Precondition: the range is inside the slice.
  package subscript(range: Range<Int>) -> FloatSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the slice")
    return FloatSlice(buffer: buffer, offset: offset + range.lowerBound, count: range.count)
  }

  /// The float at an index.
  ///
  /// - Precondition: `0 <= index < count`.
  package subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "index outside the slice")
      return unsafe pointer[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "index outside the slice")
      unsafe pointer[index] = newValue
    }
  }

  /// A read-only view of the floats.
  package var span: Span<Float> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeStart: UnsafePointer(pointer), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Calls `body` with a mutable view of the floats.
  package func withMutableSpan<Result, Failure: Error>(
    _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var span = unsafe MutableSpan(_unsafeStart: pointer, count: count)
    return try body(&span)
  }

  /// Overwrites the beginning of the slice with `values`.
  ///
  /// - Precondition: the slice has room for them.
  package func copy(from values: [Float]) {
    precondition(values.count <= count, "too many values for the slice")
    unsafe values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { unsafe pointer.update(from: start, count: values.count) }
    }
  }

  /// Overwrites the beginning of the slice with another slice, which may overlap it.
  ///
  /// - Precondition: the slice has room for it.
  package func copy(from other: FloatSlice) {
    precondition(other.count <= count, "too many values for the slice")
    unsafe pointer.update(from: other.pointer, count: other.count)
  }

  /// Sets every float to `value`.
  package func fill(with value: Float) { unsafe pointer.update(repeating: value, count: count) }

  /// A copy of the floats.
  package var array: [Float] { unsafe Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

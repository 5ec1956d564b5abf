/// Owned, zeroed, 64-byte aligned storage for floats: parameters, gradients, activations, batches.
///
/// All memory of the numeric core is allocated here. A buffer hands out ``FloatSlice`` views, which keep it
/// alive. Threads may write to disjoint slices concurrently; the code that does so must say why they are
/// disjoint.
@safe package final class FloatBuffer: @unchecked Sendable {
  /// The number of floats.
  package let count: Int

  package let base: UnsafeMutablePointer<Float>

  /// Allocates `count` zeros.
  ///
  /// - Precondition: `count` is not negative.
  package init(count: Int) {
    self.count = count
    unsafe base = .zeros(count: count)
  }

  /// Creates a copy of `values`.
  package convenience init(_ values: [Float]) {
    self.init(count: values.count)
    all.copy(from: values)
  }

  deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

  /// A view of the whole buffer.
  package var all: FloatSlice { FloatSlice(buffer: self, offset: 0, count: count) }

  /// A view of a range.
  ///
  /// - Precondition: the range is inside the buffer.
  package subscript(range: Range<Int>) -> FloatSlice { all[range] }
}

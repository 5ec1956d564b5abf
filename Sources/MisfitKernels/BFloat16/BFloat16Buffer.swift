import MisfitCore

/// Owned, zeroed, 64-byte aligned storage for the factors of bf16 products.
///
/// Like ``FloatBuffer``, it returns slices that keep it alive. Threads may write to disjoint slices at the
/// same time; code that does so states why the slices are disjoint.
@safe package final class BFloat16Buffer: @unchecked Sendable {
  /// The number of values.
  package let count: Int

  fileprivate let base: UnsafeMutablePointer<UInt16>

  /// Allocates `count` zeros.
  ///
  /// - Precondition: `count` is not negative.
  package init(count: Int) {
    self.count = count
    unsafe base = .zeros(count: count)
  }

  /// Creates a buffer of rounded values.
  package convenience init(rounding values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { all[index] = BFloat16(value) }
  }

  deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

  /// The address of the values as words of two, for kernels; valid while the buffer is alive.
  var words: UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt32.self)
  }

  /// A slice of the whole buffer.
  package var all: BFloat16Slice { BFloat16Slice(buffer: self, offset: 0, count: count) }

  /// Returns a slice of a range.
  ///
  /// - Precondition: the range is inside the buffer.
  package subscript(range: Range<Int>) -> BFloat16Slice { all[range] }
}

/// A bounds-checked view of a range of a ``BFloat16Buffer``; copies of a slice share the values.
package struct BFloat16Slice: Sendable {
  /// The buffer of the slice, which it keeps alive.
  package let buffer: BFloat16Buffer
  /// The offset of the slice in its buffer.
  package let offset: Int
  /// The number of values.
  package let count: Int

  fileprivate init(buffer: BFloat16Buffer, offset: Int, count: Int) {
    self.buffer = buffer
    self.offset = offset
    self.count = count
  }

  /// The address of the first value, for kernels; valid while `buffer` is alive.
  var pointer: UnsafeMutablePointer<UInt16> { unsafe buffer.base + offset }

  /// Returns a subslice; indices are relative to this slice.
  ///
  /// - Precondition: the range is inside the slice.
  package subscript(range: Range<Int>) -> BFloat16Slice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the slice")
    return BFloat16Slice(buffer: buffer, offset: offset + range.lowerBound, count: range.count)
  }

  /// Accesses the value at an index.
  ///
  /// - Precondition: `0 <= index < count`.
  package subscript(index: Int) -> BFloat16 {
    get {
      precondition(index >= 0 && index < count, "index outside the slice")
      return unsafe BFloat16(bitPattern: pointer[index])
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "index outside the slice")
      unsafe pointer[index] = newValue.bitPattern
    }
  }

  /// The values as 32-bit floats.
  package var floats: [Float] { (0..<count).map { self[$0].float } }
}

import MisfitCore

/// Owned, zeroed, 64-byte aligned storage for the factors of bf16 products.
///
/// As a ``FloatBuffer`` it hands out slices that keep it alive; threads may write to disjoint slices at the
/// same time, and who does so states why they are disjoint.
@safe public final class BFloat16Buffer: @unchecked Sendable {
  /// The number of values.
  public let count: Int

  fileprivate let base: UnsafeMutablePointer<UInt16>

  /// Allocates `count` zeros.
  ///
  /// - Precondition: `count` is not negative.
  public init(count: Int) {
    self.count = count
    unsafe base = .zeros(count: count)
  }

  /// The values, each rounded to the nearest.
  public convenience init(rounding values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { all[index] = BFloat16(value) }
  }

  deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

  /// The address of the first two values as one word, for kernels; valid while the buffer lives.
  var words: UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt32.self)
  }

  /// A view of everything.
  public var all: BFloat16Slice { BFloat16Slice(buffer: self, offset: 0, count: count) }

  /// A view of a range.
  ///
  /// - Precondition: the range lies inside the buffer.
  public subscript(range: Range<Int>) -> BFloat16Slice { all[range] }
}

/// A bounds-checked view of part of a ``BFloat16Buffer``; copies of a slice see the same values.
public struct BFloat16Slice: Sendable {
  /// What the slice is a part of, and what keeps its memory alive.
  public let buffer: BFloat16Buffer
  /// Where the slice begins in its buffer.
  public let offset: Int
  /// The number of values.
  public let count: Int

  fileprivate init(buffer: BFloat16Buffer, offset: Int, count: Int) {
    self.buffer = buffer
    self.offset = offset
    self.count = count
  }

  /// The address of the first value, for kernels; valid while `buffer` lives.
  var pointer: UnsafeMutablePointer<UInt16> { unsafe buffer.base + offset }

  /// A part of this slice, counted from its beginning.
  ///
  /// - Precondition: the range lies inside the slice.
  public subscript(range: Range<Int>) -> BFloat16Slice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the slice")
    return BFloat16Slice(buffer: buffer, offset: offset + range.lowerBound, count: range.count)
  }

  /// One value.
  ///
  /// - Precondition: `0 <= index < count`.
  public subscript(index: Int) -> BFloat16 {
    get {
      precondition(index >= 0 && index < count, "index outside the slice")
      return unsafe BFloat16(bitPattern: pointer[index])
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "index outside the slice")
      unsafe pointer[index] = newValue.bitPattern
    }
  }

  /// A copy of the values as 32-bit floats.
  public var floats: [Float] { (0..<count).map { self[$0].float } }
}

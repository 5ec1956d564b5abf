/// Owned, zeroed, 64-byte aligned storage for floats: parameters, gradients, activations, batches.
///
/// All memory of the numeric core is allocated here. A buffer hands out ``FloatSlice`` views, which keep it
/// alive. Threads may write to disjoint slices concurrently; the code that does so must say why they are
/// disjoint.
@safe package final class FloatBuffer: @unchecked Sendable {
  /// The number of floats.
  package let count: Int

  package let base: UnsafeMutablePointer<Float>
  /// The file that has the floats; nil if they are in memory alone.
  private let mapping: MappedFile?

  /// Allocates `count` zeros.
  ///
  /// - Precondition: `count` is not negative.
  package init(count: Int) {
    self.count = count
    mapping = nil
    unsafe base = .zeros(count: count)
  }

  /// Creates a copy of `values`.
  package convenience init(_ values: [Float]) {
    self.init(count: values.count)
    all.copy(from: values)
  }

  /// Maps `count` zeros in a temporary file, for floats that are used in turn and need not all be in memory;
  /// nil if there is no file that can take them.
  package init?(inTemporaryFile count: Int) {
    let byteCount = count * MemoryLayout<Float>.stride
    guard let file = try? ByteFile.temporary(), let mapping = MappedFile(file, byteCount: byteCount) else {
      return nil
    }
    self.count = count
    self.mapping = mapping
    unsafe base = mapping.base.bindMemory(to: Float.self, capacity: count)
  }

  deinit { if mapping == nil { unsafe UnsafeMutableRawPointer(base).deallocate() } }

  /// Whether the floats are in a temporary file.
  package var isInFile: Bool { mapping != nil }

  /// Frees the memory of floats in a file, which keeps their values; those in memory remain there.
  package func release() { mapping?.release() }

  /// A view of the whole buffer.
  package var all: FloatSlice { FloatSlice(buffer: self, offset: 0, count: count) }

  /// A view of a range.
  ///
  /// - Precondition: the range is inside the buffer.
  package subscript(range: Range<Int>) -> FloatSlice { all[range] }
}

import MisfitCore

/// Memory of words for the kernels of convolutions, aligned for vectors, all 0.
@safe final class WordBuffer: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt32>

  init(count: Int) {
    // Kernels read whole vectors, up to one past the last word.
    unsafe base = .zeros(count: max(count, 0) + 16)
  }

  deinit { unsafe base.deallocate() }
}

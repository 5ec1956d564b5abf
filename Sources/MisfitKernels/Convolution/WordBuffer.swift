import MisfitCore

/// Zeroed, vector-aligned memory of 32-bit words for convolution kernels.
@safe final class WordBuffer: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt32>

  init(count: Int) {
    // Kernels read whole vectors, up to one vector past the last word.
    unsafe base = .zeros(count: max(count, 0) + 16)
  }

  deinit { unsafe base.deallocate() }
}

/// Memory of words for the kernels of convolutions, aligned for vectors, all 0.
@safe final class WordBuffer: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt32>

  init(count: Int) {
    // Kernels read whole vectors, up to one past the last word.
    let words = max(count, 0) + 16
    let memory = UnsafeMutableRawPointer.allocate(byteCount: words * 4, alignment: 64)
    unsafe base = memory.initializeMemory(as: UInt32.self, repeating: 0, count: words)
  }

  deinit { unsafe base.deallocate() }
}

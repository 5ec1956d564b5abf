#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  /// Allocates `count` zeros, aligned to a cache line of 64 bytes; at least one cache line.
  ///
  /// Exits the process if the system refuses the memory (``MemoryRefusal``).
  ///
  /// - Precondition: `count` is not negative.
  package static func zeros(count: Int) -> UnsafeMutablePointer<Pointee> {
    precondition(count >= 0, "a buffer cannot have a negative count")
    let bytes = max(count * MemoryLayout<Pointee>.stride, 64)
    var raw: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&raw, 64, bytes) == 0, let raw = unsafe raw else {
      MemoryRefusal.end(byteCount: bytes)
    }
    unsafe raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return unsafe raw.assumingMemoryBound(to: Pointee.self)
  }
}

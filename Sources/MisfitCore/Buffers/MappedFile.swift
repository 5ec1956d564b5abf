#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Zeros in a temporary file that are used like memory.
///
/// The system writes them to the file and reads them again as it likes, so that they need no memory while
/// they are not used. The space in the file is reserved at once: a full disk is noticed here and nowhere
/// else.
@safe final class MappedFile: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  private let byteCount: Int

  /// Maps `byteCount` bytes of an empty file; nil if the file or the address space cannot take them.
  ///
  /// The file may be closed afterwards.
  init?(_ file: ByteFile, byteCount: Int) {
    guard Self.reserve(byteCount, in: file) else { return nil }
    let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else { return nil }
    unsafe base = address
    self.byteCount = byteCount
  }

  deinit { unsafe munmap(base, byteCount) }

  private static func reserve(_ byteCount: Int, in file: ByteFile) -> Bool {
    guard byteCount > 0 else { return false }
    #if os(Linux)
      var outcome: Int32
      repeat { outcome = posix_fallocate(file.descriptor, 0, off_t(byteCount)) } while outcome == EINTR
      return outcome == 0
    #else
      // There is no call that reserves space on all file systems: write it.
      return (try? file.append(zeroCount: byteCount)) != nil
    #endif
  }

  /// Lets the system keep the bytes in the file alone until they are used again.
  func release() { _ = unsafe madvise(base, byteCount, MADV_DONTNEED) }
}

#if !os(Linux)
  extension ByteFile {
    fileprivate func append(zeroCount: Int) throws(FileError) {
      let zeros = [UInt8](repeating: 0, count: 1 << 20)
      for start in stride(from: 0, to: zeroCount, by: zeros.count) {
        try append(Array(zeros.prefix(zeroCount - start)))
      }
    }
  }
#endif

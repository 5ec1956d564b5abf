import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The reaction when the system refuses memory for data.
///
/// No caller could continue without it, so nothing is thrown: the process prints a sentence to standard error
/// and exits with the status 2. A program sets its own message once, at startup.
package enum MemoryRefusal {
  private static let handler = Mutex<@Sendable (Int) -> Void>({ _ in })

  /// Sets the function that is called with the number of refused bytes.
  ///
  /// It should exit the process, and allocate little.
  package static func handle(by body: @escaping @Sendable (_ byteCount: Int) -> Void) {
    handler.withLock { $0 = body }
  }

  /// Exits the process, with the status 2 unless the handler has another one.
  package static func end(byteCount: Int) -> Never {
    handler.withLock { $0(byteCount) }
    try? ByteFile.standardError.write("out of memory: \(byteCount) bytes were refused\n")
    _exit(2)
  }
}

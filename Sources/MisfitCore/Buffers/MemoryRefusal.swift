import Synchronization

/// The reaction when the system refuses memory for data.
///
/// No caller could continue without it, so nothing is thrown: the process exits. A program sets its own
/// message once, at startup.
package enum MemoryRefusal {
  private static let handler = Mutex<@Sendable (Int) -> Void>({ _ in })

  /// Sets the function that is called with the number of refused bytes.
  ///
  /// It should exit the process, and allocate little.
  package static func handle(by body: @escaping @Sendable (_ byteCount: Int) -> Void) {
    handler.withLock { $0 = body }
  }

  /// Exits the process.
  package static func end(byteCount: Int) -> Never {
    handler.withLock { $0(byteCount) }
    fatalError("out of memory: \(byteCount) bytes were refused")
  }
}

import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The three standard streams of a process.
package enum StandardStreams {
  /// Opens the null device for each standard stream that is closed.
  ///
  /// A program must call it first: the next file it opened would get the free descriptor, and messages would
  /// be written into that file.
  package static func openWhereClosed() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      // The lowest free descriptor is this one, since those below are open.
      _ = unsafe open("/dev/null", O_RDWR)
      if descriptor == 1 { outputWasClosed.store(true, ordering: .relaxed) }
    }
  }

  /// Whether standard output was closed at startup: a file that is written there would be lost.
  static var isOutputClosed: Bool { outputWasClosed.load(ordering: .relaxed) }

  private static let outputWasClosed = Atomic<Bool>(false)
}

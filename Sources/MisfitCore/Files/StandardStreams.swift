import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The three streams that a process begins with.
public enum StandardStreams {
  /// Opens the null device in the place of each stream that is closed.
  ///
  /// Must be the first thing that a program does: the next file it opened would get the free number, and
  /// messages would be written into that file.
  public static func openWhereClosed() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      // The lowest free number is this one, since those below are open.
      _ = unsafe open("/dev/null", O_RDWR)
      if descriptor == 1 { outputWasClosed.store(true, ordering: .relaxed) }
    }
  }

  /// Whether standard output was closed when the process began: a file that goes there would be lost.
  static var isOutputClosed: Bool { outputWasClosed.load(ordering: .relaxed) }

  private static let outputWasClosed = Atomic<Bool>(false)
}

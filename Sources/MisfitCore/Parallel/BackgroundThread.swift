#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A POSIX thread, to be joined or detached once.
@safe struct BackgroundThread {
  private let handle: pthread_t

  /// What a thread runs: a class, so that one retained reference can pass through C's `void *`.
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  #if canImport(Darwin)
    /// Starts a thread; nil where the system has none left.
    init?(_ body: @escaping @Sendable () -> Void) {
      let reference = unsafe Unmanaged.passRetained(Work(body))
      var thread: pthread_t?
      let status = unsafe pthread_create(
        &thread, nil,
        { context in
          unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
          return nil
        }, reference.toOpaque())
      guard status == 0, let thread = unsafe thread else {
        unsafe reference.release()
        return nil
      }
      unsafe handle = thread
    }

    func join() { unsafe _ = pthread_join(handle, nil) }

    func detach() { unsafe _ = pthread_detach(handle) }
  #else
    /// Starts a thread; nil where the system has none left.
    init?(_ body: @escaping @Sendable () -> Void) {
      let reference = unsafe Unmanaged.passRetained(Work(body))
      var thread = pthread_t()
      let status = unsafe pthread_create(
        &thread, nil,
        { context in
          if let context = unsafe context {
            unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
          }
          return nil
        }, reference.toOpaque())
      guard status == 0 else {
        unsafe reference.release()
        return nil
      }
      handle = thread
    }

    func join() { _ = pthread_join(handle, nil) }

    func detach() { _ = pthread_detach(handle) }
  #endif
}

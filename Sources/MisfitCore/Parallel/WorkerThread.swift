#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A thread of the system, to be joined.
///
/// Not a task of Swift's concurrency: a worker computes or blocks for long, and must not hold a cooperative
/// thread.
package final class WorkerThread: @unchecked Sendable {
  private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t?

  private init(_ thread: pthread_t?) { self.thread = thread }

  /// Starts the thread; where the system has none to give, `body` runs here, before this returns.
  package init(_ body: @escaping @Sendable () -> Void) {
    thread = Self.create(body)
    if thread == nil { body() }
  }

  /// A thread that runs `body`, or nil where the system has none to give; `body` is then not called.
  package static func started(_ body: @escaping @Sendable () -> Void) -> WorkerThread? {
    create(body).map(WorkerThread.init(_:))
  }

  /// Waits until the thread has ended; to be called once, and not after ``detach()``.
  package func join() { if let thread { pthread_join(thread, nil) } }

  /// Lets the thread run to its end by itself; to be called once, instead of ``join()``.
  package func detach() { if let thread { pthread_detach(thread) } }

  private static func create(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let start = unsafe Unmanaged.passRetained(Start(body))
    #if canImport(Darwin)
      var created: pthread_t?
    #else
      var created: pthread_t = 0
    #endif
    let outcome = unsafe pthread_create(
      &created, nil,
      { argument in
        #if canImport(Darwin)
          unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        #else
          if let argument = unsafe argument {
            unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
          }
        #endif
        return nil
      }, start.toOpaque())
    if outcome == 0 { return created }
    unsafe start.release()
    return nil
  }
}

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A system thread that can be joined.
///
/// It is not a task of Swift's concurrency: a worker computes or blocks for long, and must not hold a
/// cooperative thread.
package final class WorkerThread: @unchecked Sendable {
  private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t?

  private init(_ thread: pthread_t?) { self.thread = thread }

  /// Starts the thread; if the system has none left, `body` runs before this returns.
  package init(_ body: @escaping @Sendable () -> Void) {
    thread = Self.create(body)
    if thread == nil { body() }
  }

  /// Starts a thread that runs `body`; returns nil without calling it if the system has no thread left.
  package static func started(_ body: @escaping @Sendable () -> Void) -> WorkerThread? {
    create(body).map(WorkerThread.init(_:))
  }

  /// Waits until the thread has ended; call it once, and not after ``detach()``.
  package func join() { if let thread { pthread_join(thread, nil) } }

  /// Lets the thread run to its end; call it once, instead of ``join()``.
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

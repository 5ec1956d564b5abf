/// A function that runs on its own thread, and whose result or error is awaited once.
///
/// It is for calls that block in the system (reading, decompressing): Swift's concurrency has one thread a
/// core, and a blocked one is a core lost to everybody. A task that is dropped without waiting runs to its
/// end, and its result is discarded. If the system has no thread left, the function runs on the thread that
/// creates the task.
package final class BackgroundTask<Value: Sendable, Failure: Error>: @unchecked Sendable {
  private let outcome: Outcome
  private var thread: WorkerThread?

  /// The result; the thread writes it, and it is read after the thread was joined.
  private final class Outcome: @unchecked Sendable {
    var result: Result<Value, Failure>?
  }

  /// Starts `body`.
  package init(_ body: @escaping @Sendable () throws(Failure) -> Value) {
    let outcome = Outcome()
    self.outcome = outcome
    let run: @Sendable () -> Void = {
      do throws(Failure) { outcome.result = .success(try body()) } catch { outcome.result = .failure(error) }
    }
    thread = WorkerThread.started(run)
    if thread == nil { run() }
  }

  deinit { thread?.detach() }

  /// Waits for the end and returns the result.
  ///
  /// - Throws: the error of the function.
  /// - Precondition: one thread calls it, and only once.
  package func value() throws(Failure) -> Value {
    thread?.join()
    thread = nil
    guard let result = outcome.result else {
      preconditionFailure("the result of a task can be taken only once")
    }
    outcome.result = nil
    return try result.get()
  }
}

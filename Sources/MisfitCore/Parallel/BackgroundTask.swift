/// A function on a thread of its own, whose result or error is waited for once.
///
/// For calls that block in the system (reading, decompressing): Swift's concurrency has one thread a core,
/// and one that blocks is a core lost to everybody. A task that is dropped without waiting runs to its end
/// and its result is forgotten. Where the system has no thread left, the function runs on the thread that
/// makes the task.
package final class BackgroundTask<Value: Sendable, Failure: Error>: @unchecked Sendable {
  private let outcome: Outcome
  private var thread: WorkerThread?

  /// Written by the thread, read after it was joined.
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

  /// Waits for the end and gives the result.
  ///
  /// - Throws: what the function threw.
  /// - Precondition: one thread asks, and only once.
  package func value() throws(Failure) -> Value {
    thread?.join()
    thread = nil
    guard let result = outcome.result else { preconditionFailure("the result of a task is asked for twice") }
    outcome.result = nil
    return try result.get()
  }
}

import MisfitCore
import Synchronization

/// Ctrl-C, `kill` or a closed terminal, asked for between two batches.
///
/// The first one only sets a flag, so that work ends at a good place; the second ends the process at once.
/// A signal that was ignored when the process was started (`nohup`, a shell's `&`) stays ignored.
///
///     let interruption = Interruption.watch()
///     defer { interruption.end() }
///     let outcome = try trainer.run(shouldStop: { interruption.isRequested })
struct Interruption {
  /// The signal's number, or 0; set by its handler: one lock-free store, which is all that a handler may do.
  private static let signal = Atomic<Int32>(0)

  /// Watches for requests to end from now on.
  static func watch() -> Interruption {
    // Before the handler: a global's first use runs its initializer, which no signal handler should.
    signal.store(0, ordering: .relaxed)
    Signals.handleEndRequestOnce { Interruption.signal.store($0, ordering: .relaxed) }
    return Interruption()
  }

  /// Whether an end was asked for since ``watch()``.
  var isRequested: Bool { Self.signal.load(ordering: .relaxed) != 0 }

  /// The status of a process that ends because it was asked to.
  static var status: ExitStatus { ExitStatus(signal: signal.load(ordering: .relaxed)) }

  /// Gives the signals their default back.
  func end() { Signals.restoreEndRequests() }

  /// Ends work that has nothing to save.
  ///
  /// - Throws: ``Interrupted``.
  func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }
}

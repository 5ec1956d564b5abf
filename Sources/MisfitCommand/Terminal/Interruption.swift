import MisfitCore
import Synchronization

/// Ctrl-C, asked for between two batches.
///
/// The first one only sets a flag, so that work ends at a good place; the second ends the process at once.
/// Where the process was started with Ctrl-C ignored (`nohup`, a shell's `&`) it stays ignored.
///
///     let interruption = Interruption.watch()
///     defer { interruption.end() }
///     let outcome = try trainer.run(shouldStop: { interruption.isRequested })
struct Interruption {
  /// Set by the signal's handler: one lock-free store, which is all that a handler may do.
  private static let flag = Atomic<Bool>(false)

  /// Watches for Ctrl-C from now on.
  static func watch() -> Interruption {
    // Before the handler: a global's first use runs its initializer, which no signal handler should.
    flag.store(false, ordering: .relaxed)
    Signals.handleInterruptOnce { _ in Interruption.flag.store(true, ordering: .relaxed) }
    return Interruption()
  }

  /// Whether Ctrl-C was pressed since ``watch()``.
  var isRequested: Bool { Self.flag.load(ordering: .relaxed) }

  /// Gives Ctrl-C its default back.
  func end() { Signals.restoreInterrupt() }

  /// Ends work that has nothing to save.
  ///
  /// - Throws: ``Interrupted``.
  func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }
}

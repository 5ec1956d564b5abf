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
  private static let grace = Atomic<UInt32>(1)
  /// Parts of the work may watch, too: the last to end ends the watching.
  private static let depth = Atomic<Int>(0)

  /// Watches for requests to end from now on.
  ///
  /// Work that does not ask ``isRequested`` within `graceSeconds` of a request is ended all the same. Files
  /// that it was writing are then gone, as if it had been killed.
  static func watch(graceSeconds: UInt32 = 1) -> Interruption {
    grace.store(graceSeconds, ordering: .relaxed)
    guard depth.add(1, ordering: .relaxed).newValue == 1 else { return Interruption() }
    // Before the handler: a global's first use runs its initializer, which no signal handler should.
    signal.store(0, ordering: .relaxed)
    Signals.handleAlarm { _ in Signals.endAtOnce(128 + Interruption.signal.load(ordering: .relaxed)) }
    Signals.handleEndRequestOnce { number in
      Interruption.signal.store(number, ordering: .relaxed)
      Signals.setAlarm(seconds: Interruption.grace.load(ordering: .relaxed))
    }
    return Interruption()
  }

  /// Whether an end was asked for since ``watch()``.
  var isRequested: Bool {
    guard Self.signal.load(ordering: .relaxed) != 0 else { return false }
    Signals.setAlarm(seconds: 0)
    return true
  }

  /// The status of a process that ends because it was asked to.
  static var status: ExitStatus { ExitStatus(signal: signal.load(ordering: .relaxed)) }

  /// Gives the signals their default back.
  func end() {
    Self.grace.store(1, ordering: .relaxed)
    guard Self.depth.subtract(1, ordering: .relaxed).newValue == 0 else { return }
    Signals.restoreEndRequests()
    Signals.setAlarm(seconds: 0)
  }

  /// Ends work that has nothing to save.
  ///
  /// - Throws: ``Interrupted``.
  func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }
}

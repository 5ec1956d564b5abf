import MisfitCore
import Synchronization

/// A request to stop by Ctrl-C, `kill` or a closed terminal, checked between two batches.
///
/// The first signal only sets a flag, so that work stops in a consistent state; the second one terminates the
/// process at once. A signal that was ignored when the process was started (`nohup`, a shell's `&`) remains
/// ignored.
///
///     let interruption = Interruption.watch()
///     defer { interruption.end() }
///     let outcome = try trainer.run(shouldStop: { interruption.isRequested })
struct Interruption {
  /// The number of the signal, or 0; set by its handler with one lock-free store, which is all that a handler
  /// may do.
  private static let signal = Atomic<Int32>(0)
  private static let grace = Atomic<UInt32>(1)
  /// The number of active watches, which may be nested; the last one to end restores the signals.
  private static let depth = Atomic<Int>(0)

  /// Starts watching for requests to stop.
  ///
  /// If work does not check ``isRequested`` within `graceSeconds` of a request, the process is terminated.
  /// Files that it was writing are then gone, as if it had been killed.
  static func watch(graceSeconds: UInt32 = 1) -> Interruption {
    grace.store(graceSeconds, ordering: .relaxed)
    guard depth.add(1, ordering: .relaxed).newValue == 1 else { return Interruption() }
    // Before the handler is installed: the first use of a global runs its initializer, which no signal
    // handler should.
    signal.store(0, ordering: .relaxed)
    Signals.handleAlarm { _ in Signals.endAtOnce(128 + Interruption.signal.load(ordering: .relaxed)) }
    Signals.handleEndRequestOnce { number in
      Interruption.signal.store(number, ordering: .relaxed)
      Signals.setAlarm(seconds: Interruption.grace.load(ordering: .relaxed))
    }
    return Interruption()
  }

  /// Whether a stop was requested since ``watch()``.
  var isRequested: Bool {
    guard Self.signal.load(ordering: .relaxed) != 0 else { return false }
    Signals.setAlarm(seconds: 0)
    return true
  }

  /// The exit status of a process that stops on request.
  static var status: ExitStatus { ExitStatus(signal: signal.load(ordering: .relaxed)) }

  /// Restores the default actions of the signals.
  func end() {
    Self.grace.store(1, ordering: .relaxed)
    guard Self.depth.subtract(1, ordering: .relaxed).newValue == 0 else { return }
    Signals.restoreEndRequests()
    Signals.setAlarm(seconds: 0)
  }

  /// Throws if a stop was requested, for work that has nothing to save.
  ///
  /// - Throws: ``Interrupted``.
  func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }
}

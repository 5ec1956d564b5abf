#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The signals that concern a command line: a closed pipe and requests to end.
enum Signals {
  /// `misfit … | head -1` ends quietly: by the default action, even where a parent process ignores the
  /// signal.
  static func endQuietlyOnClosedPipe() { _ = signal(SIGPIPE, SIG_DFL) }

  /// The signals that ask a process to end: Ctrl-C, `kill` without a number, a terminal that is closed.
  static let endRequests = [SIGINT, SIGTERM, SIGHUP]

  /// Calls `handler` for the first request to end; the second of the same kind has the default action again
  /// (`SA_RESETHAND`).
  ///
  /// Reads and writes go on where they were (`SA_RESTART`). A signal that is ignored stays so.
  static func handleEndRequestOnce(_ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    #if canImport(Darwin)
      unsafe action.__sigaction_u.__sa_handler = handler
    #else
      unsafe action.__sigaction_handler.sa_handler = handler
    #endif
    action.sa_flags = Int32(truncatingIfNeeded: Int(SA_RESTART) | Int(SA_RESETHAND))
    for signal in endRequests where !isIgnored(signal) { unsafe _ = sigaction(signal, &action, nil) }
  }

  /// Calls `handler` when the time of an alarm is over.
  static func handleAlarm(_ handler: @escaping @convention(c) (Int32) -> Void) {
    _ = signal(SIGALRM, handler)
  }

  /// Sets the one alarm that a process has; 0 seconds take it back.
  ///
  /// May be called by a signal's handler.
  static func setAlarm(seconds: UInt32) { _ = alarm(seconds) }

  /// Ends the process without any cleaning up.
  ///
  /// May be called by a signal's handler.
  static func endAtOnce(_ status: Int32) { _exit(status) }

  /// Gives requests to end their default action, unless they are ignored.
  static func restoreEndRequests() {
    for number in endRequests where !isIgnored(number) { _ = signal(number, SIG_DFL) }
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var current = sigaction()
    guard unsafe sigaction(signal, nil, &current) == 0 else { return true }
    return isIgnored(current)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
      let handler = unsafe action.__sigaction_u.__sa_handler
    #else
      let handler = unsafe action.__sigaction_handler.sa_handler
    #endif
    guard let handler else { return false }
    return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

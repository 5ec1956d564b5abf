#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The signals that matter to a command line program: a closed pipe and requests to terminate.
enum Signals {
  /// Makes `misfit … | head -1` exit quietly: sets the default action, even if the parent process ignores the
  /// signal.
  static func endQuietlyOnClosedPipe() { _ = signal(SIGPIPE, SIG_DFL) }

  /// The signals that request a process to terminate: Ctrl-C, `kill` without a number, a closed terminal.
  static let endRequests = [SIGINT, SIGTERM, SIGHUP]

  /// Calls `handler` for the first request to terminate; a second one of the same kind has the default action
  /// again (`SA_RESETHAND`).
  ///
  /// Interrupted reads and writes are restarted (`SA_RESTART`). An ignored signal remains ignored.
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

  /// Calls `handler` when an alarm expires.
  static func handleAlarm(_ handler: @escaping @convention(c) (Int32) -> Void) {
    _ = signal(SIGALRM, handler)
  }

  /// Calls `handler` at every SIGUSR1; interrupted reads and writes are restarted.
  static func handleUserRequest(_ handler: @escaping @convention(c) (Int32) -> Void) {
    _ = signal(SIGUSR1, handler)
  }

  /// Sets the only alarm of the process; 0 seconds cancel it.
  ///
  /// May be called by a signal handler.
  static func setAlarm(seconds: UInt32) { _ = alarm(seconds) }

  /// Exits the process without cleaning up.
  ///
  /// May be called by a signal handler.
  static func endAtOnce(_ status: Int32) { _exit(status) }

  /// Restores the default action of requests to terminate, unless they are ignored.
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

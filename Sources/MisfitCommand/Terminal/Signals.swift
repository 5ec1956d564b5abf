#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The signals that concern a command line: a closed pipe and Ctrl-C.
enum Signals {
  /// `misfit … | head -1` ends quietly: by the default action, even where a parent process ignores the
  /// signal.
  static func endQuietlyOnClosedPipe() { _ = signal(SIGPIPE, SIG_DFL) }

  /// Calls `handler` for the first Ctrl-C; the second has the default action again (`SA_RESETHAND`).
  ///
  /// Reads and writes go on where they were (`SA_RESTART`). Does nothing where Ctrl-C is ignored.
  static func handleInterruptOnce(_ handler: @escaping @convention(c) (Int32) -> Void) {
    var current = sigaction()
    guard unsafe sigaction(SIGINT, nil, &current) == 0, !isIgnored(current) else { return }
    var action = sigaction()
    #if canImport(Darwin)
      unsafe action.__sigaction_u.__sa_handler = handler
    #else
      unsafe action.__sigaction_handler.sa_handler = handler
    #endif
    action.sa_flags = Int32(truncatingIfNeeded: Int(SA_RESTART) | Int(SA_RESETHAND))
    unsafe _ = sigaction(SIGINT, &action, nil)
  }

  /// Gives Ctrl-C its default action, unless it is ignored.
  static func restoreInterrupt() {
    var current = sigaction()
    guard unsafe sigaction(SIGINT, nil, &current) == 0, !isIgnored(current) else { return }
    _ = signal(SIGINT, SIG_DFL)
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

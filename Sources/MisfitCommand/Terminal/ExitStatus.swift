#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the command tells the shell.
enum ExitStatus: Int32 {
  case done = 0
  /// Anomalies were found, and a flag asked for this status where there are any.
  case anomaliesFound = 1
  /// Something failed; a message says what.
  case error = 2
  /// Ctrl-C: 128 and the signal's number, as shells have it.
  case interrupted = 130

  /// The terminal was closed.
  case hungUp = 129
  /// Asked to end, as by `kill`.
  case terminated = 143

  /// The status of a process that a signal asked to end.
  init(signal: Int32) {
    switch signal {
    case SIGTERM: self = .terminated
    case SIGHUP: self = .hungUp
    default: self = .interrupted
    }
  }

  /// Whether a signal asked the process to end.
  var isByRequest: Bool { self == .interrupted || self == .terminated || self == .hungUp }

  /// Ends the process.
  func endProcess() -> Never { exit(rawValue) }
}

/// Thrown where work ends early because it was asked to (``Interruption``), and nothing more is to be said.
struct Interrupted: Error {}

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The exit status of the command.
enum ExitStatus: Int32 {
  case done = 0
  /// Anomalies were found, and a flag requested this status; or a check failed.
  case anomaliesFound = 1
  /// The command failed, and printed a message.
  case error = 2
  /// Ctrl-C: 128 plus the number of the signal, as in shells.
  case interrupted = 130

  /// The terminal was closed.
  case hungUp = 129
  /// The process was requested to terminate, as by `kill`.
  case terminated = 143

  /// Creates the status of a process that a signal requested to terminate.
  init(signal: Int32) {
    switch signal {
    case SIGTERM: self = .terminated
    case SIGHUP: self = .hungUp
    default: self = .interrupted
    }
  }

  /// Whether a signal requested the process to terminate.
  var isByRequest: Bool { self == .interrupted || self == .terminated || self == .hungUp }

  /// Exits the process with this status.
  func endProcess() -> Never { exit(rawValue) }
}

/// An error that stops work on request (``Interruption``); nothing more is printed for it.
struct Interrupted: Error {}

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

  /// Ends the process.
  func endProcess() -> Never { exit(rawValue) }
}

/// Thrown where work ends early because of Ctrl-C and nothing more is to be said.
struct Interrupted: Error {}

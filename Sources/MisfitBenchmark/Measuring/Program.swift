import Misfit

/// Programs that run to their end.
enum Program {
  /// The path of this program.
  static var own: String {
    FileSystem.resolved("/proc/self/exe") ?? CommandLine.arguments.first ?? "misfit-benchmark"
  }

  /// Runs a program and returns its standard error.
  ///
  /// - Throws: ``BenchmarkError`` if it fails or cannot be started.
  @discardableResult
  static func run(_ path: String, _ arguments: [String], name: String) throws(BenchmarkError) -> String {
    let outcome: ChildProcess.Outcome
    do { outcome = try ChildProcess.run(path, arguments) } catch {
      throw BenchmarkError(.processFailed(name, message: error.description))
    }
    guard outcome.ending == .exited(0) else {
      let message = outcome.standardError.isEmpty ? "\(outcome.ending)" : outcome.standardError
      throw BenchmarkError(.processFailed(name, message: message))
    }
    return outcome.standardError
  }

  /// Runs a program and returns its standard output and error together.
  ///
  /// - Throws: ``BenchmarkError``.
  static func output(
    of path: String, _ arguments: [String], environment: [String], name: String
  ) throws(BenchmarkError) -> String {
    // The wrapper keeps standard error only.
    let words = ["-c", "exec \"$@\" 1>&2", "sh", "env"] + environment + [path] + arguments
    return try run("/bin/sh", words, name: name)
  }
}

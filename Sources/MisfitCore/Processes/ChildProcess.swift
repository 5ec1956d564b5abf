#if canImport(Darwin)
  import Darwin
#else
  // Glibc's environment is a global variable, which is only passed on.
  @unsafe @preconcurrency import Glibc
#endif

/// A program that runs to its end, without a shell.
///
/// Its standard input is empty, its standard output is discarded, and its standard error is kept. Ctrl-C
/// reaches it too, since it stays in the terminal's process group.
package enum ChildProcess {
  /// The reason a program ended.
  package enum Ending: Hashable, Sendable {
    case exited(Int32)
    /// Killed by a signal.
    case killed(signal: Int32)
  }

  /// The exit status of a program, and its standard error.
  package struct Outcome: Hashable, Sendable {
    package var ending: Ending
    /// The last 64 KiB at most.
    package var standardError: String
  }

  /// Runs a program and waits for its end; a name without a slash is searched on `PATH`.
  ///
  /// `shouldContinue` is called at least twenty times a second, more often while the program writes messages.
  /// If it returns false, SIGKILL ends the program, which may have inherited a mask that blocks other
  /// signals.
  ///
  /// - Throws: ``ChildProcessError`` if it cannot be started; its own failure is an ``Outcome``.
  package static func run(
    _ program: String, _ arguments: [String], shouldContinue: () -> Bool = { true }
  ) throws(ChildProcessError) -> Outcome {
    let messages = try openPipe(for: program)
    defer { close(messages.reading) }
    let process: pid_t
    do {
      // Closed before reading: while we hold the writing end, the pipe has no end of file.
      defer { close(messages.writing) }
      process = try start(program, arguments, standardError: messages.writing)
    }
    let text = readToEnd(messages.reading, of: process, shouldContinue: shouldContinue)
    return Outcome(ending: try wait(for: process, program), standardError: text)
  }

  private static let keptByteCount = 1 << 16

  private static func openPipe(for program: String) throws(ChildProcessError) -> (
    reading: Int32, writing: Int32
  ) {
    var ends: [Int32] = [-1, -1]
    let outcome = unsafe pipe(&ends)
    guard outcome == 0 else { throw ChildProcessError(program: program, errorNumber: errno) }
    // Close on exec: children that are started meanwhile would keep the pipe open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func start(
    _ program: String, _ arguments: [String], standardError: Int32
  ) throws(ChildProcessError) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, standardError, 2)

    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { for index in unsafe words.indices { unsafe free(words[index]) } }
    var process = pid_t()
    #if canImport(Darwin)
      let environment = unsafe _NSGetEnviron().pointee
    #else
      let environment = unsafe environ
    #endif
    let failure = unsafe posix_spawnp(&process, program, &actions, nil, words, environment)
    guard failure == 0 else { throw ChildProcessError(program: program, errorNumber: failure) }
    return process
  }

  private static func readToEnd(_ descriptor: Int32, of process: pid_t, shouldContinue: () -> Bool) -> String
  {
    var kept: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      var awaited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let readyCount = unsafe poll(&awaited, 1, 50)
      if !shouldContinue() { _ = kill(process, SIGKILL) }
      guard readyCount > 0 else { continue }
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return unsafe SystemCalls.read(descriptor, start, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      kept.append(contentsOf: chunk[..<count])
      if kept.count > 2 * keptByteCount { kept.removeFirst(kept.count - keptByteCount) }
    }
    return String(decoding: kept.suffix(keptByteCount), as: UTF8.self)
  }

  private static func wait(for process: pid_t, _ program: String) throws(ChildProcessError) -> Ending {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw ChildProcessError(program: program, errorNumber: errno) }
    }
    // The macros WIFEXITED, WEXITSTATUS and WTERMSIG, which Swift does not import.
    return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: status & 0x7F)
  }
}

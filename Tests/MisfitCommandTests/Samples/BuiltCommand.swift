import Foundation
import Testing
import _TestSupport

/// The `misfit` that was built with the tests, run as a process in its own folder.
final class BuiltCommand: Sendable {
  private let folder: TemporaryFolder

  /// Creates an empty folder.
  init() throws { folder = try TemporaryFolder() }

  /// The built program: in the folder of the test program, else where `swift build` puts it.
  static let path: String = {
    let besideTests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let package = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent()
    }
    let candidates = [besideTests, package.appendingPathComponent(".build/debug")]
      .map { $0.appendingPathComponent("misfit").path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
  }()

  /// Runs `misfit` with the words of a line, which ends at the latest after `limitSeconds`.
  ///
  /// `whileRunning` is called as soon as the process is there.
  @discardableResult
  func run(
    _ line: String, input: Data = Data(), environment: [String: String] = [:], limitSeconds: Double = 60,
    whileRunning: (Process) throws -> Void = { _ in }
  ) throws -> Outcome {
    try run(
      Self.path, line.split(separator: " ").map(String.init), input, environment, limitSeconds, whileRunning)
  }

  /// Runs the program with arguments that may hold spaces.
  func run(arguments: [String]) throws -> Outcome {
    try run(Self.path, arguments, Data(), [:], 60) { _ in }
  }

  /// Runs a line of the shell, in which `$misfit` is the program.
  func shell(_ line: String, environment: [String: String] = [:]) throws -> Outcome {
    let environment = environment.merging(["misfit": Self.path]) { given, _ in given }
    return try run("/bin/sh", ["-c", line], Data(), environment, 60) { _ in }
  }

  // Files instead of pipes: nothing can block, and no other test's process inherits an end of them.
  private func run(
    _ program: String, _ arguments: [String], _ input: Data, _ environment: [String: String],
    _ limitSeconds: Double, _ whileRunning: (Process) throws -> Void
  ) throws -> Outcome {
    let streams = try TemporaryFolder()
    for name in ["output", "errors"] { try Data().write(to: URL(fileURLWithPath: streams.file(name))) }
    try input.write(to: URL(fileURLWithPath: streams.file("input")))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path].merging(environment) { $1 }
    let handles = [
      FileHandle(forReadingAtPath: streams.file("input")),
      FileHandle(forWritingAtPath: streams.file("output")),
      FileHandle(forWritingAtPath: streams.file("errors")),
    ]
    // A `Process` is never freed, and neither are its handles. With more than a thousand open files, its
    // `run()` sometimes reads beyond the list of them, and the tests crash.
    defer { for handle in handles { try? handle?.close() } }
    (process.standardInput, process.standardOutput, process.standardError) = (
      handles[0], handles[1], handles[2]
    )
    let hasEnded = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in hasEnded.signal() }
    try Self.withoutBlockedSignals { try process.run() }
    try whileRunning(process)
    if hasEnded.wait(timeout: .now() + limitSeconds) == .timedOut {
      kill(process.processIdentifier, SIGKILL)
      hasEnded.wait()
      Issue.record("\(arguments.joined(separator: " ")) ran longer than \(limitSeconds) s")
    }
    return Outcome(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      outputBytes: try Data(contentsOf: URL(fileURLWithPath: streams.file("output"))),
      errors: try String(contentsOfFile: streams.file("errors"), encoding: .utf8))
  }

  /// Tests run on threads that block Ctrl-C, and a process inherits what its parent's thread blocks.
  private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var blocked = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try body()
  }

  /// The result of a run.
  struct Outcome {
    /// The exit status, or the signal's number.
    var status: Int32
    var wasKilled: Bool
    var outputBytes: Data
    var errors: String

    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    var lines: [String] { Self.lines(output) }
    var errorLines: [String] { Self.lines(errors) }
    /// The message, without notes and remedy.
    var message: String { errorLines.first { !$0.hasPrefix("misfit: note: ") } ?? "" }

    /// Returns a line of standard output; empty if there are fewer, so that a failing test continues.
    func line(_ index: Int) -> String { lines.indices.contains(index) ? lines[index] : "" }

    /// Standard output as the one object that `--json` promises.
    func json() throws -> [String: Any] {
      #expect(lines.count == 1, "one line of JSON and nothing else")
      return try #require(try JSONSerialization.jsonObject(with: outputBytes) as? [String: Any])
    }

    private static func lines(_ text: String) -> [String] {
      var lines = text.components(separatedBy: "\n")
      if lines.last?.isEmpty == true { lines.removeLast() }
      return lines
    }
  }
}

extension BuiltCommand {
  /// The names in the folder, sorted.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? [] }

  func path(_ name: String) -> String { folder.file(name) }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
  func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }
  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  /// Whether a process has begun a file in the folder: on Linux one without a name, elsewhere a hidden one.
  func isWriting(_ process: Process) -> Bool {
    let links = "/proc/\(process.processIdentifier)/fd"
    let open = (try? FileManager.default.contentsOfDirectory(atPath: links)) ?? []
    let targets = open.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(links)/\($0)")
    }
    let name = (folder.path as NSString).lastPathComponent
    return targets.contains { $0.contains(name) && $0.contains("(deleted)") }
      || names.contains { $0.hasSuffix(".partial") }
  }

  func allow(_ permissions: Int, _ name: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path(name))
  }

  /// The lines of a file.
  func lines(_ name: String) throws -> [String] { try text(name).split(separator: "\n").map(String.init) }

  func write(_ bytes: Data, to name: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: url)
  }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  /// Writes `sensors.csv` and fits `model.misfit` on it.
  func fitSensors(_ flags: String = "", epochs: Int = 2) throws {
    try write(SampleData.sensors(), to: "sensors.csv")
    let run = try run("fit sensors.csv --id id --label kind --epochs \(epochs) -o model.misfit -q \(flags)")
    #expect(run.status == 0, "\(run.errors)")
  }

  /// Waits until something is so, at most 30 seconds.
  func wait(until condition: () -> Bool) {
    let end = Date(timeIntervalSinceNow: 30)
    while !condition(), Date() < end { usleep(1000) }
    if !condition() { Issue.record("waited in vain") }
  }
}

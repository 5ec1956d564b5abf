import Foundation
import MisfitCore
import Testing

@Suite struct ChildProcessTests {
  @Test("A program's status and its standard error are returned, its standard output is not")
  func outcome() throws {
    let outcome = try ChildProcess.run("sh", ["-c", "echo result; echo message >&2; exit 7"])
    #expect(outcome.ending == .exited(7))
    #expect(outcome.standardError == "message\n")
  }

  @Test("Arguments are passed unchanged, without a shell")
  func arguments() throws {
    let outcome = try ChildProcess.run(
      "sh", ["-c", "printf '%s|' \"$@\" >&2", "sh", "a b", "$HOME", "*", ""])
    #expect(outcome.standardError == "a b|$HOME|*||")
  }

  @Test("The environment is inherited, and standard input is empty")
  func surroundings() throws {
    let outcome = try ChildProcess.run("sh", ["-c", "cat; printf %s \"$PATH\" >&2"])
    #expect(outcome.standardError == ProcessInfo.processInfo.environment["PATH"])
  }

  @Test("A program that a signal ended is reported with the signal")
  func killed() throws {
    #expect(try ChildProcess.run("sh", ["-c", "kill -9 $$"]).ending == .killed(signal: 9))
  }

  @Test("A missing program is an error with its own message")
  func missing() {
    let error = #expect(throws: ChildProcessError.self) {
      try ChildProcess.run("there-is-no-such-program", [])
    }
    #expect(error?.isNotFound == true)
    #expect(error?.description.contains("there-is-no-such-program") == true)
  }

  @Test("A long standard error does not block, and only its end is kept")
  func longMessages() throws {
    let outcome = try ChildProcess.run("sh", ["-c", "head -c 1000000 /dev/zero >&2; printf end >&2"])
    #expect(outcome.ending == .exited(0))
    #expect(outcome.standardError.utf8.count == 1 << 16)
    #expect(outcome.standardError.hasSuffix("end"))
  }

  @Test("The caller is called while the program works")
  func waiting() throws {
    var callCount = 0
    _ = try ChildProcess.run("sleep", ["0.35"]) {
      callCount += 1
      return true
    }
    #expect(callCount >= 3)
  }

  @Test("A program ends when its caller stops it")
  func ended() throws {
    #expect(try ChildProcess.run("sleep", ["60"]) { false }.ending == .killed(signal: 9))
  }
}

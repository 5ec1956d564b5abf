import Foundation
import Testing

@testable import MisfitCommand

/// Each test first sets what the tests' own parent may have set otherwise.
@Suite("Ctrl-C")
struct InterruptionTests {
  @Test("sets a flag the first time")
  func first() async {
    await #expect(processExitsWith: .exitCode(130)) {
      signal(SIGINT, SIG_DFL)
      let interruption = Interruption.watch()
      guard !interruption.isRequested else { exit(1) }
      raise(SIGINT)
      guard interruption.isRequested else { exit(2) }
      do { try interruption.check() } catch { ExitStatus.interrupted.endProcess() }
    }
  }

  @Test("ends the process the second time")
  func second() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      signal(SIGINT, SIG_DFL)
      _ = Interruption.watch()
      raise(SIGINT)
      raise(SIGINT)
    }
  }

  @Test("has its default action after the work")
  func afterwards() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      signal(SIGINT, SIG_DFL)
      Interruption.watch().end()
      raise(SIGINT)
    }
  }

  @Test("stays ignored where it was")
  func ignored() async {
    await #expect(processExitsWith: .exitCode(0)) {
      signal(SIGINT, SIG_IGN)
      let interruption = Interruption.watch()
      raise(SIGINT)
      interruption.end()
      raise(SIGINT)
      exit(interruption.isRequested ? 1 : 0)
    }
  }

  @Test("a closed pipe ends the process by the signal, even where a parent ignored it")
  func closedPipe() async {
    await #expect(processExitsWith: .signal(SIGPIPE)) {
      signal(SIGPIPE, SIG_IGN)
      Signals.endQuietlyOnClosedPipe()
      raise(SIGPIPE)
    }
  }
}

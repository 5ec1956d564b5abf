import Foundation
import Testing

@testable import MisfitCommand

/// Lets requests to end through: a parent may have ignored it, and threads of a pool do not take signals.
private func allowInterrupt() {
  var signals = sigset_t()
  unsafe sigemptyset(&signals)
  for number in Signals.endRequests + [SIGALRM] {
    signal(number, SIG_DFL)
    unsafe sigaddset(&signals, number)
  }
  unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
}

@Suite("Ctrl-C")
struct InterruptionTests {
  @Test("sets a flag the first time")
  func first() async {
    await #expect(processExitsWith: .exitCode(130)) {
      allowInterrupt()
      let interruption = Interruption.watch()
      guard !interruption.isRequested else { exit(1) }
      raise(SIGINT)
      guard interruption.isRequested else { exit(2) }
      do { try interruption.check() } catch { ExitStatus.interrupted.endProcess() }
    }
  }

  @Test("SIGTERM and SIGHUP do as Ctrl-C does", arguments: [SIGTERM, SIGHUP])
  func others(_ signal: Int32) async {
    await #expect(processExitsWith: .exitCode(128 + signal)) { [signal = signal as Int32] in
      allowInterrupt()
      let interruption = Interruption.watch()
      raise(signal)
      do { try interruption.check() } catch { Interruption.status.endProcess() }
    }
  }

  @Test("ends the process the second time")
  func second() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      allowInterrupt()
      _ = Interruption.watch()
      raise(SIGINT)
      raise(SIGINT)
    }
  }

  @Test("ends work that does not ask, with the status of the signal", arguments: [SIGINT, SIGTERM])
  func unasked(_ signal: Int32) async {
    await #expect(processExitsWith: .exitCode(128 + signal)) { [signal = signal as Int32] in
      allowInterrupt()
      _ = Interruption.watch()
      raise(signal)
      for _ in 0..<600 { usleep(100_000) }
    }
  }

  @Test("leaves work that was asked to end the time that it takes")
  func asked() async {
    await #expect(processExitsWith: .exitCode(7)) {
      allowInterrupt()
      let interruption = Interruption.watch()
      raise(SIGINT)
      guard interruption.isRequested else { exit(1) }
      for _ in 0..<15 { usleep(100_000) }
      exit(7)
    }
  }

  @Test("is watched until the last of several parts ends")
  func nested() async {
    await #expect(processExitsWith: .exitCode(130)) {
      allowInterrupt()
      let interruption = Interruption.watch()
      Interruption.watch().end()
      raise(SIGINT)
      let inner = Interruption.watch()
      do { try inner.check() } catch { Interruption.status.endProcess() }
    }
  }

  @Test("has its default action after the work")
  func afterwards() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      allowInterrupt()
      Interruption.watch().end()
      raise(SIGINT)
    }
  }

  @Test("stays ignored where it was")
  func ignored() async {
    await #expect(processExitsWith: .exitCode(0)) {
      allowInterrupt()
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

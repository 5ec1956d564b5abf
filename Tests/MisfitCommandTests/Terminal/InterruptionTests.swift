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

  @Test("SIGTERM and SIGHUP act like Ctrl-C", arguments: [SIGTERM, SIGHUP])
  func others(_ signal: Int32) async {
    await #expect(processExitsWith: .exitCode(128 + signal)) { [signal = signal as Int32] in
      allowInterrupt()
      let interruption = Interruption.watch()
      raise(signal)
      do { try interruption.check() } catch { Interruption.status.endProcess() }
    }
  }

  @Test("exits the process the second time")
  func second() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      allowInterrupt()
      _ = Interruption.watch()
      raise(SIGINT)
      raise(SIGINT)
    }
  }

  @Test("exits work that does not check for it, with the status of the signal", arguments: [SIGINT, SIGTERM])
  func unasked(_ signal: Int32) async {
    await #expect(processExitsWith: .exitCode(128 + signal)) { [signal = signal as Int32] in
      allowInterrupt()
      _ = Interruption.watch()
      raise(signal)
      for _ in 0..<600 { usleep(100_000) }
    }
  }

  @Test("gives work that checks for it the time that it needs to stop")
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

  @Test("is watched until the last nested watch ends")
  func nested() async {
    await #expect(processExitsWith: .exitCode(130)) {
      allowInterrupt()
      let outer = Interruption.watch()
      Interruption.watch().end()
      raise(SIGINT)
      let inner = Interruption.watch()
      do { try inner.check() } catch { Interruption.status.endProcess() }
      outer.end()
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

  @Test("stays ignored if it was")
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

  @Test("a closed pipe terminates the process, even if a parent ignored the signal")
  func closedPipe() async {
    await #expect(processExitsWith: .signal(SIGPIPE)) {
      signal(SIGPIPE, SIG_IGN)
      Signals.endQuietlyOnClosedPipe()
      raise(SIGPIPE)
    }
  }
}

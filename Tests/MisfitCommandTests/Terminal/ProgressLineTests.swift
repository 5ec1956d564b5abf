import Testing

@testable import MisfitCommand

/// A clock that a test sets.
private final class TestClock { var seconds = 100.0 }

@Suite("Progress")
struct ProgressLineTests {
  private let clock = TestClock()

  private func messages(_ captured: CapturedStreams, isQuiet: Bool = false) -> Messages {
    Messages(captured.streams.errors, isQuiet: isQuiet)
  }

  private func training(_ messages: Messages) -> TrainingProgressLine {
    TrainingProgressLine(messages, epochCount: 4, rowCount: 1000, now: { [clock] in clock.seconds })
  }

  @Test("is rewritten at most ten times a second, and creates no text in between")
  func throttle() {
    let captured = CapturedStreams(terminalWidth: 80)
    let line = ProgressLine(messages(captured), now: { [clock] in clock.seconds })
    var madeCount = 0
    for _ in 0..<1000 {
      line.update {
        madeCount += 1
        return "x"
      }
      clock.seconds += 0.001
    }
    #expect((9...11).contains(madeCount))
    #expect(captured.errors == String(repeating: "\r\u{1B}[Kx", count: madeCount))
  }

  @Test("shows epoch, losses, speed and time left on a terminal")
  func terminalLine() {
    let captured = CapturedStreams(terminalWidth: 120)
    let progress = training(messages(captured))
    progress.update(epoch: 1, rowsDone: 0, loss: 0)
    clock.seconds += 2
    progress.finishEpoch(1, loss: 0.5, validationLoss: 0.25, elapsedSeconds: 2)
    clock.seconds += 1
    progress.update(epoch: 2, rowsDone: 500, loss: 0.125)
    #expect(
      captured.errors.hasSuffix(
        "\r\u{1B}[Kepoch 2/4 ━━━━━━──────  loss 0.125  validation 0.25  500 samples/s  5.00 s left"))
    progress.finish()
    #expect(captured.errors.hasSuffix("left\r\u{1B}[K"))
  }

  @Test("counts only the rows of the resumed run")
  func resumed() {
    let captured = CapturedStreams(terminalWidth: 120)
    let progress = training(messages(captured))
    progress.update(epoch: 3, rowsDone: 500, loss: 1)
    clock.seconds += 1
    progress.update(epoch: 3, rowsDone: 750, loss: 1)
    #expect(captured.errors.hasSuffix("  250 samples/s  5.00 s left"))
  }

  @Test("is one line an epoch without a terminal")
  func logLines() {
    let captured = CapturedStreams()
    let progress = training(messages(captured))
    progress.update(epoch: 1, rowsDone: 500, loss: 1)
    progress.finishEpoch(1, loss: 0.5, validationLoss: 0.25, elapsedSeconds: 2)
    progress.finishEpoch(2, loss: 0.4, validationLoss: nil, elapsedSeconds: 0)
    progress.finish()
    #expect(
      captured.errors == """
        epoch 1/4  loss 0.5  validation loss 0.25  500 samples/s  2.00 s
        epoch 2/4  loss 0.4  0.00 s

        """)
  }

  @Test(
    "is a line for each tenth of many epochs without a terminal, and one for the last",
    arguments: [200, 37, 5])
  func logOfManyEpochs(_ lastEpoch: Int) {
    let captured = CapturedStreams()
    let progress = TrainingProgressLine(messages(captured), epochCount: 200, rowCount: 1000, now: { 0 })
    for epoch in 1...lastEpoch {
      progress.finishEpoch(epoch, loss: 0.5, validationLoss: nil, elapsedSeconds: 0)
    }
    progress.finish()
    progress.finish()
    let told = captured.errors.split(separator: "\n").map { Int($0.dropFirst(6).prefix { $0 != "/" }) }
    #expect(told == (1...lastEpoch).filter { $0 % 20 == 0 || $0 == lastEpoch })
  }

  @Test("is not shown with --quiet", arguments: [nil, 80])
  func quiet(_ terminalWidth: Int?) {
    let captured = CapturedStreams(terminalWidth: terminalWidth)
    let progress = training(messages(captured, isQuiet: true))
    progress.update(epoch: 1, rowsDone: 500, loss: 1)
    progress.finishEpoch(1, loss: 0.5, validationLoss: nil, elapsedSeconds: 2)
    progress.finish()
    #expect(captured.errors == "")
  }

  @Test("fits the terminal")
  func cut() {
    let captured = CapturedStreams(terminalWidth: 20)
    training(messages(captured)).update(epoch: 1, rowsDone: 500, loss: 1)
    #expect(captured.errors == "\r\u{1B}[Kepoch 1/4 ━━━━━━───")
  }

  @Test("is erased for messages")
  func messagesBetween() {
    let captured = CapturedStreams(terminalWidth: 80)
    let messages = messages(captured)
    ProgressLine(messages, now: { 1 }).update { "busy" }
    messages.note("n")
    messages.warning("w")
    #expect(captured.errors == "\r\u{1B}[Kbusy\r\u{1B}[Kmisfit: note: n\nmisfit: warning: w\n")
  }

  @Test("counts rows if there are no epochs")
  func rows() {
    let captured = CapturedStreams(terminalWidth: 80)
    let progress = RowProgressLine("scoring", messages(captured), now: { [clock] in clock.seconds })
    clock.seconds += 2
    progress.update(rowCount: 3000, share: 0.25)
    #expect(captured.errors == "\r\u{1B}[Kscoring ━━━─────────  3,000 rows  1,500 rows/s  6.00 s left")
  }

  @Test("announces long work once, on a terminal or not", arguments: [nil, 80])
  func announcement(_ width: Int?) {
    let captured = CapturedStreams(terminalWidth: width)
    let progress = RowProgressLine("calibrating", messages(captured), now: { [clock] in clock.seconds })
    progress.update(rowCount: 10, share: 0.001)
    clock.seconds += 2.5
    for count in [2500, 2600] { progress.update(rowCount: count, share: Double(count) / 100_000) }
    #expect(captured.errors.contains("misfit: note: calibrating will take about 1 min 40 s\n"))
    #expect(captured.errors.components(separatedBy: "about").count == 2)
  }

  @Test("does not announce short work, or work of unknown length", arguments: [0.5, nil])
  func noAnnouncement(_ share: Double?) {
    let captured = CapturedStreams()
    let progress = RowProgressLine("calibrating", messages(captured), now: { [clock] in clock.seconds })
    for _ in 0..<10 {
      clock.seconds += 2
      progress.update(rowCount: 10, share: share)
    }
    #expect(captured.errors.isEmpty)
  }
}

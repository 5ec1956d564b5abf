import MisfitCore

/// A progress line for training: epoch, loss, validation loss, samples a second, time left.
///
/// On a terminal it is one line that is rewritten; otherwise lines of a log: about one for each tenth of the
/// epochs, and that of the last epoch.
final class TrainingProgressLine {
  private let line: ProgressLine
  private let now: () -> Double
  private let isTerminal: Bool
  private let epochCount: Int
  private let rowCount: Int
  /// The state of the run at the first report, so that a resumed one counts only its own rows.
  private var start: (rows: Double, seconds: Double)?
  private var lastValidationLoss: Double?
  /// The log line of the last epoch, until it is written.
  private var pendingLine: String?

  private static let logLineCount = 10

  /// Creates a progress line for at most `epochCount` epochs of `rowCount` rows.
  init(
    _ messages: Messages, epochCount: Int, rowCount: Int,
    now: @escaping () -> Double = ProgressLine.monotonicSeconds
  ) {
    line = ProgressLine(messages, now: now)
    self.now = now
    isTerminal = messages.stream.isTerminal
    self.epochCount = epochCount
    self.rowCount = rowCount
  }

  /// Reports that a batch is done; `epoch` is counted from 1.
  ///
  /// - Complexity: reads the clock, except ten times a second.
  func update(epoch: Int, rowsDone: Int, loss: Double) {
    if start == nil { start = (rows(epoch, rowsDone), now()) }
    line.update { text(epoch: epoch, rowsDone: rowsDone, loss: loss) }
  }

  /// Reports that an epoch is done.
  func finishEpoch(_ epoch: Int, loss: Double, validationLoss: Double?, elapsedSeconds: Double) {
    lastValidationLoss = validationLoss
    guard !isTerminal else { return line.update { text(epoch: epoch, rowsDone: rowCount, loss: loss) } }
    var parts = ["epoch \(epoch)/\(epochCount)", "loss \(NumberText.significant(loss))"]
    if let validationLoss { parts.append("validation loss \(NumberText.significant(validationLoss))") }
    if elapsedSeconds > 0 { parts.append(rate(Double(rowCount) / elapsedSeconds)) }
    pendingLine = (parts + [NumberText.duration(seconds: elapsedSeconds)]).joined(separator: "  ")
    let step = (epochCount + Self.logLineCount - 1) / Self.logLineCount
    if epoch % max(step, 1) == 0 || epoch == epochCount { writePendingLine() }
  }

  /// Finishes the output at the end of training, for whatever reason.
  func finish() {
    writePendingLine()
    line.clear()
  }

  private func writePendingLine() {
    if let pendingLine { line.log(pendingLine) }
    pendingLine = nil
  }

  private func text(epoch: Int, rowsDone: Int, loss: Double) -> String {
    let share = Double(rowsDone) / Double(max(rowCount, 1))
    var parts = [
      "epoch \(epoch)/\(epochCount) \(ProgressLine.bar(share))", "loss \(NumberText.significant(loss))",
    ]
    if let lastValidationLoss { parts.append("validation \(NumberText.significant(lastValidationLoss))") }
    if let start, rows(epoch, rowsDone) > start.rows, now() > start.seconds {
      let rowsPerSecond = (rows(epoch, rowsDone) - start.rows) / (now() - start.seconds)
      let secondsLeft = (rows(epochCount, rowCount) - rows(epoch, rowsDone)) / rowsPerSecond
      parts += [rate(rowsPerSecond), "\(NumberText.duration(seconds: secondsLeft)) left"]
    }
    return parts.joined(separator: "  ")
  }

  /// Returns the number of rows since the start of the first epoch.
  private func rows(_ epoch: Int, _ rowsDone: Int) -> Double {
    Double(epoch - 1) * Double(rowCount) + Double(rowsDone)
  }

  private func rate(_ rowsPerSecond: Double) -> String {
    "\(NumberText.grouped(Int(min(rowsPerSecond, 1e15)))) samples/s"
  }
}

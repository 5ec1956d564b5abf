import MisfitCore

/// How training goes: epoch, loss, validation loss, samples a second, time left.
///
/// On a terminal one line that is rewritten, elsewhere a line an epoch.
final class TrainingProgressLine {
  private let line: ProgressLine
  private let now: () -> Double
  private let isTerminal: Bool
  private let epochCount: Int
  private let rowCount: Int
  private let start: Double
  private let rowsBefore: Double
  private var lastValidationLoss: Double?

  /// `rowCount` rows an epoch, `epochCount` epochs at most, `firstEpoch` - 1 of them done before (a resumed run).
  init(
    _ messages: Messages, epochCount: Int, rowCount: Int, firstEpoch: Int = 1,
    now: @escaping () -> Double = ProgressLine.monotonicSeconds
  ) {
    line = ProgressLine(messages, now: now)
    self.now = now
    isTerminal = messages.stream.isTerminal
    self.epochCount = epochCount
    self.rowCount = rowCount
    start = now()
    rowsBefore = Double(firstEpoch - 1) * Double(rowCount)
  }

  /// A batch is done; `epoch` from 1.
  ///
  /// - Complexity: a look at the clock, but ten times a second.
  func update(epoch: Int, rowsDone: Int, loss: Double) {
    line.update { text(epoch: epoch, rowsDone: rowsDone, loss: loss) }
  }

  /// An epoch is over.
  func finishEpoch(_ epoch: Int, loss: Double, validationLoss: Double?, elapsedSeconds: Double) {
    lastValidationLoss = validationLoss
    guard !isTerminal else { return line.update { text(epoch: epoch, rowsDone: rowCount, loss: loss) } }
    var parts = ["epoch \(epoch)/\(epochCount)", "loss \(NumberText.significant(loss))"]
    if let validationLoss { parts.append("validation loss \(NumberText.significant(validationLoss))") }
    if elapsedSeconds > 0 { parts.append(rate(Double(rowCount) / elapsedSeconds)) }
    line.log((parts + [NumberText.duration(seconds: elapsedSeconds)]).joined(separator: "  "))
  }

  /// Training is over, for whatever reason.
  func finish() { line.clear() }

  private func text(epoch: Int, rowsDone: Int, loss: Double) -> String {
    let share = Double(rowsDone) / Double(max(rowCount, 1))
    var parts = [
      "epoch \(epoch)/\(epochCount) \(ProgressLine.bar(share))", "loss \(NumberText.significant(loss))",
    ]
    if let lastValidationLoss { parts.append("validation \(NumberText.significant(lastValidationLoss))") }
    let rowsTrained = Double(epoch - 1) * Double(rowCount) + Double(rowsDone) - rowsBefore
    let seconds = now() - start
    if seconds > 0, rowsTrained > 0 {
      let rowsPerSecond = rowsTrained / seconds
      let rowsLeft = Double(epochCount) * Double(rowCount) - rowsBefore - rowsTrained
      parts += [rate(rowsPerSecond), "\(NumberText.duration(seconds: rowsLeft / rowsPerSecond)) left"]
    }
    return parts.joined(separator: "  ")
  }

  private func rate(_ rowsPerSecond: Double) -> String {
    "\(NumberText.grouped(Int(min(rowsPerSecond, 1e15)))) samples/s"
  }
}

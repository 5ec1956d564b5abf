import MisfitCore

/// A progress line for reading or scoring: rows so far, rows a second and the time left, on a terminal only.
///
/// Long work is announced once, on a terminal or not, as soon as its speed is known.
final class RowProgressLine {
  private let line: ProgressLine
  private let messages: Messages
  private let now: () -> Double
  private let activity: String
  private let start: Double
  private var isAnnounced = false

  /// The time after which the speed is taken to be known.
  private static let secondsBeforeEstimate = 2.0
  /// The estimated duration from which work is announced.
  private static let longSeconds = 30.0

  /// Creates a progress line; `activity` is a word such as `scoring`.
  init(_ activity: String, _ messages: Messages, now: @escaping () -> Double = ProgressLine.monotonicSeconds)
  {
    line = ProgressLine(messages, now: now)
    self.messages = messages
    self.now = now
    self.activity = activity
    start = now()
  }

  /// Reports that `rowCount` rows are done; `share` is the share of all rows, 0 to 1, if it is known.
  func update(rowCount: Int, share: Double? = nil) {
    if !isAnnounced, let share, share > 0 { announce(share) }
    line.update {
      var parts = [activity + (share.map { " " + ProgressLine.bar($0) } ?? "")]
      parts.append("\(NumberText.grouped(rowCount)) rows")
      let seconds = now() - start
      if seconds > 0 {
        parts.append("\(NumberText.grouped(Int(min(Double(rowCount) / seconds, 1e15)))) rows/s")
        if let share, share > 0 {
          parts.append("\(NumberText.duration(seconds: seconds / share * (1 - share))) left")
        }
      }
      return parts.joined(separator: "  ")
    }
  }

  private func announce(_ share: Double) {
    let seconds = now() - start
    guard seconds >= Self.secondsBeforeEstimate else { return }
    isAnnounced = true
    guard seconds / share >= Self.longSeconds else { return }
    messages.note("\(activity) will take about \(NumberText.duration(seconds: seconds / share))")
  }

  /// Erases the line at the end of the work.
  func finish() { line.clear() }
}

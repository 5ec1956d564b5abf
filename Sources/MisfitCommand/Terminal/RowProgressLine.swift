import MisfitCore

/// How reading or scoring goes: rows so far, and how many a second; on a terminal alone.
final class RowProgressLine {
  private let line: ProgressLine
  private let now: () -> Double
  private let activity: String
  private let start: Double

  /// `activity` as in `scoring`.
  init(_ activity: String, _ messages: Messages, now: @escaping () -> Double = ProgressLine.monotonicSeconds)
  {
    line = ProgressLine(messages, now: now)
    self.now = now
    self.activity = activity
    start = now()
  }

  /// `rowCount` rows are done; `share` from 0 to 1 of all, where that is known.
  func update(rowCount: Int, share: Double? = nil) {
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

  /// The work is over.
  func finish() { line.clear() }
}

import Misfit
import MisfitReporting

/// Events of series as lines for the terminal.
enum EventText {
  /// Returns a count, and a line for each of the events with the largest scores.
  static func lines(_ events: [SeriesEvent], shownCount: Int) -> [String] {
    guard !events.isEmpty else { return ["no events"] }
    let shown = events.prefix(shownCount)
    let times = shown.map { event in (event.series.map { "\($0) " } ?? "") + event.timeText }
    let width = times.map(\.count).max() ?? 0
    var lines = [CountText.of(events.count, "event") + (shown.count < events.count ? ", the worst:" : ":")]
    for (event, time) in zip(shown, times) {
      let rows = CountText.of(event.rowCount, "row")
      lines.append(
        "  \(time)\(String(repeating: " ", count: width - time.count))  \(rows), score "
          + "\(NumberText.significant(event.score))  \(event.reasonText(atMost: 2))")
    }
    return lines
  }
}

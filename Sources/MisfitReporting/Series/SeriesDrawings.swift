import Misfit
import MisfitCore
import MisfitIngest
import MisfitPlots

/// The plots of scored series.
struct SeriesDrawings {
  let result: SeriesResult
  let events: [SeriesEvent]
  let decision: Decision

  /// The maximum number of columns in the plot of one series.
  private static let columnLimit = 6

  /// The series with their row of the largest score, worst first; the row is nil without scores.
  var worstFirst: [(series: Int, row: Int?)] {
    let worst = (0..<result.seriesCount).map { series in
      var worst: Int?
      for row in result.rows(ofSeries: series) where result.recordIndex(ofRow: row) != nil {
        let score = result.score(ofRow: row)
        if !score.isNaN, worst.map({ result.score(ofRow: $0) < score }) ?? true { worst = row }
      }
      return (series: series, row: worst)
    }
    func score(_ row: Int?) -> Double { row.map(result.score(ofRow:)) ?? -.infinity }
    return worst.sorted { (score($1.row), $0.series) < (score($0.row), $1.series) }
  }

  /// Returns the plot of one series.
  func plot(ofSeries series: Int) -> SeriesPlot {
    let rows = result.rows(ofSeries: series)
    let scale = TimeScale(result, rows)
    let shown = columns(ofSeries: series)
    var values = shown.map { _ in SeriesPlot.Band() }
    var expected = values
    var usual = values
    var scores = SeriesPlot.Band()
    for row in rows where result.recordIndex(ofRow: row) != nil {
      let bin = scale.bin(ofRow: row)
      scores.add(result.score(ofRow: row), to: bin)
      for (index, column) in shown.enumerated() {
        values[index].add(result.value(ofRow: row, column: column), to: bin)
        expected[index].add(result.expected(ofRow: row, column: column), to: bin)
        if let ends = result.usual(ofRow: row, column: column) {
          usual[index].add(ends.lowerBound, to: bin)
          usual[index].add(ends.upperBound, to: bin)
        }
      }
    }
    let threshold = decision.threshold.isFinite ? decision.threshold : nil
    let panels =
      shown.enumerated().map { index, column in
        SeriesPlot.Panel(
          name: result.columnNames[column], values: values[index], expected: expected[index],
          usual: result.hasBands ? usual[index] : nil)
      } + [SeriesPlot.Panel(name: "score", values: scores, threshold: threshold)]
    let own = events.filter { $0.seriesIndex == series }
    let more = result.columnNames.count - shown.count
    var plot = SeriesPlot(
      title: result.name(ofSeries: series).map { "Series \($0)" } ?? "The series",
      subtitle: "\(CountText.of(rows.count, "row")), \(CountText.of(own.count, "event"))"
        + (more > 0 ? "; \(more) more columns are not shown" : ""),
      panels: panels, ticks: scale.ticks,
      events: own.map { event in
        let (start, end) = (event.rows.lowerBound, event.rows.upperBound - 1)
        return scale.fraction(ofRow: start)...max(scale.fraction(ofRow: start), scale.fraction(ofRow: end))
      })
    plot.usualName = "band of \(Self.bandText) of the learned rows"
    plot.joinedBinCount = 2 * SeriesPlot.binCount / max(1, rows.count)
    return plot
  }

  private static let bandText = "\(NumberText.significant(100 * SeriesRecord.bandShare)) %"

  /// Returns the columns to draw: those with the largest shares in the events, in the order of the table.
  private func columns(ofSeries series: Int) -> [Int] {
    let names = result.columnNames
    guard names.count > Self.columnLimit else { return Array(names.indices) }
    var shares = [Double](repeating: 0, count: names.count)
    for event in events where event.seriesIndex == series {
      for column in event.columns {
        if let index = names.firstIndex(of: column.name) { shares[index] += column.share }
      }
    }
    let order = shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }
    return order.prefix(Self.columnLimit).sorted()
  }
}

/// The positions of a series' rows along its time axis: by their times, or by their order without times.
private struct TimeScale {
  private let result: SeriesResult
  private let rows: Range<Int>
  private let start: Double
  private let span: Double
  private let isByTime: Bool

  init(_ result: SeriesResult, _ rows: Range<Int>) {
    self.result = result
    self.rows = rows
    let first = result.time(ofRow: rows.lowerBound)
    let last = result.time(ofRow: rows.upperBound - 1)
    if let first, let last, last > first {
      (start, span, isByTime) = (first, last - first, true)
    } else {
      (start, span, isByTime) = (Double(rows.lowerBound), Double(max(1, rows.count - 1)), false)
    }
  }

  func fraction(ofRow row: Int) -> Double {
    let position = isByTime ? result.time(ofRow: row) ?? start : Double(row)
    return min(max((position - start) / span, 0), 1)
  }

  func bin(ofRow row: Int) -> Int {
    min(Int(fraction(ofRow: row) * Double(SeriesPlot.binCount)), SeriesPlot.binCount - 1)
  }

  var ticks: [SeriesPlot.Tick] {
    guard isByTime, result.hasDates else { return numberTicks }
    let step = Self.steps.first { span / $0 <= 8 } ?? (span / 8)
    var ticks: [SeriesPlot.Tick] = []
    var time = (start / step).rounded(.up) * step
    while time <= start + span {
      ticks.append(SeriesPlot.Tick(fraction: (time - start) / span, label: label(time, step)))
      time += step
    }
    return ticks
  }

  private static let minute = 60.0
  private static let day = 86_400.0
  /// Lengths of time between ticks, in seconds.
  private static let steps: [Double] =
    [1, 2, 5, 10, 15, 30] + [1, 2, 5, 10, 15, 30].map { $0 * minute }
    + [1, 2, 3, 6, 12].map { $0 * 60 * minute }
    + [1, 2, 5, 7, 14, 28, 61, 91, 182, 365, 730, 1_826].map { $0 * day }

  /// Returns the date of a tick, or its time of day unless that is midnight.
  private func label(_ time: Double, _ step: Double) -> String {
    let text = CellValue.date(time, hasTime: true).description
    let parts = text.split(separator: " ")
    guard parts.count == 2, step < Self.day else { return String(parts.first ?? "") }
    let isMidnight = time.truncatingRemainder(dividingBy: Self.day) == 0
    return isMidnight ? String(parts[0]) : String(parts[1])
  }

  private var numberTicks: [SeriesPlot.Tick] {
    let first = isByTime ? start : 1
    let axis = Axis(covering: [first, first + span], isWhole: !isByTime)
    return AxisTicks(of: axis, maximumCount: 8).ticks.map {
      SeriesPlot.Tick(fraction: ($0.value - first) / span, label: $0.label)
    }
  }
}

/// Functions that draw histogram bars inside a frame, shared by several plots.
enum HistogramBars {
  /// Returns the y axis for the largest count of some series.
  static func countAxis(_ series: [HistogramSeries], scale: AxisScale, label: String?) -> Axis {
    let largest = Double(series.flatMap(\.counts).max() ?? 0)
    switch scale {
    case .linear:
      return Axis(label: label, covering: [0, max(largest * 1.05, 1)], isWhole: true)
    case .log10:
      // From below 1, so that a bin with one value has a bar.
      return Axis(label: label, covering: [0.7, max(largest * 1.3, 10)], scale: .log10)
    }
  }

  /// Returns the x axis over all edges, and over the threshold unless that would squeeze the bars.
  static func valueAxis(
    _ series: [HistogramSeries], threshold: HistogramThreshold?, label: String?
  ) -> Axis {
    var values = series.flatMap { [$0.edges.first, $0.edges.last] }.compactMap { $0 }.filter(\.isFinite)
    if let threshold, let low = values.min(), let high = values.max() {
      let reach = (high - low) * 1.5
      if threshold.value > low - reach, threshold.value < high + reach { values.append(threshold.value) }
    } else if let threshold {
      values.append(threshold.value)
    }
    // One or two bins over the whole width would look like a solid block.
    let isNarrow = !values.isEmpty && series.allSatisfy { $0.counts.count <= 2 }
    return Axis(label: label, covering: values, padding: isNarrow ? 0.4 : 0.015)
  }

  /// Draws solid bars for a single series, and transparent, outlined ones if several share the frame.
  static func draw(
    _ series: HistogramSeries, color: PlotColor, sharedBy count: Int, in frame: PlotFrame,
    on canvas: Canvas
  ) {
    guard !series.isEmpty else { return }
    canvas.clipped(to: frame.area) {
      if count > 1 {
        let outline = stairs(series, in: frame)
        canvas.fill(polygon: outline, color.opacity(count == 2 ? 0.32 : count == 3 ? 0.2 : 0.08))
        canvas.stroke(outline, color, width: 1.6)
      } else {
        canvas.fill(bars(series, in: frame), color)
      }
    }
  }

  private static func bars(_ series: HistogramSeries, in frame: PlotFrame) -> [PlotRectangle] {
    series.counts.indices.compactMap { index in
      guard series.counts[index] > 0 else { return nil }
      let (left, right) = (frame.x(series.edges[index]), frame.x(series.edges[index + 1]))
      let top = min(frame.y(Double(series.counts[index])), frame.area.maxY - 1)
      // A thin white gap between wide bars only; narrow ones would vanish.
      let gap = right - left >= 5 ? 1.0 : 0
      return PlotRectangle(
        x: left + gap / 2, y: top, width: max(right - left - gap, 1.5), height: frame.area.maxY - top)
    }
  }

  private static func stairs(_ series: HistogramSeries, in frame: PlotFrame) -> [PlotPoint] {
    let floor = frame.area.maxY
    var points: [PlotPoint] = []
    for index in series.counts.indices {
      let count = series.counts[index]
      let top = count > 0 ? min(frame.y(Double(count)), floor - 1) : floor
      if index == 0 { points.append(PlotPoint(frame.x(series.edges[0]), floor)) }
      points.append(PlotPoint(frame.x(series.edges[index]), top))
      points.append(PlotPoint(frame.x(series.edges[index + 1]), top))
    }
    if let last = series.edges.last { points.append(PlotPoint(frame.x(last), floor)) }
    return points
  }

  /// The height of a threshold's label above a frame.
  static let thresholdHeight = 22.0

  /// Draws a dashed line with its label above the frame, or the label alone with an arrow if it is outside.
  static func draw(_ threshold: HistogramThreshold, in frame: PlotFrame, on canvas: Canvas) {
    guard threshold.value.isFinite else { return }
    let style = TextStyle(size: 12, isBold: true, color: Palette.alert)
    let area = frame.area
    let fraction = frame.x.fraction(of: threshold.value)
    var label = threshold.label
    if fraction > 1 { label += " →" } else if fraction < 0 { label = "← " + label }
    label = TextFitting.middleTruncated(label, to: area.width, style, on: canvas)
    let x = area.minX + min(max(fraction, 0), 1) * area.width
    let half = canvas.width(of: label, style) / 2
    let center = min(max(x, area.minX + half), area.maxX - half)
    canvas.text(label, at: PlotPoint(center, area.minY - 9), style, horizontal: .center)
    guard fraction >= 0, fraction <= 1 else { return }
    canvas.stroke(
      [PlotPoint(x, area.minY - 5), PlotPoint(x, area.maxY)], Palette.alert, width: 1.5, dashes: [5, 3])
  }

  /// Draws a message in place of data.
  static func drawEmpty(_ text: String, in area: PlotRectangle, on canvas: Canvas) {
    canvas.text(
      text, at: PlotPoint(area.midX, area.midY), .subtitle, horizontal: .center, vertical: .middle)
  }
}

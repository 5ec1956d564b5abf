import MisfitCore

/// A series over time: its columns with what was expected of them, its score, and its events.
///
/// Rows are reduced to ``binCount`` bins, of which the smallest and the largest value are drawn, so that a
/// plot of a million rows still shows each single outlier.
package struct SeriesPlot: Drawing, Hashable {
  /// The smallest and the largest value in each bin; NaN in bins without rows.
  package struct Band: Sendable, Hashable {
    /// The smallest values.
    package var low: [Double]
    /// The largest values.
    package var high: [Double]

    /// Creates a band without values.
    package init(binCount: Int = SeriesPlot.binCount) {
      low = Array(repeating: .nan, count: binCount)
      high = low
    }

    /// Adds a value to a bin; NaN is none.
    package mutating func add(_ value: Double, to bin: Int) {
      guard !value.isNaN else { return }
      if !(low[bin] <= value) { low[bin] = value }
      if !(high[bin] >= value) { high[bin] = value }
    }
  }

  /// One of the stacked plots.
  package struct Panel: Sendable, Hashable {
    /// The name, with the unit if it is known.
    package var name: String
    /// The values.
    package var values: Band
    /// The values that were expected; nil for none.
    package var expected: Band?
    /// The band around the expected values that most values keep; nil if it is not known.
    package var usual: Band?
    /// A horizontal line with a name; nil for none.
    package var threshold: Double?

    /// Creates a panel.
    package init(
      name: String, values: Band, expected: Band? = nil, usual: Band? = nil, threshold: Double? = nil
    ) {
      self.name = name
      self.values = values
      self.expected = expected
      self.usual = usual
      self.threshold = threshold
    }
  }

  /// A label of the time axis.
  package struct Tick: Sendable, Hashable {
    /// The position, 0 at the beginning and 1 at the end.
    package var fraction: Double
    /// The label.
    package var label: String

    /// Creates a tick.
    package init(fraction: Double, label: String) {
      self.fraction = fraction
      self.label = label
    }
  }

  /// The number of bins.
  package static let binCount = 640

  /// The heading.
  package var title: String
  /// A description of the data.
  package var subtitle: String?
  /// The panels, from top to bottom.
  package var panels: [Panel]
  /// The labels of the time axis.
  package var ticks: [Tick]
  /// The events, as ranges from 0 at the beginning to 1 at the end.
  package var events: [ClosedRange<Double>]
  /// The number of bins without rows over which lines go on: more if there are fewer rows than bins.
  package var joinedBinCount = 0
  /// The meaning of ``Panel/usual`` in the legend.
  package var usualName = "usual distance from it"

  /// Creates a plot.
  package init(
    title: String, subtitle: String? = nil, panels: [Panel], ticks: [Tick],
    events: [ClosedRange<Double>] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.panels = panels
    self.ticks = ticks
    self.events = events
  }

  /// The size in points; the height follows from the number of panels.
  package var size: PlotSize {
    PlotSize(width: 860, height: 120 + Double(panels.count) * Self.panelHeight)
  }

  private static let panelHeight = 150.0
  private static let headingHeight = 22.0
  private static let valueColor = Palette.categorical[0]
  private static let expectedColor = Palette.categorical[1]
  private static let usualColor = Palette.categorical[1].opacity(0.3)

  /// Draws the plot.
  package func draw(on canvas: Canvas) {
    var legend = [PlotPage.LegendEntry(name: "value", color: Self.valueColor, mark: .line)]
    if panels.contains(where: { $0.expected != nil }) {
      legend.append(PlotPage.LegendEntry(name: "expected", color: Self.expectedColor, mark: .line))
    }
    if panels.contains(where: { $0.usual != nil }) {
      legend.append(PlotPage.LegendEntry(name: usualName, color: Self.usualColor, mark: .area))
    }
    if !events.isEmpty {
      legend.append(PlotPage.LegendEntry(name: "event", color: Palette.alert, mark: .area))
    }
    let inner = PlotPage(title: title, subtitle: subtitle, legend: legend).draw(on: canvas)
    let axes = panels.map(valueAxis)
    let labels = TextStyle.tick.lineHeight + 12
    let each = (inner.height - labels) / Double(max(panels.count, 1))
    let left = axes.map { PlotFrame.leftMargin($0, height: each - Self.headingHeight, on: canvas) }.max() ?? 0
    var last: PlotFrame?
    for (index, panel) in panels.enumerated() {
      let rectangle = PlotRectangle(
        x: inner.minX, y: inner.minY + Double(index) * each, width: inner.width, height: each)
      last = draw(panel, axes[index], leftMargin: left, in: rectangle, on: canvas)
    }
    if let last { drawTicks(below: last, on: canvas) }
  }

  private func valueAxis(of panel: Panel) -> Axis {
    var values = panel.values.low + panel.values.high + [panel.threshold].compactMap(\.self)
    // A reconstruction far from all values must not press the values together.
    if let expected = panel.expected, let least = values.filter(\.isFinite).min(),
      let largest = values.filter(\.isFinite).max()
    {
      let reach = largest - least
      let shown = expected.low + expected.high + (panel.usual.map { $0.low + $0.high } ?? [])
      values += shown.filter { $0 > least - reach && $0 < largest + reach }
    }
    return Axis(covering: values, padding: 0.06)
  }

  private func draw(
    _ panel: Panel, _ axis: Axis, leftMargin: Double, in rectangle: PlotRectangle, on canvas: Canvas
  ) -> PlotFrame {
    var options = PlotFrame.Options()
    options.leftMargin = leftMargin
    options.showsXLabels = false
    options.showsXTicks = false
    let heading = rectangle.inset(left: leftMargin, top: 4, right: 14)
    canvas.text(
      TextFitting.middleTruncated(panel.name, to: heading.width, .heading, on: canvas),
      at: PlotPoint(heading.minX, heading.minY), .heading, vertical: .top)
    let frame = PlotFrame.draw(
      x: Axis(covering: [0, 1]), y: axis, in: rectangle.inset(top: Self.headingHeight), on: canvas,
      options: options)
    for event in events { fill(event, in: frame, on: canvas) }
    canvas.clipped(to: frame.area) {
      if let usual = panel.usual { fill(usual, in: frame, on: canvas) }
      draw(panel.values, Self.valueColor, in: frame, on: canvas)
      if let expected = panel.expected { draw(expected, Self.expectedColor, in: frame, on: canvas) }
    }
    if let threshold = panel.threshold {
      let y = frame.y(threshold)
      canvas.stroke(
        [PlotPoint(frame.area.minX, y), PlotPoint(frame.area.maxX, y)], .mutedInk, width: 1.2, dashes: [4, 3])
    }
    frame.drawBaseLine(on: canvas)
    return frame
  }

  /// Fills the time of an event, at least three points wide.
  private func fill(_ event: ClosedRange<Double>, in frame: PlotFrame, on canvas: Canvas) {
    let (start, end) = (frame.x(event.lowerBound), frame.x(event.upperBound))
    let width = max(end - start, 3)
    let x = min(max((start + end - width) / 2, frame.area.minX), frame.area.maxX - width)
    canvas.fill(
      PlotRectangle(x: x, y: frame.area.minY, width: width, height: frame.area.height),
      Palette.alert.opacity(0.18))
  }

  /// Fills the area of a band.
  private func fill(_ band: Band, in frame: PlotFrame, on canvas: Canvas) {
    for run in runs(of: band) {
      let top = run.map { frame.point(x($0, band), band.high[$0]) }
      let bottom = run.map { frame.point(x($0, band), band.low[$0]) }
      canvas.fill(polygon: top + bottom.reversed(), Self.usualColor)
    }
  }

  private func x(_ bin: Int, _ band: Band) -> Double { (Double(bin) + 0.5) / Double(band.low.count) }

  /// Draws a band: its area, and a line through all of its values.
  private func draw(_ band: Band, _ color: PlotColor, in frame: PlotFrame, on canvas: Canvas) {
    for run in runs(of: band) {
      let top = run.map { frame.point(x($0, band), band.high[$0]) }
      let bottom = run.map { frame.point(x($0, band), band.low[$0]) }
      canvas.stroke(top, color, width: 1.1, isRound: true)
      // With one row a bin, both lines are the same.
      if run.contains(where: { band.low[$0] < band.high[$0] }) {
        canvas.fill(polygon: top + bottom.reversed(), color.opacity(0.55))
        canvas.stroke(bottom, color, width: 1.1, isRound: true)
      }
      if run.count == 1 {
        canvas.stroke(
          [PlotPoint(top[0].x - 1, top[0].y), PlotPoint(bottom[0].x + 1, bottom[0].y)], color, width: 1.6)
      }
    }
  }

  /// Returns the bins with rows, divided where more than ``joinedBinCount`` bins have none.
  func runs(of band: Band) -> [[Int]] {
    var runs: [[Int]] = []
    for bin in band.low.indices where !band.low[bin].isNaN {
      if let last = runs.last?.last, bin - last - 1 <= joinedBinCount {
        runs[runs.count - 1].append(bin)
      } else {
        runs.append([bin])
      }
    }
    return runs
  }

  private func drawTicks(below frame: PlotFrame, on canvas: Canvas) {
    for tick in ticks {
      let x = frame.x(tick.fraction)
      canvas.stroke([PlotPoint(x, frame.area.maxY), PlotPoint(x, frame.area.maxY + 4)], .axis)
      let half = canvas.width(of: tick.label, .tick) / 2 + 4
      let center = min(max(x, half), canvas.size.width - half)
      canvas.text(
        tick.label, at: PlotPoint(center, frame.area.maxY + 8), .tick, horizontal: .center, vertical: .top)
    }
  }
}

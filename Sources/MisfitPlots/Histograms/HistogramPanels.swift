/// A comparison of models: one histogram each, stacked on shared axes, and all of them overlaid at the end.
///
/// They are stacked because shifts are easy to see along a shared axis.
package struct HistogramPanels: Drawing, Hashable {
  /// The heading.
  package var title: String
  /// A description of the data: rows, epochs, seeds, and the result of the comparison.
  package var subtitle: String?
  /// The label of the x axis, with the unit.
  package var xLabel: String?
  /// The label of the y axis.
  package var yLabel: String?
  /// One series for each model, counted between the same edges.
  package var series: [HistogramSeries]
  /// The scale of the counts; a logarithmic one shows single outliers among thousands.
  package var countScale: AxisScale
  /// The width in points; the height follows from the number of panels.
  package var width: Double

  /// Creates a plot.
  package init(
    title: String, subtitle: String? = nil, xLabel: String? = nil, yLabel: String? = "samples",
    series: [HistogramSeries], countScale: AxisScale = .linear, width: Double = 760
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.countScale = countScale
    self.width = width
  }

  /// The size in points.
  package var size: PlotSize {
    guard series.count > 1 else { return PlotSize(width: width, height: 440) }
    let panel = series.count <= 3 ? 160.0 : 130
    return PlotSize(
      width: width, height: 150 + Double(series.count) * panel + Self.overlayHeight(series.count))
  }

  /// Draws the panels.
  package func draw(on canvas: Canvas) {
    let page = PlotPage(title: title, subtitle: subtitle, notes: HistogramSeries.notes(series))
    let inner = page.draw(on: canvas)
    let x = HistogramBars.valueAxis(series, threshold: nil, label: xLabel)
    let y = HistogramBars.countAxis(series, scale: countScale, label: yLabel)
    let colors = zip(series, Palette.colors(forCategories: series.count)).map { $0.color ?? $1 }
    let wanted = inner.height * 1.35 / (Double(series.count) + 1.35)
    let last = series.count == 1 ? 0 : max(wanted, min(Self.overlayHeight(series.count), inner.height * 0.6))
    let each = (inner.height - last) / Double(max(series.count, 1))
    let left = PlotFrame.leftMargin(y, height: each - Self.headingHeight - 14, on: canvas)
    for (index, one) in series.enumerated() {
      let rectangle = PlotRectangle(
        x: inner.minX, y: inner.minY + Double(index) * each, width: inner.width, height: each)
      drawPanel([one], [colors[index]], x, y, leftMargin: left, in: rectangle, on: canvas)
    }
    guard series.count != 1 else { return }
    let rectangle = PlotRectangle(x: inner.minX, y: inner.maxY - last, width: inner.width, height: last)
    drawPanel(series, colors, x, y, leftMargin: left, in: rectangle, on: canvas)
  }

  /// Returns the minimum height of the last panel, whose legend of many names takes several rows.
  private static func overlayHeight(_ count: Int) -> Double {
    230 + Double(min((count - 1) / 2, 3)) * 20
  }

  private static let headingHeight = 30.0

  private func drawPanel(
    _ shown: [HistogramSeries], _ colors: [PlotColor], _ x: Axis, _ y: Axis, leftMargin: Double,
    in rectangle: PlotRectangle, on canvas: Canvas
  ) {
    let isOverlay = shown.count != 1
    var options = PlotFrame.Options()
    options.leftMargin = leftMargin
    options.showsXLabels = isOverlay || series.count == 1
    options.showsVerticalGrid = true
    let heading = rectangle.inset(left: leftMargin, top: 8, right: 14)
    var headingHeight = Self.headingHeight
    if isOverlay {
      let legend = zip(shown, colors).map { PlotPage.LegendEntry(name: $0.name, color: $1, mark: .area) }
      let placed = Legend(legend, width: heading.width, on: canvas)
      placed.draw(at: PlotPoint(heading.minX, heading.minY), on: canvas)
      headingHeight = max(headingHeight, placed.height + 10)
    } else if let one = shown.first, let color = colors.first {
      drawHeading(of: one, color, in: heading, on: canvas)
    }
    let frame = PlotFrame.draw(
      x: x, y: y, in: rectangle.inset(top: headingHeight), on: canvas, options: options)
    for (one, color) in zip(shown, colors) {
      HistogramBars.draw(one, color: color, sharedBy: shown.count, in: frame, on: canvas)
    }
    frame.drawBaseLine(on: canvas)
    if shown.allSatisfy(\.isEmpty) {
      HistogramBars.drawEmpty("no values to show", in: frame.area, on: canvas)
    }
  }

  /// Draws the name in bold with its caption after it.
  private func drawHeading(
    of one: HistogramSeries, _ color: PlotColor, in rectangle: PlotRectangle, on canvas: Canvas
  ) {
    let share = one.caption == nil ? 1 : 0.5
    let name = TextFitting.middleTruncated(
      one.name, to: rectangle.width * share, .heading, on: canvas)
    canvas.text(name, at: PlotPoint(rectangle.minX, rectangle.minY), .heading, vertical: .top)
    guard let caption = one.caption else { return }
    let used = canvas.width(of: name, .heading) + 12
    let rest = TextFitting.endTruncated(caption, to: rectangle.width - used, .subtitle, on: canvas)
    canvas.text(rest, at: PlotPoint(rectangle.minX + used, rectangle.minY), .subtitle, vertical: .top)
  }
}

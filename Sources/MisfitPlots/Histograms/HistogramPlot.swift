/// One histogram, or several in one frame.
package struct HistogramPlot: Drawing, Hashable {
  /// The heading.
  package var title: String
  /// A description of the data: rows, epochs, seed.
  package var subtitle: String?
  /// The label of the x axis, with the unit.
  package var xLabel: String?
  /// The label of the y axis.
  package var yLabel: String?
  /// The counts; several series are overlaid.
  package var series: [HistogramSeries]
  /// A value to mark.
  package var threshold: HistogramThreshold?
  /// The scale of the counts; a logarithmic one shows single outliers among thousands.
  package var countScale: AxisScale
  /// The size in points.
  package var size: PlotSize

  /// Creates a plot.
  package init(
    title: String, subtitle: String? = nil, xLabel: String? = nil, yLabel: String? = "samples",
    series: [HistogramSeries], threshold: HistogramThreshold? = nil, countScale: AxisScale = .linear,
    size: PlotSize = PlotSize(width: 760, height: 440)
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.threshold = threshold
    self.countScale = countScale
    self.size = size
  }

  /// Draws the plot.
  package func draw(on canvas: Canvas) {
    let colors = Palette.colors(forCategories: series.count)
    let colored = zip(series, colors).map { ($0, $0.color ?? $1) }
    let legend =
      series.count < 2
      ? [] : colored.map { PlotPage.LegendEntry(name: $0.name, color: $1, mark: .area) }
    let page = PlotPage(
      title: title, subtitle: subtitle, legend: legend, notes: HistogramSeries.notes(series))
    var inner = page.draw(on: canvas)
    if threshold != nil { inner = inner.inset(top: HistogramBars.thresholdHeight) }
    let frame = PlotFrame.draw(
      x: HistogramBars.valueAxis(series, threshold: threshold, label: xLabel),
      y: HistogramBars.countAxis(series, scale: countScale, label: yLabel), in: inner, on: canvas)
    for (one, color) in colored {
      HistogramBars.draw(one, color: color, sharedBy: series.count, in: frame, on: canvas)
    }
    frame.drawBaseLine(on: canvas)
    if series.allSatisfy(\.isEmpty) {
      HistogramBars.drawEmpty("no values to show", in: frame.area, on: canvas)
    }
    if let threshold { HistogramBars.draw(threshold, in: frame, on: canvas) }
  }
}

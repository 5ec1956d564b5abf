import MisfitCore

/// Curves over a common x axis, such as losses by epoch.
package struct CurvePlot: Drawing, Hashable {
  /// A marked position on the x axis, such as the epoch whose weights were kept.
  package struct Highlight: Sendable, Hashable {
    /// The position.
    package var position: Double
    /// The label, such as `best epoch 12: 0.01173`.
    package var label: String

    /// Creates a mark.
    package init(position: Double, label: String) {
      self.position = position
      self.label = label
    }
  }

  /// The heading.
  package var title: String
  /// A description of the data.
  package var subtitle: String?
  /// The label of the x axis.
  package var xLabel: String?
  /// The label of the y axis, with the unit.
  package var yLabel: String?
  /// The curves.
  package var series: [CurveSeries]
  /// A position to mark with a line, and with a ring on the last curve that has a value there.
  package var highlight: Highlight?
  /// The scale of the y axis; a logarithmic one shows late progress after the first epochs.
  package var valueScale: AxisScale
  /// The size in points.
  package var size: PlotSize

  /// Creates a plot.
  package init(
    title: String, subtitle: String? = nil, xLabel: String? = "epoch", yLabel: String? = "loss",
    series: [CurveSeries], highlight: Highlight? = nil, valueScale: AxisScale = .linear,
    size: PlotSize = PlotSize(width: 760, height: 440)
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.highlight = highlight
    self.valueScale = valueScale
    self.size = size
  }

  /// Creates a training log: losses by epoch, with the best epoch marked.
  ///
  /// `bestEpoch` counts from 1.
  package static func training(
    title: String, subtitle: String? = nil, trainLoss: [Double?], validationLoss: [Double?] = [],
    bestEpoch: Int? = nil, lossName: String = "loss", valueScale: AxisScale = .linear
  ) -> CurvePlot {
    var series = [CurveSeries(name: "training", valuesByEpoch: trainLoss)]
    if validationLoss.contains(where: { $0 != nil }) {
      series.append(CurveSeries(name: "validation", valuesByEpoch: validationLoss))
    }
    let highlight = bestEpoch.map { epoch in
      let values = series.last?.values ?? []
      let value = values.indices.contains(epoch - 1) ? values[epoch - 1] : nil
      let text = value.map { ": \(NumberText.significant($0))" } ?? ""
      return Highlight(position: Double(epoch), label: "best epoch \(epoch)\(text)")
    }
    return CurvePlot(
      title: title, subtitle: subtitle, yLabel: lossName, series: series, highlight: highlight,
      valueScale: valueScale)
  }

  /// Draws the plot.
  package func draw(on canvas: Canvas) {
    let colors = zip(series, Palette.colors(forCategories: series.count)).map { $0.color ?? $1 }
    let legend = zip(series, colors).map { PlotPage.LegendEntry(name: $0.name, color: $1, mark: .line) }
    let gaps = series.reduce(0) { $0 + $1.values.count - $1.runs(scale: valueScale).joined().count }
    let notes = gaps == 0 ? [] : ["Values that are missing, not finite or not on the axis: \(gaps)."]
    let page = PlotPage(title: title, subtitle: subtitle, legend: legend, notes: notes)
    let inner = page.draw(on: canvas).inset(top: highlight == nil ? 0 : HistogramBars.thresholdHeight)
    let frame = PlotFrame.draw(x: xAxis, y: yAxis, in: inner, on: canvas)
    if let highlight { draw(highlight, in: frame, on: canvas) }
    for (one, color) in zip(series, colors) { draw(one, color, in: frame, on: canvas) }
    if let highlight { drawRing(at: highlight.position, colors, in: frame, on: canvas) }
    if series.allSatisfy({ $0.runs(scale: valueScale).isEmpty }) {
      HistogramBars.drawEmpty("no values to show", in: frame.area, on: canvas)
    }
  }

  private var xAxis: Axis {
    let positions = series.flatMap(\.positions)
    let isWhole = positions.allSatisfy { $0 == $0.rounded() }
    let axis = Axis(label: xLabel, covering: positions, padding: 0.02, isWhole: isWhole)
    // A single epoch gets space for its neighbors, otherwise its whole-numbered ticks would have none.
    guard isWhole, let only = positions.first, positions.allSatisfy({ $0 == only }) else { return axis }
    return Axis(label: xLabel, covering: [only - 1, only + 1], isWhole: true)
  }

  private var yAxis: Axis {
    let values = series.flatMap(\.values).compactMap { $0 }
    return Axis(label: yLabel, covering: values, scale: valueScale, padding: 0.06)
  }

  private func draw(_ one: CurveSeries, _ color: PlotColor, in frame: PlotFrame, on canvas: Canvas) {
    let runs = one.runs(scale: valueScale)
    let count = runs.reduce(0) { $0 + $1.count }
    for run in runs {
      let points = run.map { frame.point($0.x, $0.y) }
      canvas.stroke(points, color, width: 2, isRound: true)
      // Dots if there are few points, and for a point without a line.
      guard count <= 30 || run.count == 1 else { continue }
      for point in points { canvas.fillCircle(center: point, radius: count <= 12 ? 3.5 : 2.6, color) }
    }
  }

  private func draw(_ highlight: Highlight, in frame: PlotFrame, on canvas: Canvas) {
    let fraction = frame.x.fraction(of: highlight.position)
    guard fraction >= 0, fraction <= 1 else { return }
    let style = TextStyle(size: 12, isBold: true)
    let (x, area) = (frame.x(highlight.position), frame.area)
    let label = TextFitting.endTruncated(highlight.label, to: area.width, style, on: canvas)
    let half = canvas.width(of: label, style) / 2
    let center = min(max(x, area.minX + half), area.maxX - half)
    canvas.text(label, at: PlotPoint(center, area.minY - 9), style, horizontal: .center)
    canvas.stroke(
      [PlotPoint(x, area.minY - 5), PlotPoint(x, area.maxY)], .mutedInk, width: 1.2, dashes: [4, 3])
  }

  private func drawRing(
    at position: Double, _ colors: [PlotColor], in frame: PlotFrame, on canvas: Canvas
  ) {
    for (one, color) in zip(series, colors).reversed() {
      let shown = one.runs(scale: valueScale).joined()
      guard let place = shown.first(where: { $0.x == position }) else { continue }
      let center = frame.point(place.x, place.y)
      canvas.fillCircle(center: center, radius: 6.5, color)
      canvas.fillCircle(center: center, radius: 4.2, .white)
      return
    }
  }
}

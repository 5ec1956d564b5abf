import MisfitCore

/// Box plots of several groups, one below another: quartiles as a box, the median as a line, 5 % to 95 % as
/// whiskers.
///
/// Groups with a number that is not finite are skipped and counted below the plot.
package struct BoxPanel: Drawing, Hashable {
  /// The heading.
  package var title: String
  /// A description of the data.
  package var subtitle: String?
  /// The label of the x axis.
  package var xLabel: String?
  /// The groups, from top to bottom.
  package var rows: [BoxRow]
  /// A line across all groups, such as a threshold.
  package var threshold: HistogramThreshold?
  /// The scale of the x axis.
  package var scale: AxisScale
  /// Remarks below the plot.
  package var notes: [String]

  private static let rowHeight = 26.0

  /// Creates a panel.
  package init(
    title: String, subtitle: String? = nil, xLabel: String? = nil, rows: [BoxRow],
    threshold: HistogramThreshold? = nil, scale: AxisScale = .linear, notes: [String] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xLabel = xLabel
    self.rows = rows
    self.threshold = threshold
    self.scale = scale
    self.notes = notes
  }

  private var shown: [BoxRow] { rows.filter { $0.numbers.allSatisfy(\.isFinite) } }

  private var page: PlotPage {
    var notes = ["Box: the middle half, its line the median; whiskers from 5 % to 95 %."] + notes
    let hidden = rows.count - shown.count
    if hidden > 0 { notes.append("Groups not shown because their numbers are not finite: \(hidden).") }
    return PlotPage(title: title, subtitle: subtitle, notes: notes)
  }

  /// The size in points, which follows from the rows.
  package var size: PlotSize {
    let width = 760.0
    let axis = PlotFrame.bottomMargin(Axis(covering: []), showsLabels: true)
    let above = threshold == nil ? 0 : HistogramBars.thresholdHeight
    let content = Double(max(shown.count, 3)) * Self.rowHeight + 6 + axis + above
    let notes = Double(page.notes.count * 2) * TextStyle.note.lineHeight + 6
    return PlotSize(
      width: width, height: page.contentTop(width: width) + content + notes + PlotPage.bottomMargin)
  }

  /// Draws the panel.
  package func draw(on canvas: Canvas) {
    var inner = page.draw(on: canvas)
    let rows = shown
    guard !rows.isEmpty else {
      return HistogramBars.drawEmpty("no groups to show", in: inner, on: canvas)
    }
    if threshold != nil { inner = inner.inset(top: HistogramBars.thresholdHeight) }
    var options = PlotFrame.Options()
    options.showsVerticalGrid = true
    options.showsHorizontalGrid = false
    options.leftMargin = 0
    options.showsYLabels = false
    let left = nameWidth(rows, on: canvas)
    let height =
      Double(rows.count) * Self.rowHeight + 6
      + PlotFrame.bottomMargin(
        Axis(covering: []), showsLabels: true)
    let outer = PlotRectangle(
      x: inner.minX + left, y: inner.minY, width: inner.width - left, height: min(height, inner.height))
    let frame = PlotFrame.draw(
      x: axis(rows), y: Axis(covering: [0, 1]), in: outer, on: canvas, options: options)
    let step = frame.area.height / Double(rows.count)
    for (index, row) in rows.enumerated() {
      let y = frame.area.minY + (Double(index) + 0.5) * step
      draw(row, y: y, nameEnd: outer.minX - 10, left: inner.minX, in: frame, on: canvas)
    }
    drawThreshold(in: frame, on: canvas)
  }

  private func axis(_ rows: [BoxRow]) -> Axis {
    var numbers = rows.flatMap(\.numbers)
    if let threshold, threshold.value.isFinite { numbers.append(threshold.value) }
    return Axis(label: xLabel, covering: numbers, scale: scale, padding: 0.03)
  }

  private func text(of row: BoxRow) -> String { row.name.isEmpty ? "(none)" : row.name }

  private func nameWidth(_ rows: [BoxRow], on canvas: Canvas) -> Double {
    let names = rows.map { min(canvas.width(of: text(of: $0), .label), 150) }.max() ?? 0
    let details = rows.compactMap { $0.detail.map { canvas.width(of: $0, .tick) + 10 } }.max() ?? 0
    return (names + details).rounded(.up) + 10
  }

  private func draw(
    _ row: BoxRow, y: Double, nameEnd: Double, left: Double, in frame: PlotFrame, on canvas: Canvas
  ) {
    let color = row.isMarked ? Palette.alert : Palette.categorical[0]
    let name = TextFitting.middleTruncated(text(of: row), to: 150, .label, on: canvas)
    canvas.text(name, at: PlotPoint(left, y), .label, vertical: .middle)
    if let detail = row.detail {
      canvas.text(detail, at: PlotPoint(nameEnd, y), .tick, horizontal: .right, vertical: .middle)
    }
    let x = row.numbers.map { frame.x($0) }
    canvas.clipped(to: frame.area) {
      for (from, to) in [(x[0], x[1]), (x[3], x[4])] {
        canvas.stroke([PlotPoint(from, y), PlotPoint(to, y)], color, width: 1.5)
      }
      for end in [x[0], x[4]] {
        canvas.stroke([PlotPoint(end, y - 4), PlotPoint(end, y + 4)], color, width: 1.5)
      }
      let box = PlotRectangle(x: x[1], y: y - 7.5, width: max(x[3] - x[1], 1), height: 15)
      canvas.fill(box, color.opacity(0.28))
      canvas.stroke(box, color, width: 1.25)
      canvas.stroke([PlotPoint(x[2], y - 7.5), PlotPoint(x[2], y + 7.5)], color, width: 3)
    }
  }

  private func drawThreshold(in frame: PlotFrame, on canvas: Canvas) {
    guard let threshold, threshold.value.isFinite else { return }
    let (x, area) = (frame.x(threshold.value), frame.area)
    let style = TextStyle(size: 12, isBold: true, color: Palette.alert)
    let label = TextFitting.endTruncated(threshold.label, to: area.width, style, on: canvas)
    let half = canvas.width(of: label, style) / 2
    let center = min(max(x, area.minX + half), area.maxX - half)
    canvas.text(label, at: PlotPoint(center, area.minY - 7), style, horizontal: .center)
    canvas.stroke(
      [PlotPoint(x, area.minY - 3), PlotPoint(x, area.maxY)], Palette.alert, width: 1.4, dashes: [5, 3])
  }
}

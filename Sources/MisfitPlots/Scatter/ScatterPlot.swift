import MisfitCore

/// Points in the plane: a two-dimensional code, colored by label or by a number such as the error.
package struct ScatterPlot: Drawing, Hashable {
  /// The coloring of the points.
  package enum Coloring: Sendable, Hashable {
    /// One color for all points.
    case none
    /// Colors by label; categories in alphabetical order, numbers by size.
    case labels([String])
    /// Colors by number, on the sequential color map, with a name for the color bar.
    case values([Double], name: String)
  }

  /// The heading.
  package var title: String
  /// A description of the data.
  package var subtitle: String?
  /// The label of the x axis.
  package var xLabel: String?
  /// The label of the y axis.
  package var yLabel: String?
  /// The first coordinates.
  package var x: [Double]
  /// The second coordinates.
  package var y: [Double]
  /// The coloring of the points.
  package var coloring: Coloring
  /// The size in points.
  package var size: PlotSize

  /// Creates a plot.
  ///
  /// Points that are not finite are skipped and counted below the plot.
  ///
  /// - Precondition: there are as many of `x`, of `y` and of labels or values.
  package init(
    title: String, subtitle: String? = nil, xLabel: String? = nil, yLabel: String? = nil, x: [Double],
    y: [Double], coloring: Coloring = .none, size: PlotSize = PlotSize(width: 760, height: 560)
  ) {
    precondition(x.count == y.count, "each point needs two coordinates")
    switch coloring {
    case .none: break
    case .labels(let labels): precondition(labels.count == x.count, "each point needs a label")
    case .values(let values, _): precondition(values.count == x.count, "each point needs a value")
    }
    self.title = title
    self.subtitle = subtitle
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.x = x
    self.y = y
    self.coloring = coloring
    self.size = size
  }

  /// Draws the plot.
  package func draw(on canvas: Canvas) {
    let shown = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
    let hidden = x.count - shown.count
    let categories = Categories(coloring)
    let notes =
      hidden == 0 ? [] : ["Points not shown because they are not finite: \(NumberText.grouped(hidden))."]
    let page = PlotPage(title: title, subtitle: subtitle, legend: categories.legend, notes: notes)
    var inner = page.draw(on: canvas)
    var bar: (ColorBar, PlotRectangle)?
    if case .values(let values, let name) = coloring {
      let colorBar = ColorBar(covering: shown.map { values[$0] }, map: .sequential, name: name)
      let width = colorBar.width(height: inner.height, on: canvas)
      let bottom = PlotFrame.bottomMargin(Axis(covering: []), showsLabels: true)
      bar = (
        colorBar,
        PlotRectangle(
          x: inner.maxX - width, y: inner.minY + 6, width: width, height: inner.height - bottom - 6)
      )
      inner = inner.inset(right: width + 10)
    }
    var options = PlotFrame.Options()
    options.showsVerticalGrid = true
    let frame = PlotFrame.draw(
      x: Axis(label: xLabel, covering: shown.map { x[$0] }, padding: 0.04),
      y: Axis(label: yLabel, covering: shown.map { y[$0] }, padding: 0.04), in: inner, on: canvas,
      options: options)
    drawPoints(shown, categories, bar?.0, in: frame, on: canvas)
    if let (colorBar, rectangle) = bar { colorBar.draw(in: rectangle, on: canvas) }
    if shown.isEmpty { HistogramBars.drawEmpty("no points to show", in: frame.area, on: canvas) }
  }

  private func drawPoints(
    _ shown: [Int], _ categories: Categories, _ bar: ColorBar?, in frame: PlotFrame, on canvas: Canvas
  ) {
    // The more points, the smaller and the more transparent, so that dense areas still show differences.
    let (radius, opacity) =
      switch shown.count {
      case ..<60: (4.5, 0.9)
      case ..<600: (3.4, 0.75)
      case ..<6000: (2.4, 0.6)
      default: (1.7, 0.45)
      }
    var gathered: [PlotColor: [PlotPoint]] = [:]
    var order: [PlotColor] = []
    for index in shown {
      let place = frame.point(x[index], y[index])
      let (color, mark) = look(of: index, categories, bar)
      let shade = color.opacity(opacity)
      guard canvas.isVector, shown.count > Self.maximumVectorMarks, mark == .circle else {
        mark.draw(at: place, radius: radius, shade, on: canvas)
        continue
      }
      if gathered[shade] == nil { order.append(shade) }
      gathered[shade, default: []].append(place)
    }
    for color in order {
      // Nearly opaque: overlaps do not add up here.
      canvas.fillCircles(centers: gathered[color] ?? [], radius: radius, color.opacity(0.85))
    }
  }

  /// The number of marks beyond which an SVG draws them grouped by color.
  private static let maximumVectorMarks = 1500

  private func look(
    of index: Int, _ categories: Categories, _ bar: ColorBar?
  ) -> (PlotColor, PointMark) {
    switch coloring {
    case .none: (Palette.categorical[0], .circle)
    case .labels(let labels): categories.look(of: labels[index])
    case .values(let values, _): (bar?.steppedColor(of: values[index]) ?? .mutedInk, .circle)
    }
  }
}

/// The colors and shapes of a scatter plot's labels.
private struct Categories {
  private var looks: [String: (PlotColor, PointMark)] = [:]
  private(set) var legend: [PlotPage.LegendEntry] = []

  init(_ coloring: ScatterPlot.Coloring) {
    guard case .labels(let labels) = coloring else { return }
    let names = Set(labels).sorted { first, second in
      if let one = Double(first), let two = Double(second), one != two { return one < two }
      return first < second
    }
    let colors = Palette.colors(forCategories: names.count)
    for (index, name) in names.enumerated() {
      // The shape changes when the colors repeat.
      let round = index / Palette.manyCategories.count
      let look = (colors[index], PointMark.allCases[round % PointMark.allCases.count])
      looks[name] = look
      legend.append(.init(name: name.isEmpty ? "(none)" : name, color: look.0, mark: .point(look.1)))
    }
  }

  func look(of label: String) -> (PlotColor, PointMark) { looks[label] ?? (.mutedInk, .circle) }
}

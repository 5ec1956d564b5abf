/// Two axes around an area, and the mapping from their numbers to the canvas.
struct PlotFrame {
  /// The area of the data.
  let area: PlotRectangle
  let x: Axis
  let y: Axis

  func x(_ value: Double) -> Double { area.minX + Self.bounded(x.fraction(of: value)) * area.width }
  func y(_ value: Double) -> Double { area.maxY - Self.bounded(y.fraction(of: value)) * area.height }
  func point(_ x: Double, _ y: Double) -> PlotPoint { PlotPoint(self.x(x), self.y(y)) }

  /// Keeps a position far outside the area within the range of Cairo's fixed-point coordinates.
  private static func bounded(_ fraction: Double) -> Double { min(max(fraction, -4), 5) }

  /// The labels and margins around the area.
  struct Options {
    var showsXLabels = true
    /// Whether the x axis has ticks; a plot with other labels draws its own.
    var showsXTicks = true
    var showsYLabels = true
    /// The space for the labels of the y axis, if several frames must align.
    var leftMargin: Double?
    var showsVerticalGrid = false
    var showsHorizontalGrid = true
  }

  /// Lays out the axes inside a rectangle and draws grid, ticks and labels.
  static func draw(
    x: Axis, y: Axis, in outer: PlotRectangle, on canvas: Canvas, options: Options = Options()
  ) -> PlotFrame {
    let bottom = bottomMargin(x, showsLabels: options.showsXLabels)
    let left = options.leftMargin ?? leftMargin(y, height: outer.height - bottom - 6, on: canvas)
    let area = outer.inset(left: left, top: 6, right: 14, bottom: bottom)
    let frame = PlotFrame(area: area, x: x, y: y)
    let xTicks = fittingTicks(x, width: area.width, on: canvas)
    let yTicks = AxisTicks(of: y, maximumCount: tickCount(height: area.height))
    frame.drawGrid(xTicks, yTicks, options, on: canvas)
    if options.showsXTicks {
      frame.drawX(xTicks, showsLabels: options.showsXLabels, on: canvas)
    } else {
      frame.drawBaseLine(on: canvas)
    }
    if options.showsYLabels { frame.drawY(yTicks, outerLeft: outer.minX, on: canvas) }
    return frame
  }

  /// Returns the space that the y axis needs on its left, so that no number is clipped.
  static func leftMargin(_ y: Axis, height: Double, on canvas: Canvas) -> Double {
    let ticks = AxisTicks(of: y, maximumCount: tickCount(height: height))
    let widest = ticks.ticks.map { canvas.width(of: $0.label, .tick) }.max() ?? 0
    let name = y.label != nil || ticks.multiplierText != nil ? TextStyle.label.lineHeight + 6 : 0
    return widest.rounded(.up) + 8 + name
  }

  static func bottomMargin(_ x: Axis, showsLabels: Bool) -> Double {
    guard showsLabels else { return 8 }
    return 8 + TextStyle.tick.lineHeight + TextStyle.label.lineHeight + 6
  }

  private static func tickCount(height: Double) -> Int { max(3, Int(height / 38)) }

  /// Returns as many ticks as fit with their labels.
  static func fittingTicks(_ axis: Axis, width: Double, on canvas: Canvas) -> AxisTicks {
    var count = max(2, Int(width / 62))
    while true {
      let ticks = AxisTicks(of: axis, maximumCount: count)
      let needed = ticks.ticks.reduce(0) { $0 + canvas.width(of: $1.label, .tick) + 14 }
      if needed <= width + 14 || count <= 2 { return ticks }
      count -= 1
    }
  }

  private func drawGrid(
    _ xTicks: AxisTicks, _ yTicks: AxisTicks, _ options: Options, on canvas: Canvas
  ) {
    func horizontal(_ value: Double, _ color: PlotColor) {
      let y = y(value).rounded()
      canvas.stroke([PlotPoint(area.minX, y), PlotPoint(area.maxX, y)], color)
    }
    func vertical(_ value: Double, _ color: PlotColor) {
      let x = x(value).rounded()
      canvas.stroke([PlotPoint(x, area.minY), PlotPoint(x, area.maxY)], color)
    }
    if options.showsHorizontalGrid {
      for value in yTicks.minor { horizontal(value, .minorGrid) }
      for tick in yTicks.ticks { horizontal(tick.value, .grid) }
    }
    if options.showsVerticalGrid {
      for value in xTicks.minor { vertical(value, .minorGrid) }
      for tick in xTicks.ticks { vertical(tick.value, .grid) }
    }
  }

  private func drawX(_ ticks: AxisTicks, showsLabels: Bool, on canvas: Canvas) {
    drawBaseLine(on: canvas)
    for tick in ticks.ticks {
      let x = x(tick.value).rounded()
      canvas.stroke([PlotPoint(x, area.maxY), PlotPoint(x, area.maxY + 4)], .axis)
      guard showsLabels else { continue }
      // A long number at the end moves inwards, off its tick, before it is clipped.
      let half = canvas.width(of: tick.label, .tick) / 2 + 4
      let center = min(max(x, half), canvas.size.width - half)
      canvas.text(
        tick.label, at: PlotPoint(center, area.maxY + 8), .tick, horizontal: .center, vertical: .top)
    }
    let name = TextFitting.name(
      x.label, multiplier: ticks.multiplierText, to: area.width, on: canvas)
    guard showsLabels, let name else { return }
    let y = area.maxY + 8 + TextStyle.tick.lineHeight + 4
    canvas.text(name, at: PlotPoint(area.midX, y), .label, horizontal: .center, vertical: .top)
  }

  /// Draws the line of the x axis again, over data that covers it.
  func drawBaseLine(on canvas: Canvas) {
    canvas.stroke([PlotPoint(area.minX, area.maxY), PlotPoint(area.maxX, area.maxY)], .axis)
  }

  private func drawY(_ ticks: AxisTicks, outerLeft: Double, on canvas: Canvas) {
    for tick in ticks.ticks {
      let place = PlotPoint(area.minX - 8, y(tick.value))
      canvas.text(tick.label, at: place, .tick, horizontal: .right, vertical: .middle)
    }
    let name = TextFitting.name(
      y.label, multiplier: ticks.multiplierText, to: area.height, on: canvas)
    guard let name else { return }
    canvas.verticalText(
      name, center: PlotPoint(outerLeft + TextStyle.label.size / 2, area.midY), .label)
  }
}

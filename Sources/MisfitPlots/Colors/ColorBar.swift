/// A color bar: a strip of a color map's colors with numbers.
struct ColorBar {
  let axis: Axis
  let map: ColorMap
  let name: String?

  private static let stripWidth = 14.0

  /// Creates a bar over the finite ones among some values.
  init(covering values: some Sequence<Double>, map: ColorMap, name: String?) {
    self.init(axis: Axis(covering: values), map: map, name: name)
  }

  init(axis: Axis, map: ColorMap, name: String?) {
    self.axis = axis
    self.map = map
    self.name = name
  }

  func color(of value: Double) -> PlotColor { map.color(at: axis.fraction(of: value)) }

  /// Returns the color in steps of 1/64, which is finer than the eye resolves on small marks.
  func steppedColor(of value: Double) -> PlotColor {
    map.color(at: (axis.fraction(of: value) * 64).rounded() / 64)
  }

  private func ticks(length: Double) -> AxisTicks {
    AxisTicks(of: axis, maximumCount: max(3, Int(length / 48)))
  }

  // MARK: Vertical

  /// Returns the width of the vertical bar with its labels.
  func width(height: Double, on canvas: Canvas) -> Double {
    let ticks = ticks(length: height)
    let widest = ticks.ticks.map { canvas.width(of: $0.label, .tick) }.max() ?? 0
    return Self.stripWidth + 6 + widest.rounded(.up) + (name == nil && ticks.multiplierText == nil ? 0 : 20)
  }

  /// Draws the bar vertically: the strip on the left, its numbers, and its name reading upwards.
  func draw(in rectangle: PlotRectangle, on canvas: Canvas) {
    let ticks = ticks(length: rectangle.height)
    let steps = 128
    for step in 0..<steps {
      let height = rectangle.height / Double(steps)
      let y = rectangle.maxY - Double(step + 1) * height
      let color = map.color(at: (Double(step) + 0.5) / Double(steps))
      // Slightly taller than its share, so that no white line shows between two.
      canvas.fill(
        PlotRectangle(
          x: rectangle.minX, y: y, width: Self.stripWidth, height: step == 0 ? height : height + 0.6),
        color)
    }
    for tick in ticks.ticks {
      let y = rectangle.maxY - axis.fraction(of: tick.value) * rectangle.height
      let place = PlotPoint(rectangle.minX + Self.stripWidth + 6, y)
      canvas.text(tick.label, at: place, .tick, vertical: .middle)
    }
    let shown = TextFitting.name(
      name, multiplier: ticks.multiplierText, to: rectangle.height, on: canvas)
    guard let shown else { return }
    canvas.verticalText(shown, center: PlotPoint(rectangle.maxX - 6, rectangle.midY), .label)
  }

  // MARK: Horizontal

  /// The height of the horizontal bar with its labels.
  static let horizontalHeight = 44.0

  /// Draws the bar horizontally: its name above, its numbers below.
  func drawHorizontally(in rectangle: PlotRectangle, on canvas: Canvas) {
    let ticks = PlotFrame.fittingTicks(axis, width: rectangle.width, on: canvas)
    let top = rectangle.minY + 16
    let steps = 128
    for step in 0..<steps {
      let width = rectangle.width / Double(steps)
      let color = map.color(at: (Double(step) + 0.5) / Double(steps))
      canvas.fill(
        PlotRectangle(
          x: rectangle.minX + Double(step) * width, y: top,
          width: step == steps - 1 ? width : width + 0.6, height: 10),
        color)
    }
    for tick in ticks.ticks {
      let x = rectangle.minX + axis.fraction(of: tick.value) * rectangle.width
      canvas.text(
        tick.label, at: PlotPoint(x, top + 14), .tick, horizontal: .center, vertical: .top)
    }
    let shown = TextFitting.name(
      name, multiplier: ticks.multiplierText, to: rectangle.width, on: canvas)
    guard let shown else { return }
    canvas.text(
      shown, at: PlotPoint(rectangle.midX, rectangle.minY), .note, horizontal: .center, vertical: .top)
  }
}

import MisfitCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A network as boxes from its input to its output, with the bottleneck marked.
///
/// The width of a box follows the logarithm of the number of values, so the drawing narrows to the code. More
/// than 18 boxes continue in further columns.
package struct NetworkDiagram: Drawing, Hashable {
  /// One layer.
  package struct Layer: Sendable, Hashable {
    /// The text of the layer, as in `conv 16 3 relu`.
    package var text: String
    /// The output shape, as in `28 x 28 x 16`.
    package var shape: String
    /// The number of output values of a sample.
    package var valueCount: Int
    /// The number of parameters; 0 if it has none.
    package var parameterCount: Int
    /// Whether its output is the code.
    package var isCode: Bool

    /// Creates a layer.
    package init(
      text: String, shape: String, valueCount: Int, parameterCount: Int = 0, isCode: Bool = false
    ) {
      self.text = text
      self.shape = shape
      self.valueCount = valueCount
      self.parameterCount = parameterCount
      self.isCode = isCode
    }
  }

  /// The heading.
  package var title: String
  /// A description of the network.
  package var subtitle: String?
  /// The layers from the input on, which is a layer here too.
  package var layers: [Layer]

  private static let boxHeight = 42.0
  private static let gap = 16.0
  private static let columnWidth = 400.0
  private static let columnGap = 28.0
  private static let rowsAtMost = 18

  /// Creates a diagram.
  package init(title: String, subtitle: String? = nil, layers: [Layer]) {
    self.title = title
    self.subtitle = subtitle
    self.layers = layers
  }

  private var page: PlotPage { PlotPage(title: title, subtitle: subtitle) }
  private var columnCount: Int { max(1, (layers.count + Self.rowsAtMost - 1) / Self.rowsAtMost) }
  private var rowCount: Int { (layers.count + columnCount - 1) / columnCount }

  /// The size in points, which follows from the layers.
  package var size: PlotSize {
    let columns = Double(columnCount)
    let width = max(
      columns * Self.columnWidth + (columns - 1) * Self.columnGap + 2 * PlotPage.margin, 480)
    let content = Double(max(rowCount, 1)) * (Self.boxHeight + Self.gap) - Self.gap
    return PlotSize(
      width: width, height: page.contentTop(width: width) + content + PlotPage.bottomMargin + 4)
  }

  /// Draws the diagram.
  package func draw(on canvas: Canvas) {
    let inner = page.draw(on: canvas)
    guard !layers.isEmpty else {
      return HistogramBars.drawEmpty("no layers to show", in: inner, on: canvas)
    }
    let boxes = boxes(in: inner)
    for index in 1..<max(boxes.count, 1) { drawArrow(from: boxes[index - 1], to: boxes[index], on: canvas) }
    for (layer, box) in zip(layers, boxes) { draw(layer, in: box, on: canvas) }
  }

  private func boxes(in inner: PlotRectangle) -> [PlotRectangle] {
    let logarithms = layers.map { log2(Double(max($0.valueCount, 1))) }
    let (least, most) = (logarithms.min() ?? 0, logarithms.max() ?? 0)
    let used = Double(columnCount) * (Self.columnWidth + Self.columnGap) - Self.columnGap
    let left = inner.minX + (inner.width - used) / 2
    return logarithms.enumerated().map { index, logarithm in
      let (column, row) = (index / rowCount, index % rowCount)
      let fraction = most > least ? (logarithm - least) / (most - least) : 1
      // Even, so that all boxes have the same center.
      let width = 2 * (Self.columnWidth * (0.3 + 0.2 * fraction)).rounded()
      let middle = left + Double(column) * (Self.columnWidth + Self.columnGap) + Self.columnWidth / 2
      return PlotRectangle(
        x: middle.rounded() - width / 2, y: inner.minY + 2 + Double(row) * (Self.boxHeight + Self.gap),
        width: width, height: Self.boxHeight)
    }
  }

  private func draw(_ layer: Layer, in box: PlotRectangle, on canvas: Canvas) {
    let color = layer.isCode ? Palette.categorical[3] : Palette.categorical[0]
    let isWeighted = layer.parameterCount > 0 || layer.isCode
    canvas.fill(box, isWeighted ? color.opacity(layer.isCode ? 0.2 : 0.12) : PlotColor(0xF4F5F6))
    canvas.stroke(box, isWeighted ? color : .axis, width: layer.isCode ? 2.5 : 1.2)
    let heading = TextStyle(size: 13, isBold: true)
    var room = box.width - 20
    if layer.isCode {
      let style = TextStyle(size: 12, isBold: true, color: color)
      canvas.text(
        "code", at: PlotPoint(box.maxX - 10, box.minY + 14), style, horizontal: .right, vertical: .middle)
      room -= canvas.width(of: "code", style) * 2 + 12
    }
    let text = TextFitting.middleTruncated(layer.text, to: room, heading, on: canvas)
    canvas.text(
      text, at: PlotPoint(box.midX, box.minY + 14), heading, horizontal: .center, vertical: .middle)
    var detail = layer.shape
    if layer.parameterCount > 0 {
      detail += " · \(CountText.of(layer.parameterCount, "parameter"))"
    }
    let shown = TextFitting.endTruncated(detail, to: box.width - 12, .tick, on: canvas)
    canvas.text(
      shown, at: PlotPoint(box.midX, box.minY + 30), .tick, horizontal: .center, vertical: .middle)
  }

  private func drawArrow(from: PlotRectangle, to: PlotRectangle, on canvas: Canvas) {
    let tip = PlotPoint(to.midX, to.minY - 2)
    if from.midX == to.midX || to.minY > from.minY {
      canvas.stroke([PlotPoint(from.midX, from.maxY), tip], .mutedInk, width: 1.4)
    } else {
      // From the bottom of one column to the top of the next, between the two.
      let middle = from.midX + (Self.columnWidth + Self.columnGap) / 2
      canvas.stroke(
        [
          PlotPoint(from.midX, from.maxY), PlotPoint(from.midX, from.maxY + 8),
          PlotPoint(middle, from.maxY + 8), PlotPoint(middle, to.minY - 10), PlotPoint(to.midX, to.minY - 10),
          tip,
        ], .mutedInk, width: 1.4)
    }
    canvas.fill(
      polygon: [PlotPoint(tip.x - 4, tip.y - 6), PlotPoint(tip.x + 4, tip.y - 6), tip], .mutedInk)
  }
}

import MisfitImages

/// A surface for plots: lines, areas, text and images, in points.
///
/// The same calls produce a PNG or an SVG. The font is DejaVu Sans.
package final class Canvas {
  private let context: CairoContext
  /// The size of the drawing.
  package let size: PlotSize
  /// Whether the output is an SVG, in which many small marks make a large file.
  package let isVector: Bool

  init(_ context: CairoContext, size: PlotSize, isVector: Bool) {
    self.context = context
    self.size = size
    self.isVector = isVector
  }

  /// Creates a canvas without output, to measure text before a size is known; nil if memory is short.
  static func measuring() -> Canvas? {
    CairoContext.measuring().map { Canvas($0, size: PlotSize(width: 1, height: 1), isVector: false) }
  }

  // MARK: Areas and lines

  /// Fills a rectangle.
  package func fill(_ rectangle: PlotRectangle, _ color: PlotColor) {
    context.addRectangle(rectangle)
    context.fillPath(color)
  }

  /// Fills several rectangles at once, so that overlaps and shared edges do not darken.
  package func fill(_ rectangles: [PlotRectangle], _ color: PlotColor) {
    for rectangle in rectangles { context.addRectangle(rectangle) }
    context.fillPath(color)
  }

  /// Fills a polygon.
  package func fill(polygon points: [PlotPoint], _ color: PlotColor) {
    guard points.count >= 3 else { return }
    context.addLines(points, isClosed: true)
    context.fillPath(color)
  }

  /// Fills a circle.
  package func fillCircle(center: PlotPoint, radius: Double, _ color: PlotColor) {
    context.addCircle(center: center, radius: radius)
    context.fillPath(color)
  }

  /// Fills many circles of one size and color at once: the file stays small, and overlaps do not darken.
  package func fillCircles(centers: [PlotPoint], radius: Double, _ color: PlotColor) {
    // Zero-length lines with round ends take a tenth of the text of circles in an SVG.
    for center in centers { context.addLines([center, center], isClosed: false) }
    context.strokePath(color, width: 2 * radius, dashes: [], isRound: true)
  }

  /// Draws lines from point to point.
  package func stroke(
    _ points: [PlotPoint], _ color: PlotColor, width: Double = 1, dashes: [Double] = [],
    isClosed: Bool = false, isRound: Bool = false
  ) {
    guard points.count >= 2 else { return }
    context.addLines(points, isClosed: isClosed)
    context.strokePath(color, width: width, dashes: dashes, isRound: isRound)
  }

  /// Draws a rectangle's outline, centered on its sides.
  package func stroke(_ rectangle: PlotRectangle, _ color: PlotColor, width: Double = 1) {
    context.addRectangle(rectangle)
    context.strokePath(color, width: width, dashes: [], isRound: false)
  }

  /// Clips the drawing of a closure to a rectangle.
  package func clipped(to rectangle: PlotRectangle, draw: () -> Void) {
    context.clipped(to: rectangle, draw: draw)
  }

  // MARK: Text

  /// Returns the width of a line of text.
  package func width(of text: String, _ style: TextStyle) -> Double {
    context.textWidth(Self.printable(text), size: style.size, isBold: style.isBold)
  }

  /// Draws a line of text; line breaks and other control characters become spaces.
  package func text(
    _ text: String, at point: PlotPoint, _ style: TextStyle, horizontal: HorizontalAlignment = .left,
    vertical: VerticalAlignment = .baseline
  ) {
    let text = Self.printable(text)
    let width =
      horizontal == .left ? 0 : context.textWidth(text, size: style.size, isBold: style.isBold)
    let left = Self.shift(of: width, horizontal)
    let start = PlotPoint(point.x - left, point.y + Self.rise(of: style, vertical))
    context.showText(
      text, from: start, size: style.size, isBold: style.isBold, angle: 0, color: style.color)
  }

  /// Draws a vertical line of text that reads upwards, centered at a point.
  package func verticalText(_ text: String, center: PlotPoint, _ style: TextStyle) {
    let text = Self.printable(text)
    let width = context.textWidth(text, size: style.size, isBold: style.isBold)
    let start = PlotPoint(center.x + Self.rise(of: style, .middle), center.y + width / 2)
    context.showText(
      text, from: start, size: style.size, isBold: style.isBold, angle: -Double.pi / 2, color: style.color)
  }

  private static func shift(of width: Double, _ alignment: HorizontalAlignment) -> Double {
    switch alignment {
    case .left: 0
    case .center: width / 2
    case .right: width
    }
  }

  /// Returns the distance from the given y down to the baseline; capitals of DejaVu Sans are 0.729 of the
  /// size high.
  private static func rise(of style: TextStyle, _ alignment: VerticalAlignment) -> Double {
    switch alignment {
    case .top: style.size * 0.76
    case .middle: style.size * 0.3645
    case .baseline: 0
    }
  }

  private static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return text
    }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  // MARK: Images

  /// Draws an image into a rectangle; enlarged pixels stay squares, a reduced image is smoothed.
  package func draw(_ image: Image, in rectangle: PlotRectangle) {
    let isReduced = rectangle.width < Double(image.width) || rectangle.height < Double(image.height)
    context.showImage(
      rgb: image.convertedToRGB.pixels, width: image.width, height: image.height, in: rectangle,
      isSmoothed: isReduced)
  }
}

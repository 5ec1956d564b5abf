/// The frame round every plot: margin, title, subtitle, legend, notes; what is left is for the data.
struct PlotPage {
  /// One entry of a legend.
  struct LegendEntry {
    var name: String
    var color: PlotColor
    var mark: Mark

    enum Mark {
      case area
      case line
      case point(PointMark)
    }
  }

  static let margin = 24.0
  static let bottomMargin = 16.0
  private static let topMargin = 20.0
  private static let headingGap = 12.0

  var title: String
  var subtitle: String?
  var legend: [LegendEntry] = []
  /// Remarks below the plot, one a line.
  var notes: [String] = []

  /// Draws what surrounds the data and gives the rectangle that is left.
  func draw(on canvas: Canvas) -> PlotRectangle {
    let whole = PlotRectangle(x: 0, y: 0, width: canvas.size.width, height: canvas.size.height)
    var inner = whole.inset(
      left: Self.margin, top: Self.topMargin, right: Self.margin, bottom: Self.bottomMargin)
    let heading = heading(width: inner.width, on: canvas)
    for line in heading.lines {
      canvas.text(line.text, at: PlotPoint(inner.minX, line.y), line.style, vertical: .top)
    }
    var y = heading.bottom
    if !legend.isEmpty { y = Legend.draw(legend, from: y + 8, in: inner, on: canvas) }
    let bottom = drawNotes(in: inner, on: canvas)
    let top = y + Self.headingGap
    inner = PlotRectangle(x: inner.minX, y: top, width: inner.width, height: max(bottom - top, 1))
    return inner
  }

  /// Where the data of a page without a legend begins, for drawings that are as tall as their data.
  func contentTop(width: Double) -> Double {
    guard let canvas = Canvas.measuring() else { return Self.topMargin + 60 }
    return heading(width: width - 2 * Self.margin, on: canvas).bottom + Self.headingGap
  }

  /// The lines of title and subtitle with the y of their tops.
  private func heading(
    width: Double, on canvas: Canvas
  ) -> (lines: [(text: String, style: TextStyle, y: Double)], bottom: Double) {
    var lines: [(text: String, style: TextStyle, y: Double)] = []
    var y = Self.topMargin
    for (text, style, maximumCount) in [(title, TextStyle.title, 3), (subtitle ?? "", .subtitle, 3)] {
      let broken = TextFitting.lines(
        text, width: width, style, maximumCount: maximumCount, on: canvas)
      if !broken.isEmpty, !lines.isEmpty { y += 3 }
      for line in broken {
        lines.append((line, style, y))
        y += style.lineHeight
      }
    }
    return (lines, y)
  }

  private func drawNotes(in inner: PlotRectangle, on canvas: Canvas) -> Double {
    let lines = notes.flatMap {
      TextFitting.lines($0, width: inner.width, .note, maximumCount: 2, on: canvas)
    }
    var y = inner.maxY - Double(lines.count) * TextStyle.note.lineHeight
    let top = y
    for line in lines {
      canvas.text(line, at: PlotPoint(inner.minX, y), .note, vertical: .top)
      y += TextStyle.note.lineHeight
    }
    return lines.isEmpty ? top : top - 6
  }
}

/// The names of the colours, in rows.
enum Legend {
  private static let markWidth = 16.0
  private static let gap = 22.0

  /// Draws the entries in as many rows as they need and gives the y below them.
  static func draw(
    _ entries: [PlotPage.LegendEntry], from top: Double, in inner: PlotRectangle, on canvas: Canvas
  ) -> Double {
    let style = TextStyle.label
    var (x, y) = (inner.minX, top)
    for entry in entries {
      let widest = min(inner.width - markWidth - 7, 360)
      let name = TextFitting.middleTruncated(entry.name, to: widest, style, on: canvas)
      let width = markWidth + 7 + canvas.width(of: name, style)
      if x > inner.minX, x + width > inner.maxX {
        x = inner.minX
        y += style.lineHeight + 2
      }
      drawMark(entry, at: PlotPoint(x, y + style.size * 0.4), on: canvas)
      canvas.text(name, at: PlotPoint(x + markWidth + 7, y), style, vertical: .top)
      x += width + gap
    }
    return y + style.lineHeight
  }

  private static func drawMark(_ entry: PlotPage.LegendEntry, at left: PlotPoint, on canvas: Canvas) {
    switch entry.mark {
    case .area:
      let box = PlotRectangle(x: left.x, y: left.y - 5.5, width: markWidth, height: 11)
      canvas.fill(box, entry.color.opacity(0.45))
      canvas.stroke(box, entry.color, width: 1.25)
    case .line:
      canvas.stroke(
        [left, PlotPoint(left.x + markWidth, left.y)], entry.color, width: 2.5, isRound: true)
    case .point(let mark):
      mark.draw(at: PlotPoint(left.x + markWidth / 2, left.y), radius: 4.5, entry.color, on: canvas)
    }
  }
}

/// The shapes of points, so that categories differ by more than colour.
enum PointMark: CaseIterable {
  case circle
  case square
  case triangle
  case diamond

  func draw(at center: PlotPoint, radius: Double, _ color: PlotColor, on canvas: Canvas) {
    func corner(_ x: Double, _ y: Double) -> PlotPoint {
      PlotPoint(center.x + x * radius, center.y + y * radius)
    }
    switch self {
    case .circle: canvas.fillCircle(center: center, radius: radius, color)
    case .square:
      canvas.fill(
        polygon: [corner(-0.9, -0.9), corner(0.9, -0.9), corner(0.9, 0.9), corner(-0.9, 0.9)], color)
    case .triangle: canvas.fill(polygon: [corner(0, -1.15), corner(1.05, 0.75), corner(-1.05, 0.75)], color)
    case .diamond:
      canvas.fill(polygon: [corner(0, -1.25), corner(1.25, 0), corner(0, 1.25), corner(-1.25, 0)], color)
    }
  }
}

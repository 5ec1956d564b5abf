/// The frame of every plot: margin, title, subtitle, legend and notes around the data.
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
  /// Remarks below the plot, one on each line.
  var notes: [String] = []

  /// Draws the frame and returns the rectangle that is left for the data.
  func draw(on canvas: Canvas) -> PlotRectangle {
    let whole = PlotRectangle(x: 0, y: 0, width: canvas.size.width, height: canvas.size.height)
    var inner = whole.inset(
      left: Self.margin, top: Self.topMargin, right: Self.margin, bottom: Self.bottomMargin)
    let heading = heading(width: inner.width, on: canvas)
    for line in heading.lines {
      canvas.text(line.text, at: PlotPoint(inner.minX, line.y), line.style, vertical: .top)
    }
    var y = heading.bottom
    if !legend.isEmpty {
      let legend = Legend(legend, width: inner.width, on: canvas)
      legend.draw(at: PlotPoint(inner.minX, y + 8), on: canvas)
      y += 8 + legend.height
    }
    let bottom = drawNotes(in: inner, on: canvas)
    let top = y + Self.headingGap
    inner = PlotRectangle(x: inner.minX, y: top, width: inner.width, height: max(bottom - top, 1))
    return inner
  }

  /// Returns the top of the data on a page without a legend, for drawings whose height follows from their
  /// data.
  func contentTop(width: Double) -> Double {
    guard let canvas = Canvas.measuring() else { return Self.topMargin + 60 }
    return heading(width: width - 2 * Self.margin, on: canvas).bottom + Self.headingGap
  }

  /// Returns the lines of title and subtitle with the y of their tops.
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

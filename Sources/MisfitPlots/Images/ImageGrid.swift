import MisfitCore
import MisfitImages

/// Images in rows and columns: weights, a walk through a code, samples.
package struct ImageGrid: Drawing, Hashable {
  /// The color scale of all images.
  package struct Scale: Sendable, Hashable {
    /// The color map.
    package var map: ColorMap
    /// The range of the colors.
    package var range: ClosedRange<Double>
    /// The name of the quantity.
    package var name: String

    /// Creates a scale.
    package init(map: ColorMap, range: ClosedRange<Double>, name: String) {
      self.map = map
      self.range = range
      self.name = name
    }
  }

  /// The heading.
  package var title: String
  /// A description of the images.
  package var subtitle: String?
  /// The images, row by row.
  package var images: [Image]
  /// The number of images in a row.
  package var columnCount: Int
  /// The text below each image; empty for none.
  package var captions: [String] = []
  /// The text to the left of each row; empty for none.
  package var rowNames: [String] = []
  /// The text below each column; empty for none.
  package var columnNames: [String] = []
  /// The label of the columns' names.
  package var xLabel: String?
  /// The label of the rows' names.
  package var yLabel: String?
  /// The color scale; nil if images are pictures.
  package var scale: Scale?
  /// Remarks below the images.
  package var notes: [String] = []
  /// The gap between two images, in points.
  package var gap = 4.0
  /// The approximate side of the images in points; nil chooses by their number.
  package var side: Double?

  /// Creates a grid; without `columnCount` it is approximately square.
  package init(title: String, subtitle: String? = nil, images: [Image], columnCount: Int? = nil) {
    self.title = title
    self.subtitle = subtitle
    self.images = images
    self.columnCount = max(1, columnCount ?? Self.columns(for: images.count))
  }

  /// Returns a number of columns near that of rows, at which the last row is full if possible.
  private static func columns(for count: Int) -> Int {
    let square = Int(Double(max(count, 1)).squareRoot().rounded(.up))
    let candidates = square...square + square / 2
    return candidates.first { count % $0 == 0 } ?? min(square + square / 3, max(count, 1))
  }

  var page: PlotPage { PlotPage(title: title, subtitle: subtitle, notes: notes) }
  private var rowCount: Int { (images.count + columnCount - 1) / columnCount }

  /// The size of a tile: every image is enlarged by the same whole factor, or all are reduced to fit.
  private var tile: PlotSize {
    let width = Double(images.map(\.width).max() ?? 1)
    let height = Double(images.map(\.height).max() ?? 1)
    let wanted = side ?? min(max(760 / Double(columnCount) - gap, 28), 112)
    let factor = wanted / max(width, height)
    let scale = factor >= 1 ? max(1, factor.rounded()) : factor
    return PlotSize(width: max(width * scale, 1), height: max(height * scale, 1))
  }

  private var captionHeight: Double { captions.isEmpty ? 0 : TextStyle.note.lineHeight + 2 }

  private func left(on canvas: Canvas) -> Double {
    let widest = rowNames.map { canvas.width(of: $0, .tick) }.max() ?? 0
    return (rowNames.isEmpty ? 0 : min(widest, 160).rounded(.up) + 8) + (yLabel == nil ? 0 : 22)
  }

  private var below: Double {
    var height = columnNames.isEmpty ? 0 : TextStyle.tick.lineHeight + 4
    if xLabel != nil { height += TextStyle.label.lineHeight + 4 }
    if scale != nil { height += 12 + ColorBar.horizontalHeight }
    return height + Double(notes.count) * 2 * TextStyle.note.lineHeight + (notes.isEmpty ? 0 : 12)
  }

  private func contentWidth(_ tile: PlotSize) -> Double {
    Double(columnCount) * (tile.width + gap) - gap
  }

  /// The size in points, which follows from the images.
  package var size: PlotSize {
    guard !images.isEmpty, let canvas = Canvas.measuring() else { return PlotSize(width: 420, height: 200) }
    let tile = tile
    let width = max(left(on: canvas) + contentWidth(tile) + 2 * PlotPage.margin, 420)
    let content = Double(rowCount) * (tile.height + captionHeight + gap) - gap
    return PlotSize(
      width: width, height: page.contentTop(width: width) + content + below + PlotPage.bottomMargin)
  }

  /// Draws the grid.
  package func draw(on canvas: Canvas) {
    let inner = page.draw(on: canvas)
    guard !images.isEmpty else {
      return HistogramBars.drawEmpty("no images to show", in: inner, on: canvas)
    }
    let (tile, left) = (tile, left(on: canvas))
    let area = PlotRectangle(
      x: inner.minX + left, y: inner.minY, width: contentWidth(tile),
      height: Double(rowCount) * (tile.height + captionHeight + gap) - gap)
    for (index, image) in images.enumerated() {
      let x = area.minX + Double(index % columnCount) * (tile.width + gap)
      let y = area.minY + Double(index / columnCount) * (tile.height + captionHeight + gap)
      draw(image, index, in: PlotRectangle(x: x, y: y, width: tile.width, height: tile.height), on: canvas)
    }
    drawNames(round: area, tile, left: inner.minX, on: canvas)
  }

  private func draw(_ image: Image, _ index: Int, in box: PlotRectangle, on canvas: Canvas) {
    canvas.draw(image, in: box)
    // White images need an edge on a white page.
    let edge = PlotRectangle(
      x: box.minX - 0.5, y: box.minY - 0.5, width: box.width + 1, height: box.height + 1)
    if gap >= 2 { canvas.stroke(edge, PlotColor(0xDADCE0)) }
    guard captions.indices.contains(index) else { return }
    let text = TextFitting.middleTruncated(captions[index], to: box.width + gap, .note, on: canvas)
    canvas.text(
      text, at: PlotPoint(box.midX, box.maxY + 2), .note, horizontal: .center, vertical: .top)
  }

  private func drawNames(
    round area: PlotRectangle, _ tile: PlotSize, left: Double, on canvas: Canvas
  ) {
    for (row, name) in rowNames.prefix(rowCount).enumerated() {
      let y = area.minY + Double(row) * (tile.height + captionHeight + gap) + tile.height / 2
      let shown = TextFitting.middleTruncated(name, to: 160, .tick, on: canvas)
      canvas.text(shown, at: PlotPoint(area.minX - 8, y), .tick, horizontal: .right, vertical: .middle)
    }
    var y = area.maxY + 4
    for (column, name) in columnNames.prefix(columnCount).enumerated() {
      let x = area.minX + Double(column) * (tile.width + gap) + tile.width / 2
      let shown = TextFitting.endTruncated(name, to: tile.width + gap - 1, .tick, on: canvas)
      canvas.text(shown, at: PlotPoint(x, y), .tick, horizontal: .center, vertical: .top)
    }
    if !columnNames.isEmpty { y += TextStyle.tick.lineHeight + 4 }
    if let xLabel {
      // If the images are narrower than their name, it may extend to the margin of the page.
      let room = 2 * min(area.midX - PlotPage.margin, canvas.size.width - PlotPage.margin - area.midX)
      let shown = TextFitting.endTruncated(xLabel, to: room, .label, on: canvas)
      canvas.text(shown, at: PlotPoint(area.midX, y), .label, horizontal: .center, vertical: .top)
      y += TextStyle.label.lineHeight + 4
    }
    if let yLabel {
      let shown = TextFitting.endTruncated(yLabel, to: max(area.height, 40), .label, on: canvas)
      canvas.verticalText(shown, center: PlotPoint(left + 6, area.midY), .label)
    }
    guard let scale else { return }
    let bar = ColorBar(
      axis: Axis(covering: [scale.range.lowerBound, scale.range.upperBound]), map: scale.map,
      name: scale.name)
    let width = min(max(area.width, 180), 320)
    bar.drawHorizontally(
      in: PlotRectangle(x: area.minX, y: y + 8, width: width, height: ColorBar.horizontalHeight), on: canvas)
  }
}

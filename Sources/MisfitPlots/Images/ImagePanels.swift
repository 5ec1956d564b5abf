import MisfitImages

/// Images of one size in panels: rows of samples below their reconstructions, or grids side by side.
///
/// Small images are enlarged by a whole factor with square pixels, so that no pixel is invented.
public struct ImagePanels: Drawing, Hashable {
  /// Images under one heading.
  public struct Panel: Sendable, Hashable {
    /// What they are.
    public var title: String
    /// Row by row.
    public var images: [Image]
    /// A few words below each image; empty for none.
    public var captions: [String]

    /// Makes a panel.
    ///
    /// - Precondition: there is a caption for each image, or none at all.
    public init(_ title: String, _ images: [Image], captions: [String] = []) {
      precondition(captions.isEmpty || captions.count == images.count, "a caption an image, or none")
      self.title = title
      self.images = images
      self.captions = captions
    }
  }

  /// How the panels stand.
  public enum Arrangement: Sendable, Hashable {
    /// One row a panel, its title at the left.
    case rows
    /// Grids of so many columns, side by side, titles above.
    case grids(columnCount: Int)
  }

  /// The heading.
  public var title: String
  /// What the data is.
  public var subtitle: String?
  /// The images.
  public var panels: [Panel]
  /// How the panels stand.
  public var arrangement: Arrangement
  /// The side in points that the longer side of an image is brought near to.
  public var wantedSide: Double

  /// Makes a drawing.
  public init(
    title: String, subtitle: String? = nil, panels: [Panel], arrangement: Arrangement = .rows,
    wantedSide: Double = 56
  ) {
    self.title = title
    self.subtitle = subtitle
    self.panels = panels
    self.arrangement = arrangement
    self.wantedSide = wantedSide
  }

  private static let gap = 6.0
  private static let panelGap = 28.0
  private static let titleWidth = 112.0
  private static let titleHeight = 24.0

  private var page: PlotPage { PlotPage(title: title, subtitle: subtitle) }

  /// The place of one image with its caption.
  private var cell: PlotSize {
    let images = panels.flatMap(\.images)
    let hasCaptions = panels.contains { !$0.captions.isEmpty }
    return PlotSize(
      width: images.map { shownSize(of: $0).width }.max() ?? wantedSide,
      height: (images.map { shownSize(of: $0).height }.max() ?? wantedSide)
        + (hasCaptions ? TextStyle.tick.lineHeight + 2 : 0))
  }

  private func shownSize(of image: Image) -> PlotSize {
    let longest = Double(max(image.width, image.height))
    let factor = (wantedSide / longest).rounded()
    let scale = factor >= 1 ? factor : wantedSide / longest
    return PlotSize(width: Double(image.width) * scale, height: Double(image.height) * scale)
  }

  /// Columns and rows of images in each panel.
  private var extent: (columns: Int, rows: Int) {
    let count = max(panels.map(\.images.count).max() ?? 0, 1)
    switch arrangement {
    case .rows: return (count, 1)
    case .grids(let columns): return (max(columns, 1), (count + max(columns, 1) - 1) / max(columns, 1))
    }
  }

  private var panelSize: PlotSize {
    let (columns, rows) = extent
    return PlotSize(
      width: Double(columns) * (cell.width + Self.gap) - Self.gap,
      height: Double(rows) * (cell.height + Self.gap) - Self.gap)
  }

  /// The extent in points, as the images need it.
  public var size: PlotSize {
    let count = Double(max(panels.count, 1))
    let (width, height) =
      switch arrangement {
      case .rows: (Self.titleWidth + panelSize.width, count * (panelSize.height + Self.gap))
      case .grids:
        (count * (panelSize.width + Self.panelGap) - Self.panelGap, Self.titleHeight + panelSize.height)
      }
    let whole = max(width + 2 * PlotPage.margin, 360)
    return PlotSize(width: whole, height: page.contentTop(width: whole) + height + PlotPage.bottomMargin)
  }

  /// Draws the panels.
  public func draw(on canvas: Canvas) {
    let inner = page.draw(on: canvas)
    guard panels.contains(where: { !$0.images.isEmpty }) else {
      return HistogramBars.drawEmpty("no images to show", in: inner, on: canvas)
    }
    for (index, panel) in panels.enumerated() {
      switch arrangement {
      case .rows:
        let top = inner.minY + Double(index) * (panelSize.height + Self.gap)
        drawTitle(of: panel, besideRowAt: PlotPoint(inner.minX, top), on: canvas)
        draw(panel, at: PlotPoint(inner.minX + Self.titleWidth, top), on: canvas)
      case .grids:
        let left = inner.minX + Double(index) * (panelSize.width + Self.panelGap)
        let shown = TextFitting.endTruncated(panel.title, to: panelSize.width, .label, on: canvas)
        canvas.text(shown, at: PlotPoint(left, inner.minY), .label, vertical: .top)
        draw(panel, at: PlotPoint(left, inner.minY + Self.titleHeight), on: canvas)
      }
    }
  }

  private func drawTitle(of panel: Panel, besideRowAt place: PlotPoint, on canvas: Canvas) {
    let lines = TextFitting.lines(
      panel.title, width: Self.titleWidth - 12, .label, maximumCount: 3, on: canvas)
    var y = place.y + (cell.height - Double(lines.count) * TextStyle.label.lineHeight) / 2
    for line in lines {
      canvas.text(line, at: PlotPoint(place.x, y), .label, vertical: .top)
      y += TextStyle.label.lineHeight
    }
  }

  private func draw(_ panel: Panel, at place: PlotPoint, on canvas: Canvas) {
    let columns = extent.columns
    for (index, image) in panel.images.enumerated() {
      let x = place.x + Double(index % columns) * (cell.width + Self.gap)
      let y = place.y + Double(index / columns) * (cell.height + Self.gap)
      let size = shownSize(of: image)
      let rectangle = PlotRectangle(x: x.rounded(), y: y.rounded(), width: size.width, height: size.height)
      canvas.draw(image, in: rectangle)
      // White images need an edge on white paper.
      canvas.stroke(rectangle.inset(left: -0.5, top: -0.5, right: -0.5, bottom: -0.5), PlotColor(0xDADCE0))
      guard !panel.captions.isEmpty else { continue }
      let shown = TextFitting.endTruncated(panel.captions[index], to: cell.width + 4, .tick, on: canvas)
      canvas.text(
        shown, at: PlotPoint(rectangle.minX + size.width / 2, rectangle.maxY + 2), .tick,
        horizontal: .center, vertical: .top)
    }
  }
}

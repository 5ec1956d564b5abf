import MisfitImages

/// The samples with the largest reconstruction errors: original, reconstruction and difference in a row, with
/// rank, name, label and error.
///
/// The input comes first if it differs from the original. Small images are enlarged by whole factors with
/// square pixels. All differences share one color scale: signed for gray images, absolute for color images.
/// Images composed of tiles show the magnitude of the error instead of the difference. Many samples are
/// arranged in several blocks, down and then across.
package struct ReconstructionGrid: Drawing, Hashable {
  /// The heading.
  package var title: String
  /// A description of the data.
  package var subtitle: String?
  /// The samples, largest error first.
  package var samples: [ReconstructionSample]
  /// The number of blocks side by side; nil chooses by the number of samples.
  package var blockCount: Int?

  /// Creates a grid.
  package init(
    title: String, subtitle: String? = nil, samples: [ReconstructionSample], blockCount: Int? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.samples = samples
    self.blockCount = blockCount
  }

  private static let captionWidth = 112.0
  private static let gap = 8.0
  private static let blockGap = 34.0
  private static let headingHeight = 22.0
  /// The preferred side of images: whole scenes need more space than small ones.
  private var wantedSide: Double { showsScenes ? 200 : 100 }

  private var showsScenes: Bool {
    samples.contains { max($0.original.width, $0.original.height) > 200 }
  }

  private var page: PlotPage { PlotPage(title: title, subtitle: subtitle) }

  private var blocks: Int {
    if let blockCount { return max(1, min(blockCount, max(samples.count, 1))) }
    if showsScenes { return 1 }
    switch samples.count {
    case ...4: return 1
    case ...24: return 2
    default: return 3
    }
  }

  private var rows: Int { max((samples.count + blocks - 1) / blocks, 1) }

  /// The size of a tile for the largest image, each enlarged by a whole factor or reduced to fit.
  private var tile: PlotSize {
    let sizes = samples.map { shownSize(of: $0.original) }
    return PlotSize(
      width: max(sizes.map(\.width).max() ?? wantedSide, 56),
      height: max(sizes.map(\.height).max() ?? wantedSide, 64))
  }

  private func shownSize(of image: Image) -> PlotSize {
    let longest = Double(max(image.width, image.height))
    let factor = (wantedSide / longest).rounded()
    let scale = factor >= 1 ? factor : wantedSide * 1.4 / longest
    return PlotSize(
      width: max(Double(image.width) * scale, 1), height: max(Double(image.height) * scale, 1))
  }

  private var hasInputs: Bool { samples.contains { $0.input != nil } }
  private var columnCount: Double { hasInputs ? 4 : 3 }

  private var blockWidth: Double { Self.captionWidth + columnCount * (tile.width + Self.gap) }

  private var contentSize: PlotSize {
    PlotSize(
      width: Double(blocks) * blockWidth + Double(blocks - 1) * Self.blockGap,
      height: Self.headingHeight + Double(rows) * (tile.height + Self.gap))
  }

  /// The size in points, which follows from the samples.
  package var size: PlotSize {
    let width = max(contentSize.width + 2 * PlotPage.margin, 520)
    let top = page.contentTop(width: width)
    guard !samples.isEmpty else { return PlotSize(width: width, height: top + 120) }
    let foot = 12 + ColorBar.horizontalHeight + PlotPage.bottomMargin
    return PlotSize(width: width, height: top + contentSize.height + foot)
  }

  /// Draws the grid.
  package func draw(on canvas: Canvas) {
    let inner = page.draw(on: canvas)
    guard !samples.isEmpty else {
      return HistogramBars.drawEmpty("no samples to show", in: inner, on: canvas)
    }
    let scale = differenceScale
    for block in 0..<blocks {
      let left = inner.minX + Double(block) * (blockWidth + Self.blockGap)
      let members = samples.dropFirst(block * rows).prefix(rows)
      guard !members.isEmpty else { break }
      drawHeadings(left: left, top: inner.minY, on: canvas)
      for (row, sample) in members.enumerated() {
        let top = inner.minY + Self.headingHeight + Double(row) * (tile.height + Self.gap)
        draw(sample, scale, at: PlotPoint(left, top), on: canvas)
      }
    }
    let width = min(3 * tile.width + 2 * Self.gap, 320)
    scale.drawHorizontally(
      in: PlotRectangle(
        x: inner.minX + Self.captionWidth, y: inner.minY + contentSize.height + 12, width: width,
        height: ColorBar.horizontalHeight), on: canvas)
  }

  /// The common scale of all differences, symmetric if they have a sign.
  private var differenceScale: ColorBar {
    let hasErrors = samples.contains { $0.errors != nil }
    let hasColor = hasErrors || samples.contains { $0.original.channels == 3 }
    let sizes = samples.flatMap { $0.pixelDifferences.map(abs) }.filter(\.isFinite)
    let axis = Axis(roundedTo: sizes.max() ?? 0, isSymmetric: !hasColor)
    return hasColor
      ? ColorBar(
        axis: axis, map: .sequential, name: hasErrors ? "absolute error" : "mean absolute difference")
      : ColorBar(
        axis: axis, map: .diverging,
        name:
          hasInputs ? "output minus target" : "reconstruction minus original")
  }

  private func drawHeadings(left: Double, top: Double, on canvas: Canvas) {
    let last = samples.contains { $0.errors != nil } ? "error" : "difference"
    let names = hasInputs ? ["input", "target", "output", last] : ["original", "reconstructed", last]
    for (index, name) in names.enumerated() {
      let x = left + Self.captionWidth + Double(index) * (tile.width + Self.gap) + tile.width / 2
      let shown = TextFitting.endTruncated(name, to: tile.width + Self.gap - 2, .tick, on: canvas)
      canvas.text(shown, at: PlotPoint(x, top + 4), .tick, horizontal: .center, vertical: .top)
    }
  }

  private func draw(
    _ sample: ReconstructionSample, _ scale: ColorBar, at place: PlotPoint, on canvas: Canvas
  ) {
    drawCaption(of: sample, at: place, on: canvas)
    let size = shownSize(of: sample.original)
    let images = [sample.original, sample.reconstruction, map(sample, scale)]
    // A small input is shown as large as its target.
    for (index, image) in (hasInputs ? [sample.input ?? sample.original] + images : images).enumerated() {
      let x = place.x + Self.captionWidth + Double(index) * (tile.width + Self.gap)
      let rectangle = PlotRectangle(
        x: x + ((tile.width - size.width) / 2).rounded(),
        y: place.y + ((tile.height - size.height) / 2).rounded(), width: size.width, height: size.height)
      canvas.draw(image, in: rectangle)
      // White images need an edge on a white page.
      canvas.stroke(
        PlotRectangle(
          x: rectangle.minX - 0.5, y: rectangle.minY - 0.5, width: size.width + 1, height: size.height + 1),
        PlotColor(0xDADCE0))
    }
  }

  private func map(_ sample: ReconstructionSample, _ scale: ColorBar) -> Image {
    let pixels = sample.pixelDifferences.flatMap { difference -> [UInt8] in
      let color = scale.color(of: difference)
      return [color.red, color.green, color.blue]
    }
    return Image(
      height: sample.original.height, width: sample.original.width, channels: 3, pixels: pixels)
  }

  private func drawCaption(of sample: ReconstructionSample, at place: PlotPoint, on canvas: Canvas) {
    let width = Self.captionWidth - 14
    var lines: [(String, TextStyle)] = [("\(sample.rank)", TextStyle(size: 17, isBold: true))]
    // A path identifies the image, so it is broken rather than shortened.
    let idStyle = canvas.width(of: sample.id, .label) <= width ? TextStyle.label : .tick
    lines += TextFitting.brokenLines(sample.id, width: width, idStyle, maximumCount: 3, on: canvas)
      .map { ($0, idStyle) }
    if let label = sample.label { lines.append(("label \(label)", .tick)) }
    lines.append(("score \(sample.scoreText)", .tick))
    let height = lines.reduce(0) { $0 + $1.1.lineHeight }
    var y = place.y + (tile.height - height) / 2
    for (text, style) in lines {
      let shown = TextFitting.middleTruncated(text, to: width, style, on: canvas)
      canvas.text(shown, at: PlotPoint(place.x, y), style, vertical: .top)
      y += style.lineHeight
    }
  }
}

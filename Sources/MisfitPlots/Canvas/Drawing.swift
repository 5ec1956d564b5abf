import MisfitCore
import MisfitImages

/// Something that can be drawn: every plot.
///
///     try HistogramPlot(title: "Errors", series: [errors]).write(to: "errors.png")
public protocol Drawing: Sendable {
  /// How large the drawing is, in points.
  var size: PlotSize { get }
  /// Draws it; the canvas is white and as large as `size`.
  func draw(on canvas: Canvas)
}

extension Drawing {
  /// The drawing as pixels.
  ///
  /// `scale` is pixels a point: 2 reads well on a page and on a slide. A drawing so large that a side would
  /// pass 32,000 pixels gets a smaller scale.
  ///
  /// - Throws: ``ImageError`` where memory runs out.
  public func image(scale: Double = 2) throws(ImageError) -> Image {
    let scale = fittingScale(scale)
    let width = max(Int((size.width * scale).rounded()), 1)
    let height = max(Int((size.height * scale).rounded()), 1)
    let outcome = CairoContext.pixels(width: width, height: height, scale: scale) { context in
      draw(on: Canvas(context, size: size, isVector: false))
    }
    switch outcome {
    case .success(let samples):
      return Image(height: height, width: width, channels: 3, pixels: samples)
    case .failure(let failure):
      throw ImageError(.notEncodable(failure.message), at: InputPosition(source: "plot"))
    }
  }

  /// The drawing as a PNG file's bytes, with its density stored.
  ///
  /// - Throws: ``ImageError`` where memory runs out.
  public func png(scale: Double = 2) throws(ImageError) -> [UInt8] {
    try PNGEncoder.encode(image(scale: scale), pixelsPerInch: 96 * fittingScale(scale))
  }

  /// The drawing as an SVG document: self-contained, text as outlines, the same bytes each time.
  ///
  /// Pages that hold several give each its own `identifierPrefix`, since names inside them share the page.
  ///
  /// - Throws: ``ImageError`` where memory runs out.
  public func svg(identifierPrefix: String = "m") throws(ImageError) -> [UInt8] {
    let outcome = CairoContext.svg(width: size.width, height: size.height) { context in
      draw(on: Canvas(context, size: size, isVector: true))
    }
    switch outcome {
    case .success(let bytes):
      return SVGDocument.tidied(bytes, identifierPrefix: identifierPrefix)
    case .failure(let failure):
      throw ImageError(.notEncodable(failure.message), at: InputPosition(source: "plot"))
    }
  }

  /// Writes an SVG where the path ends in `.svg`, else a PNG; whole or not at all.
  ///
  /// - Throws: ``ImageError``.
  public func write(to path: String, scale: Double = 2) throws(ImageError) {
    let bytes = try path.lowercased().hasSuffix(".svg") ? svg() : png(scale: scale)
    do {
      try OutputFile.write(bytes, to: path)
    } catch {
      throw ImageError(.file(error), at: InputPosition(source: path))
    }
  }

  /// Cairo's surfaces end at 32,767 pixels a side.
  private func fittingScale(_ scale: Double) -> Double {
    min(max(scale, 0.01), 32_000 / max(size.width, size.height, 1))
  }
}

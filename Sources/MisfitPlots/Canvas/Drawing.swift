import MisfitCore
import MisfitImages

/// A plot or diagram that can be drawn.
///
///     try HistogramPlot(title: "Errors", series: [errors]).write(to: "errors.png")
package protocol Drawing: Sendable {
  /// The size of the drawing, in points.
  var size: PlotSize { get }
  /// Draws on a canvas, which is white and has the size `size`.
  func draw(on canvas: Canvas)
}

extension Drawing {
  /// Renders the drawing as pixels.
  ///
  /// `scale` is the number of pixels per point: 2 reads well on a page and on a slide. A drawing with a side
  /// of more than 32,000 pixels gets a smaller scale.
  ///
  /// - Throws: ``ImageError`` if memory runs out.
  package func image(scale: Double = 2) throws(ImageError) -> Image {
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
      throw failure.error
    }
  }

  /// Returns the bytes of a PNG file, with the pixel density stored.
  ///
  /// - Throws: ``ImageError`` if memory runs out.
  package func png(scale: Double = 2) throws(ImageError) -> [UInt8] {
    try PNGEncoder.encode(image(scale: scale), pixelsPerInch: 96 * fittingScale(scale))
  }

  /// Returns an SVG document: self-contained, text as outlines, the same bytes each time.
  ///
  /// Pages with several documents give each a different `identifierPrefix`, since their identifiers share the
  /// page.
  ///
  /// - Throws: ``ImageError`` if memory runs out.
  package func svg(identifierPrefix: String = "m") throws(ImageError) -> [UInt8] {
    let outcome = CairoContext.svg(width: size.width, height: size.height) { context in
      draw(on: Canvas(context, size: size, isVector: true))
    }
    switch outcome {
    case .success(let bytes):
      return SVGDocument.tidied(bytes, identifierPrefix: identifierPrefix)
    case .failure(let failure):
      throw failure.error
    }
  }

  /// Writes an SVG if the path ends in `.svg`, else a PNG; whole or not at all.
  ///
  /// - Throws: ``ImageError``.
  package func write(to path: String, scale: Double = 2) throws(ImageError) {
    let bytes = try path.lowercased().hasSuffix(".svg") ? svg() : png(scale: scale)
    do {
      try OutputFile.write(bytes, to: path)
    } catch {
      throw ImageError(.file(error), at: InputPosition(source: path))
    }
  }

  /// Returns a scale at which no side passes Cairo's limit of 32,767 pixels.
  private func fittingScale(_ scale: Double) -> Double {
    min(max(scale, 0.01), 32_000 / max(size.width, size.height, 1))
  }
}

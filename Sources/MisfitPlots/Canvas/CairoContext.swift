import CCairo
import MisfitCore
import MisfitImages

/// A drawing context on a Cairo surface in memory; all calls of Cairo are here.
///
/// The context keeps its surface alive. Drawing after the image was taken has no effect.
@safe final class CairoContext {
  private let context: OpaquePointer
  private let surface: OpaquePointer

  private init(surface: OpaquePointer, scale: Double) {
    unsafe self.surface = surface
    unsafe context = cairo_create(surface)
    unsafe cairo_scale(context, scale, scale)
    let options = unsafe cairo_font_options_create()
    // Hinted glyphs have different widths at every scale; without hinting, PNG and SVG share one layout.
    unsafe cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    unsafe cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    unsafe cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    unsafe cairo_set_font_options(context, options)
    unsafe cairo_font_options_destroy(options)
  }

  deinit {
    unsafe cairo_destroy(context)
    unsafe cairo_surface_destroy(surface)
  }

  // MARK: Surfaces

  /// Draws into pixels on white and returns them as interleaved RGB; a failure has Cairo's message.
  static func pixels(
    width: Int, height: Int, scale: Double, draw: (CairoContext) -> Void
  ) -> Result<[UInt8], CairoFailure> {
    guard ImageLibrary.cairo.isInstalled else { return .failure(.missing) }
    let surface = unsafe cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    guard let surface = unsafe surface else { return .failure(CairoFailure(message: "no surface")) }
    let drawing = unsafe CairoContext(surface: surface, scale: scale)
    drawing.setColor(.white)
    unsafe cairo_paint(drawing.context)
    draw(drawing)
    unsafe cairo_surface_flush(surface)
    if let failure = drawing.failure { return .failure(failure) }
    guard let data = unsafe cairo_image_surface_get_data(surface) else {
      return .failure(CairoFailure(message: "no pixels"))
    }
    let stride = Int(unsafe cairo_image_surface_get_stride(surface))
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height * 3)
    for row in 0..<height {
      let line = unsafe UnsafeRawPointer(data + row * stride)
      for column in 0..<width {
        // Four bytes a pixel as one number in native byte order: 0x00RRGGBB.
        let pixel = unsafe line.load(fromByteOffset: column * 4, as: UInt32.self)
        samples.append(UInt8(truncatingIfNeeded: pixel >> 16))
        samples.append(UInt8(truncatingIfNeeded: pixel >> 8))
        samples.append(UInt8(truncatingIfNeeded: pixel))
      }
    }
    return .success(samples)
  }

  /// Draws an SVG document and returns its bytes.
  static func svg(
    width: Double, height: Double, draw: (CairoContext) -> Void
  ) -> Result<[UInt8], CairoFailure> {
    guard ImageLibrary.cairo.isInstalled else { return .failure(.missing) }
    let sink = ByteSink()
    let receiver = unsafe Unmanaged.passUnretained(sink).toOpaque()
    let surface = unsafe cairo_svg_surface_create_for_stream(
      { closure, data, count in
        guard let closure = unsafe closure, let data = unsafe data else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = unsafe Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
        unsafe sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }, receiver, width, height)
    guard let surface = unsafe surface else { return .failure(CairoFailure(message: "no surface")) }
    unsafe cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
    let drawing = unsafe CairoContext(surface: surface, scale: 1)
    drawing.setColor(.white)
    unsafe cairo_paint(drawing.context)
    draw(drawing)
    let failure = drawing.failure
    unsafe cairo_surface_finish(surface)
    if let failure { return .failure(failure) }
    return withExtendedLifetime(sink) { .success(sink.bytes) }
  }

  /// Creates a context to measure text.
  static func measuring() -> CairoContext? {
    guard ImageLibrary.cairo.isInstalled,
      let surface = unsafe cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    else { return nil }
    return unsafe CairoContext(surface: surface, scale: 1)
  }

  private var failure: CairoFailure? {
    let status = unsafe cairo_status(context)
    guard status != CAIRO_STATUS_SUCCESS else { return nil }
    guard let text = unsafe cairo_status_to_string(status) else {
      return CairoFailure(message: "unknown status")
    }
    return unsafe CairoFailure(message: String(cString: text))
  }

  // MARK: Paths

  func setColor(_ color: PlotColor) {
    unsafe cairo_set_source_rgba(
      context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255, color.opacity)
  }

  func addRectangle(_ rectangle: PlotRectangle) {
    unsafe cairo_rectangle(context, rectangle.minX, rectangle.minY, rectangle.width, rectangle.height)
  }

  func addCircle(center: PlotPoint, radius: Double) {
    unsafe cairo_new_sub_path(context)
    unsafe cairo_arc(context, center.x, center.y, radius, 0, 2 * Double.pi)
    unsafe cairo_close_path(context)
  }

  func addLines(_ points: [PlotPoint], isClosed: Bool) {
    for (index, point) in points.enumerated() {
      if index == 0 {
        unsafe cairo_move_to(context, point.x, point.y)
      } else {
        unsafe cairo_line_to(context, point.x, point.y)
      }
    }
    if isClosed { unsafe cairo_close_path(context) }
  }

  func fillPath(_ color: PlotColor) {
    setColor(color)
    unsafe cairo_fill(context)
  }

  func strokePath(_ color: PlotColor, width: Double, dashes: [Double], isRound: Bool) {
    setColor(color)
    unsafe cairo_set_line_width(context, width)
    unsafe cairo_set_line_cap(context, isRound ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
    unsafe cairo_set_line_join(context, isRound ? CAIRO_LINE_JOIN_ROUND : CAIRO_LINE_JOIN_MITER)
    unsafe dashes.withUnsafeBufferPointer {
      unsafe cairo_set_dash(context, $0.baseAddress, Int32($0.count), 0)
    }
    unsafe cairo_stroke(context)
  }

  func clipped(to rectangle: PlotRectangle, draw: () -> Void) {
    unsafe cairo_save(context)
    addRectangle(rectangle)
    unsafe cairo_clip(context)
    draw()
    unsafe cairo_restore(context)
  }

  // MARK: Text

  func textWidth(_ text: String, size: Double, isBold: Bool) -> Double {
    selectFont(size: size, isBold: isBold)
    var extents = cairo_text_extents_t()
    unsafe cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }

  /// Shows text from a point on its baseline, rotated by an angle.
  func showText(
    _ text: String, from start: PlotPoint, size: Double, isBold: Bool, angle: Double, color: PlotColor
  ) {
    selectFont(size: size, isBold: isBold)
    setColor(color)
    unsafe cairo_save(context)
    unsafe cairo_translate(context, start.x, start.y)
    unsafe cairo_rotate(context, angle)
    unsafe cairo_move_to(context, 0, 0)
    unsafe cairo_show_text(context, text)
    unsafe cairo_restore(context)
    unsafe cairo_new_path(context)
  }

  private func selectFont(size: Double, isBold: Bool) {
    unsafe cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
      isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    unsafe cairo_set_font_size(context, size)
  }

  // MARK: Images

  /// Shows interleaved RGB samples in a rectangle; enlarged pixels stay squares.
  func showImage(rgb: [UInt8], width: Int, height: Int, in rectangle: PlotRectangle, isSmoothed: Bool) {
    precondition(rgb.count == width * height * 3, "the samples do not fill the image")
    let surface = unsafe cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    guard let surface = unsafe surface, let data = unsafe cairo_image_surface_get_data(surface) else {
      return
    }
    let stride = Int(unsafe cairo_image_surface_get_stride(surface))
    for row in 0..<height {
      let line = unsafe UnsafeMutableRawPointer(data + row * stride)
      for column in 0..<width {
        let start = (row * width + column) * 3
        let pixel = UInt32(rgb[start]) << 16 | UInt32(rgb[start + 1]) << 8 | UInt32(rgb[start + 2])
        unsafe line.storeBytes(of: pixel, toByteOffset: column * 4, as: UInt32.self)
      }
    }
    unsafe cairo_surface_mark_dirty(surface)
    unsafe cairo_save(context)
    unsafe cairo_translate(context, rectangle.minX, rectangle.minY)
    unsafe cairo_scale(context, rectangle.width / Double(width), rectangle.height / Double(height))
    unsafe cairo_set_source_surface(context, surface, 0, 0)
    unsafe cairo_pattern_set_filter(
      cairo_get_source(context), isSmoothed ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST)
    unsafe cairo_rectangle(context, 0, 0, Double(width), Double(height))
    unsafe cairo_fill(context)
    unsafe cairo_restore(context)
    unsafe cairo_surface_destroy(surface)
  }
}

/// Cairo's error message.
struct CairoFailure: Error {
  let message: String

  /// Whether the library is not installed.
  var isMissing = false

  static let missing = CairoFailure(message: "Cairo is not installed", isMissing: true)

  /// The error of the plot.
  var error: ImageError {
    ImageError(
      isMissing ? .noLibrary(.cairo) : .notEncodable(message), at: InputPosition(source: "plot"))
  }
}

/// The destination of an SVG's bytes.
private final class ByteSink { var bytes: [UInt8] = [] }

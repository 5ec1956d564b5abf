import MisfitCore

/// An encoder of PNG images through libpng.
package enum PNGEncoder {
  /// Returns the bytes of a PNG file; the same image gives the same bytes (with the same libpng and zlib).
  ///
  /// `pixelsPerInch`, if given, is stored so that documents show the image at its intended size. `isFast`
  /// compresses less, in about a third of the time.
  ///
  /// - Throws: ``ImageError`` if libpng refuses (out of memory, a side above 1,000,000).
  package static func encode(
    _ image: Image, pixelsPerInch: Double? = nil, isFast: Bool = false
  ) throws(ImageError) -> [UInt8] {
    let outcome = PNGCodec.encode(
      image.pixels, width: image.width, height: image.height, channels: image.channels, isFast: isFast)
    switch outcome {
    case .success(let bytes):
      guard let pixelsPerInch else { return bytes }
      return insertingDensity(pixelsPerInch, into: bytes)
    case .failure(let failure):
      throw refusal(failure)
    }
  }

  /// Returns the bytes of a PNG file with a palette: `indices` [height, width] into the colors of `palette`,
  /// which are red, green and blue in turn.
  ///
  /// - Precondition: the indices fill the image, and the palette has 1 to 256 colors.
  /// - Throws: ``ImageError`` if libpng refuses.
  package static func encode(
    indices: [UInt8], width: Int, height: Int, palette: [UInt8]
  ) throws(ImageError) -> [UInt8] {
    precondition(indices.count == width * height, "the indices do not fill the image")
    precondition(palette.count % 3 == 0 && (3...768).contains(palette.count), "1 to 256 colors")
    switch PNGCodec.encodeIndexed(indices, width: width, height: height, palette: palette) {
    case .success(let bytes): return bytes
    case .failure(let failure):
      throw refusal(failure)
    }
  }

  private static func refusal(_ failure: PNGCodec.Failure) -> ImageError {
    ImageError(
      failure.isMissing ? .noLibrary(.png) : .notEncodable(failure.message),
      at: InputPosition(source: "image"))
  }

  /// Writes an image to a file, whole or not at all.
  ///
  /// - Throws: ``ImageError``.
  package static func write(
    _ image: Image, to path: String, pixelsPerInch: Double? = nil
  ) throws(ImageError) {
    let bytes = try encode(image, pixelsPerInch: pixelsPerInch)
    do { try OutputFile.write(bytes, to: path) } catch { throw ImageError(error) }
  }

  /// Inserts a `pHYs` chunk after the header, which libpng's simplified interface cannot write.
  private static func insertingDensity(_ pixelsPerInch: Double, into bytes: [UInt8]) -> [UInt8] {
    let perMetre = UInt32(min(max(pixelsPerInch / 0.0254, 1), 1e9).rounded())
    let density = bigEndian(perMetre)
    let body = Array("pHYs".utf8) + density + density + [1]
    let chunk = bigEndian(9) + body + bigEndian(PNGChecksum.of(body))
    let headerEnd = PNGChunks.signature.count + 25
    return Array(bytes[..<headerEnd]) + chunk + Array(bytes[headerEnd...])
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}

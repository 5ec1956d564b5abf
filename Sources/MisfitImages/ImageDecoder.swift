import MisfitCore

/// The properties of an image file that are known before its pixels.
package struct ImageHeader: Hashable, Sendable {
  /// The file format.
  package let format: ImageFormat
  /// The number of rows of the decoded image.
  package let height: Int
  /// The number of columns of the decoded image.
  package let width: Int
  /// The number of channels of the decoded image: 1 or 3.
  package let channels: Int
  /// Whether samples have 16 bits; otherwise they are decoded to 8.
  package let isDeep: Bool
  /// Whether the file has more pages or frames than the first, which is decoded.
  package var hasMorePages = false
}

/// A decoder of image files, which are recognized by their first bytes and not by their names.
///
/// The decoder of each format documents the handling of opacity, palettes and orientation.
package enum ImageDecoder {
  /// The endings of the names of image files, in small letters.
  package static let endings: Set<String> = [
    "png", "jpg", "jpeg", "tif", "tiff", "webp", "gif", "bmp",
  ]

  /// Reads the beginning of a file to find an image's size and channels without decoding it.
  ///
  /// - Throws: ``ImageError``; `notAnImage` for other files.
  package static func header(ofFile path: String) throws(ImageError) -> ImageHeader {
    let file = try open(path)
    var bytes: [UInt8] = []
    while true {
      let isMore = try readMore(of: file, into: &bytes, upTo: bytes.isEmpty ? 1 << 12 : 1 << 16)
      let failure: ImageError
      do { return try header(bytes: bytes, path: path) } catch { failure = error }
      // Text, a color profile or a thumbnail may precede the size.
      guard failure.kind == .truncated, isMore else { throw failure }
    }
  }

  /// Decodes a file in its own precision.
  ///
  /// - Throws: ``ImageError``; `notAnImage` for other files.
  package static func raster(ofFile path: String) throws(ImageError) -> Raster {
    let file = try open(path)
    var bytes: [UInt8] = []
    // One byte more than the file has detects its end.
    let size = try? file.regularFileSize()
    var chunk = min(1 << 16, size.map { $0 + 1 } ?? .max)
    while try readMore(of: file, into: &bytes, upTo: chunk) { chunk = min(chunk * 2, 1 << 22) }
    return try raster(bytes: bytes, path: path)
  }

  /// Decodes an image in memory; `path` only names it in errors.
  ///
  /// - Throws: ``ImageError``.
  package static func raster(bytes: [UInt8], path: String) throws(ImageError) -> Raster {
    switch try format(of: bytes, path: path) {
    case .png:
      let raster = try PNGDecoder.raster(bytes: bytes, path: path)
      return raster.oriented(try PNGChunks(bytes, path: path).orientation())
    case .jpeg: return try JPEGDecoder.decode(bytes: bytes, path: path)
    case .tiff: return try TIFFDecoder.raster(bytes: bytes, path: path)
    case .webp: return try WebPDecoder.image(bytes: bytes, path: path)
    case .gif: return Raster(try GIFDecoder.image(bytes: bytes, path: path))
    case .bmp: return Raster(try BMPDecoder.image(bytes: bytes, path: path))
    }
  }

  /// Reads the header of an image in memory, or of its beginning.
  ///
  /// - Throws: ``ImageError``.
  package static func header(bytes: [UInt8], path: String) throws(ImageError) -> ImageHeader {
    switch try format(of: bytes, path: path) {
    case .png:
      let header = try PNGDecoder.header(bytes: bytes, path: path)
      let isTurned = try PNGChunks(bytes, path: path).orientation() >= 5
      return ImageHeader(
        format: .png, height: isTurned ? header.width : header.height,
        width: isTurned ? header.height : header.width, channels: header.channels,
        isDeep: header.bitDepth == 16)
    case .jpeg:
      let header = try JPEGDecoder.header(bytes: bytes, path: path)
      return ImageHeader(
        format: .jpeg, height: header.height, width: header.width, channels: header.channels, isDeep: false)
    case .tiff:
      let header = try TIFFDecoder.header(bytes: bytes, path: path)
      return ImageHeader(
        format: .tiff, height: header.height, width: header.width, channels: header.channels,
        isDeep: header.isDeep, hasMorePages: header.hasMorePages)
    case .webp:
      let header = try WebPDecoder.header(bytes: bytes, path: path)
      return ImageHeader(
        format: .webp, height: header.height, width: header.width, channels: 3, isDeep: false)
    case .gif:
      let header = try GIFDecoder.header(bytes: bytes, path: path)
      return ImageHeader(
        format: .gif, height: header.height, width: header.width, channels: header.channels, isDeep: false,
        hasMorePages: header.isAnimated)
    case .bmp:
      let header = try BMPDecoder.header(bytes: bytes, path: path)
      return ImageHeader(
        format: .bmp, height: header.height, width: header.width, channels: header.channels, isDeep: false)
    }
  }

  private static func format(of bytes: [UInt8], path: String) throws(ImageError) -> ImageFormat {
    if bytes.isEmpty { throw ImageError(.empty, at: InputPosition(source: path)) }
    guard let format = ImageFormat(beginning: bytes) else {
      throw ImageError(.notAnImage, at: InputPosition(source: path))
    }
    return format
  }

  private static func open(_ path: String) throws(ImageError) -> ByteFile {
    do { return try ByteFile.reading(path) } catch { throw ImageError(error) }
  }

  private static func readMore(
    of file: ByteFile, into bytes: inout [UInt8], upTo count: Int
  ) throws(ImageError) -> Bool {
    do { return try file.read(upTo: count, appendingTo: &bytes) > 0 } catch { throw ImageError(error) }
  }
}

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
}

/// A decoder of PNG and JPEG files, which are recognized by their first bytes and not by their names.
///
/// ``PNGDecoder`` and ``JPEGDecoder`` document the handling of opacity, palettes and orientation.
package enum ImageDecoder {
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
    case .png: try PNGDecoder.raster(bytes: bytes, path: path)
    case .jpeg: Raster(try JPEGDecoder.decode(bytes: bytes, path: path))
    }
  }

  /// Reads the header of an image in memory, or of its beginning.
  ///
  /// - Throws: ``ImageError``.
  package static func header(bytes: [UInt8], path: String) throws(ImageError) -> ImageHeader {
    switch try format(of: bytes, path: path) {
    case .png:
      let header = try PNGDecoder.header(bytes: bytes, path: path)
      return ImageHeader(
        format: .png, height: header.height, width: header.width, channels: header.channels,
        isDeep: header.bitDepth == 16)
    case .jpeg:
      let header = try JPEGDecoder.header(bytes: bytes, path: path)
      return ImageHeader(
        format: .jpeg, height: header.height, width: header.width, channels: header.channels, isDeep: false)
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

import MisfitCore

/// A decoder of JPEG images through libjpeg-turbo: gray and color, baseline and progressive, 8 bits a sample.
///
/// - Color is decoded to RGB, by the library's exact integer transform and smooth chroma upsampling.
/// - The Exif orientation (2 to 8) is applied, so that the image is as in a viewer.
/// - Damaged or truncated files are refused, even if some of them could be shown.
/// - CMYK and 12 bits a sample are refused with a message of their own. Color profiles are ignored.
package enum JPEGDecoder {
  /// Decodes an image in memory; `path` only names it in errors.
  ///
  /// - Throws: ``ImageError``.
  /// - Complexity: O(pixels); memory of one more copy if the image is rotated.
  package static func decode(bytes: [UInt8], path: String) throws(ImageError) -> Raster {
    let file = JPEGMarkers(bytes: bytes, path: path)
    let header = try file.header()
    // A block of 64 pixels takes at least a bit; a wide margin allows every kind of subsampling. So a few
    // bytes that claim a huge size cost no memory.
    guard header.storedWidth * header.storedHeight / 8192 <= bytes.count else {
      throw file.error(.corrupted("too little data for its size"), at: bytes.count)
    }
    switch JPEGCodec.decode(bytes, in: header) {
    case .success(let samples):
      return Raster(
        height: header.storedHeight, width: header.storedWidth, channels: header.channels,
        samples: .bytes(samples)
      ).oriented(header.orientation)
    case .failure(let failure):
      if failure.isTruncation { throw file.error(.truncated, at: bytes.count) }
      throw ImageError(
        failure.isMissing ? .noLibrary(.jpeg) : .corrupted(failure.message), format: .jpeg,
        at: InputPosition(source: path))
    }
  }

  /// Reads the header of an image in memory, or of its beginning.
  ///
  /// - Throws: ``ImageError``.
  package static func header(bytes: [UInt8], path: String) throws(ImageError) -> JPEGHeader {
    try JPEGMarkers(bytes: bytes, path: path).header()
  }
}

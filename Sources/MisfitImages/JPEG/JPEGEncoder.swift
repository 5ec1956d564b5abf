import MisfitCore

/// An encoder of JPEG images through libjpeg-turbo.
package enum JPEGEncoder {
  /// Returns the bytes of a baseline JPEG file, with colors at their full resolution.
  ///
  /// `quality` is from 1 to 100.
  ///
  /// - Throws: ``ImageError`` if libjpeg refuses (out of memory, a side above 65,500).
  package static func encode(_ image: Image, quality: Int = 85) throws(ImageError) -> [UInt8] {
    let outcome = JPEGCodec.encode(
      image.pixels, width: image.width, height: image.height, channels: image.channels, quality: quality)
    switch outcome {
    case .success(let bytes): return bytes
    case .failure(let failure):
      throw ImageError(
        failure.isMissing ? .noLibrary(.jpeg) : .notEncodable(failure.message), format: .jpeg,
        at: InputPosition(source: "image"))
    }
  }
}

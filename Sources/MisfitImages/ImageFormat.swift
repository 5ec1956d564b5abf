/// A supported image format, recognized by its first bytes.
package enum ImageFormat: String, Sendable, Hashable {
  /// Portable Network Graphics.
  case png = "PNG"
  /// JPEG, whether in a JFIF or an Exif file.
  case jpeg = "JPEG"

  /// The format of a file that begins with these bytes; nil if it is neither.
  package init?(beginning bytes: some Collection<UInt8>) {
    if bytes.starts(with: PNGChunks.signature) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else {
      return nil
    }
  }
}

/// A supported image format, recognized by its first bytes.
package enum ImageFormat: String, Sendable, Hashable, CaseIterable {
  /// Portable Network Graphics.
  case png = "PNG"
  /// JPEG, whether in a JFIF or an Exif file.
  case jpeg = "JPEG"
  /// Tagged Image File Format, decoded by libtiff.
  case tiff = "TIFF"
  /// WebP, decoded by libwebp.
  case webp = "WebP"
  /// Graphics Interchange Format.
  case gif = "GIF"
  /// Windows bitmap.
  case bmp = "BMP"

  /// The names of all formats: `PNG, JPEG, ... and BMP`.
  package static let list = allCases.dropLast().map(\.rawValue).joined(separator: ", ") + " and BMP"

  /// The format of a file that begins with these bytes; nil for others.
  package init?(beginning bytes: some Collection<UInt8>) {
    func begins(_ signature: some Collection<UInt8>, at offset: Int = 0) -> Bool {
      bytes.dropFirst(offset).starts(with: signature)
    }
    if begins(PNGChunks.signature) {
      self = .png
    } else if begins([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]]
      .contains(where: { begins($0) })
    {
      self = .tiff
    } else if begins("RIFF".utf8), begins("WEBP".utf8, at: 8) {
      self = .webp
    } else if begins("GIF87a".utf8) || begins("GIF89a".utf8) {
      self = .gif
    } else if begins("BM".utf8), begins([0, 0, 0, 0], at: 6),
      [12, 40, 52, 56, 64, 108, 124].contains(where: { begins([$0, 0, 0, 0], at: 14) })
    {
      self = .bmp
    } else {
      return nil
    }
  }
}

/// The properties of a PNG that are known before its pixels.
///
/// PNG Specification (Third Edition), W3C 2025, section 11.2.1.
package struct PNGHeader: Hashable, Sendable {
  /// A file's color type.
  package enum ColorKind: UInt8, Sendable, Hashable {
    /// One gray sample.
    case gray = 0
    /// Red, green and blue.
    case rgb = 2
    /// An index into a palette.
    case palette = 3
    /// Gray and opacity.
    case grayAlpha = 4
    /// Red, green, blue and opacity.
    case rgba = 6
  }

  /// The number of columns.
  package let width: Int
  /// The number of rows.
  package let height: Int
  /// The bits a sample in the file: 1, 2, 4, 8 or 16.
  package let bitDepth: Int
  /// The file's color type.
  package let colorKind: ColorKind
  /// Whether the file is interlaced (Adam7).
  package let isInterlaced: Bool
  /// The number of channels of the decoded image: 1 or 3.
  ///
  /// A palette of gray colors is decoded to gray.
  package let channels: Int

  /// The largest number of pixels that are decoded: 2^28, a guard against files that claim absurd sizes.
  package static let maximumPixelCount = 1 << 28
  /// The longest side that is decoded, libpng's own limit.
  package static let maximumSide = 1_000_000

  /// The number of bytes of the uncompressed, filtered rows; an interlaced file has slightly more.
  var minimumRawByteCount: Int {
    let samplesPerPixel =
      switch colorKind {
      case .gray, .palette: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    return height * ((width * samplesPerPixel * bitDepth + 7) / 8)
  }
}

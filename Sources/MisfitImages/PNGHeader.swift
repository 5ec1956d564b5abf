/// What a PNG says of itself before its pixels.
///
/// PNG Specification (Third Edition), W3C 2025, section 11.2.1.
public struct PNGHeader: Hashable, Sendable {
  /// How a file stores its colours.
  public enum ColorKind: UInt8, Sendable, Hashable {
    /// One grey sample.
    case grey = 0
    /// Red, green and blue.
    case rgb = 2
    /// An index into a table of colours.
    case palette = 3
    /// Grey and opacity.
    case greyAlpha = 4
    /// Red, green, blue and opacity.
    case rgba = 6
  }

  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// Bits a sample in the file: 1, 2, 4, 8 or 16.
  public let bitDepth: Int
  /// How the file stores its colours.
  public let colorKind: ColorKind
  /// Whether the file is interlaced (Adam7).
  public let isInterlaced: Bool
  /// The channels of the decoded image: 1 or 3.
  ///
  /// A palette of nothing but greys is grey.
  public let channels: Int

  /// The most pixels that are decoded: 2^28, a guard against files that claim absurd sizes.
  public static let maximumPixelCount = 1 << 28
  /// The longest side that is decoded, libpng's own limit.
  public static let maximumSide = 1_000_000

  /// Bytes of the unpacked, filtered rows; an interlaced file has a few more.
  var minimumRawByteCount: Int {
    let samplesPerPixel =
      switch colorKind {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    return height * ((width * samplesPerPixel * bitDepth + 7) / 8)
  }
}

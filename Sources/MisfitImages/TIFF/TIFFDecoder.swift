import MisfitCore

/// A decoder of TIFF images through libtiff: the first page, gray and color, with 1 to 8 or 16 bits a sample.
///
/// - 16-bit gray and RGB keep all their bits. Less than 8 bits are scaled to 0 ... 255.
/// - Opacity is composited on white. The orientation is applied.
/// - BigTIFF, floats, inks, and rare kinds of compression are refused with a message.
enum TIFFDecoder {
  /// Reads the header of an image in memory, or of its beginning.
  static func header(bytes: [UInt8], path: String) throws(ImageError) -> TIFFHeader {
    try TIFFDirectory(bytes: bytes, path: path).header()
  }

  /// Decodes an image in memory in its own precision.
  static func raster(bytes: [UInt8], path: String) throws(ImageError) -> Raster {
    let header = try header(bytes: bytes, path: path)
    let file = ByteNumbers(bytes: bytes, path: path, format: .tiff)
    try file.checkAmount(width: header.storedWidth, height: header.storedHeight, ratio: 1 << 15)
    guard ImageLibrary.tiff.isInstalled else { throw file.error(.noLibrary(.tiff)) }
    let samples: Raster.Samples
    if header.isDeep {
      switch ImageLibraries.tiffWords(bytes, in: header) {
      case .success(let words): samples = .words(colors(words, header))
      case .failure(let failure): throw file.error(.corrupted(failure.message))
      }
    } else {
      switch ImageLibraries.tiffBytes(bytes, in: header) {
      case .success(let rgba):
        samples = .bytes(Opacity.onWhite(rgba, channels: header.channels, isMultiplied: true))
      case .failure(let failure): throw file.error(.corrupted(failure.message))
      }
    }
    return Raster(
      height: header.storedHeight, width: header.storedWidth, channels: header.channels, samples: samples
    ).oriented(header.orientation)
  }

  /// Returns the colors of samples of 16 bits, black at zero, on white.
  private static func colors(_ words: [UInt16], _ header: TIFFHeader) -> [UInt16] {
    let (count, channels) = (header.samplesPerPixel, header.channels)
    let hasOpacity = count > channels && [1, 2].contains(header.extraSample)
    guard count > channels || header.photometric == 0 else { return words }
    var result: [UInt16] = []
    result.reserveCapacity(words.count / count * channels)
    for start in stride(from: 0, to: words.count, by: count) {
      let alpha = hasOpacity ? Int(words[start + channels]) : 65535
      for channel in 0..<channels {
        let stored = Int(words[start + channel])
        let color = header.photometric == 0 ? 65535 - stored : stored
        let scaled = header.extraSample == 1 ? color : (color * alpha + 32767) / 65535
        result.append(UInt16(min(65535, scaled + 65535 - alpha)))
      }
    }
    return result
  }
}

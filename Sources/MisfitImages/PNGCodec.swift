import CPNG

/// The wrapper of libpng; all its calls are here.
///
/// Its classic interface reports errors by `longjmp`, which must not cross Swift frames. The simplified
/// interface keeps its jumps inside the library and returns 0.
enum PNGCodec {
  /// The message of libpng.
  struct Failure: Error {
    let message: String
    /// Whether the library is not installed.
    var isMissing = false

    static let missing = Failure(message: "libpng is not installed", isMissing: true)
  }

  /// Pixels as they were stored, each followed by its opacity if `hasAlpha`.
  private struct Stored<Sample> {
    var samples: [Sample]
    var channels: Int
    var hasAlpha: Bool
  }

  /// Decodes a checked file to the header's channels, with opacity composited on white.
  static func decode(_ file: [UInt8], in header: PNGHeader) -> Result<[UInt8], Failure> {
    let isColored = header.channels == 3 || header.colorKind == .palette
    // Otherwise 16-bit samples are taken as linear light and converted to sRGB.
    let flags = png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
    return read(file, in: header, isColored: isColored, format: 0, flags: flags).map {
      flattened($0, channels: header.channels)
    }
  }

  /// Decodes a checked file of 16 bits a sample without loss, with opacity composited on white.
  ///
  /// libpng's 16-bit samples are linear light, and it assumes that for a 16-bit file without color
  /// information: so the samples are unchanged, except for multiplication by their opacity.
  static func decodeDeep(_ file: [UInt8], in header: PNGHeader) -> Result<[UInt16], Failure> {
    read(file, in: header, isColored: header.channels == 3, format: PNG_FORMAT_FLAG_LINEAR, flags: 0).map {
      $0.hasAlpha ? onWhite($0.samples, channels: header.channels) : $0.samples
    }
  }

  /// Reads samples of the size that belongs to `format`.
  private static func read<Sample: FixedWidthInteger>(
    _ file: [UInt8], in header: PNGHeader, isColored: Bool, format: png_uint_32, flags: png_uint_32
  ) -> Result<Stored<Sample>, Failure> {
    guard ImageLibrary.png.isInstalled else { return .failure(.missing) }
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { unsafe png_image_free(&image) }
    return unsafe file.withUnsafeBytes { source in
      guard unsafe png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else {
        return unsafe .failure(failure(of: image))
      }
      guard unsafe image.width == header.width, unsafe image.height == header.height else {
        return .failure(Failure(message: "two different headers"))
      }
      let hasAlpha = unsafe image.format & PNG_FORMAT_FLAG_ALPHA != 0
      unsafe image.format =
        format | (hasAlpha ? PNG_FORMAT_FLAG_ALPHA : 0) | (isColored ? PNG_FORMAT_FLAG_COLOR : 0)
      unsafe image.flags |= flags
      let channels = (isColored ? 3 : 1) + (hasAlpha ? 1 : 0)
      var samples = [Sample](repeating: 0, count: header.width * header.height * channels)
      let succeeded = unsafe samples.withUnsafeMutableBytes { target in
        unsafe png_image_finish_read(&image, nil, target.baseAddress, 0, nil)
      }
      guard succeeded != 0 else { return unsafe .failure(failure(of: image)) }
      return .success(Stored(samples: samples, channels: channels, hasAlpha: hasAlpha))
    }
  }

  /// Adds the white that shows through samples which are already multiplied by their opacity.
  private static func onWhite(_ samples: [UInt16], channels: Int) -> [UInt16] {
    var result: [UInt16] = []
    result.reserveCapacity(samples.count / (channels + 1) * channels)
    for start in stride(from: 0, to: samples.count, by: channels + 1) {
      let white = UInt16.max - samples[start + channels]
      for channel in 0..<channels {
        let (sum, overflow) = samples[start + channel].addingReportingOverflow(white)
        result.append(overflow ? .max : sum)
      }
    }
    return result
  }

  /// Encodes samples of one or three channels.
  ///
  /// `isFast` compresses less, in about a third of the time.
  static func encode(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int, isFast: Bool = false
  ) -> Result<[UInt8], Failure> {
    let format = channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0
    return encode(
      pixels, width: width, height: height, channels: channels, format: format, isFast: isFast, palette: [])
  }

  /// Encodes indices into a palette of colors, three bytes each.
  static func encodeIndexed(
    _ indices: [UInt8], width: Int, height: Int, palette: [UInt8]
  ) -> Result<[UInt8], Failure> {
    let format = PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP
    return encode(
      indices, width: width, height: height, channels: 1, format: format, isFast: false, palette: palette)
  }

  private static func encode(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int, format: png_uint_32, isFast: Bool,
    palette: [UInt8]
  ) -> Result<[UInt8], Failure> {
    guard width <= PNGHeader.maximumSide, height <= PNGHeader.maximumSide else {
      return .failure(Failure(message: "a side is longer than 1,000,000 pixels"))
    }
    guard ImageLibrary.png.isInstalled else { return .failure(.missing) }
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    unsafe image.width = png_uint_32(width)
    unsafe image.height = png_uint_32(height)
    unsafe image.format = format
    unsafe image.colormap_entries = png_uint_32(palette.count / 3)
    if isFast { unsafe image.flags |= png_uint_32(PNG_IMAGE_FLAG_FAST) }
    defer { unsafe png_image_free(&image) }
    // The deflated rows in the worst case (zlib's compressBound), each with its filter byte, and the chunks
    // around them.
    let raw = height * (width * channels + 1)
    var byteCount = png_alloc_size_t(raw + raw >> 3 + raw >> 6 + 2048)
    var bytes = [UInt8](repeating: 0, count: Int(byteCount))
    let succeeded = unsafe bytes.withUnsafeMutableBytes { target in
      unsafe pixels.withUnsafeBytes { source in
        unsafe palette.withUnsafeBytes { colors in
          unsafe png_image_write_to_memory(
            &image, target.baseAddress, &byteCount, 0, source.baseAddress, 0,
            palette.isEmpty ? nil : colors.baseAddress)
        }
      }
    }
    guard succeeded != 0 else { return unsafe .failure(failure(of: image)) }
    bytes.removeLast(bytes.count - Int(byteCount))
    return .success(bytes)
  }

  private static func failure(of image: png_image) -> Failure {
    let text = unsafe withUnsafeBytes(of: image.message) { message in
      unsafe String(decoding: message.prefix { $0 != 0 }, as: UTF8.self)
    }
    return Failure(message: text.isEmpty ? "libpng refused it" : text)
  }

  /// Composites on white and drops the equal channels of a gray palette.
  private static func flattened(_ stored: Stored<UInt8>, channels: Int) -> [UInt8] {
    guard stored.channels != channels else { return stored.samples }
    let samples = stored.samples
    var result: [UInt8] = []
    result.reserveCapacity(samples.count / stored.channels * channels)
    for start in stride(from: 0, to: samples.count, by: stored.channels) {
      let alpha = stored.hasAlpha ? Int(samples[start + stored.channels - 1]) : 255
      for channel in 0..<channels {
        let color = Int(samples[start + channel])
        result.append(UInt8((color * alpha + 255 * (255 - alpha) + 127) / 255))
      }
    }
    return result
  }
}

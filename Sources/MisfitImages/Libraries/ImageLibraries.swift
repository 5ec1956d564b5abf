import CImageLibraries

/// The only calls of libtiff and libwebp, which are opened at the first image of their kind.
enum ImageLibraries {
  /// The message of a library.
  struct Failure: Error { let message: String }

  /// Decodes the first page of a checked TIFF to red, green, blue and opacity of 8 bits, multiplied by it;
  /// rows as they are stored.
  static func tiffBytes(_ file: [UInt8], in header: TIFFHeader) -> Result<[UInt8], Failure> {
    unsafe read(count: header.storedWidth * header.storedHeight * 4, of: file) {
      source, count, target, message in
      unsafe misfit_tiff_read_rgba(
        source, count, UInt32(header.storedWidth), UInt32(header.storedHeight), UInt16(header.orientation),
        target, message)
    }
  }

  /// Decodes the first page of a checked TIFF of 16 bits a sample.
  static func tiffWords(_ file: [UInt8], in header: TIFFHeader) -> Result<[UInt16], Failure> {
    let count = header.storedWidth * header.storedHeight * header.samplesPerPixel
    return unsafe read(count: count, of: file) { source, byteCount, target, message in
      unsafe misfit_tiff_read_words(
        source, byteCount, UInt32(header.storedWidth), UInt32(header.storedHeight),
        UInt16(header.samplesPerPixel), target, message)
    }
  }

  /// Decodes a checked WebP to red, green, blue and opacity.
  static func webP(_ file: [UInt8], width: Int, height: Int) -> Result<[UInt8], Failure> {
    unsafe read(count: width * height * 4, of: file) { source, count, target, _ in
      unsafe misfit_webp_read_rgba(source, count, Int32(width), Int32(height), target)
    }
  }

  private static func read<Sample: FixedWidthInteger>(
    count: Int, of file: [UInt8],
    _ body: (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Sample>?, UnsafeMutablePointer<CChar>?) -> Bool
  ) -> Result<[Sample], Failure> {
    var samples = [Sample](repeating: 0, count: count)
    var message = [CChar](repeating: 0, count: Int(misfit_image_message_size))
    let isGood = unsafe file.withUnsafeBufferPointer { source in
      unsafe samples.withUnsafeMutableBufferPointer { target in
        unsafe message.withUnsafeMutableBufferPointer { message in
          unsafe body(source.baseAddress, source.count, target.baseAddress, message.baseAddress)
        }
      }
    }
    guard isGood else {
      let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return .failure(Failure(message: text.isEmpty ? "the library refused it" : text))
    }
    return .success(samples)
  }
}

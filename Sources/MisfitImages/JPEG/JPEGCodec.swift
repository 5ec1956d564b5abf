import CTurboJPEG

/// The only calls of libjpeg-turbo, through its TurboJPEG interface, which keeps the library's jumps inside.
enum JPEGCodec {
  /// An error of libjpeg-turbo.
  struct Failure: Error {
    let message: String
    /// Whether the library is not installed.
    var isMissing = false

    static let missing = Failure(message: "libjpeg-turbo is not installed", isMissing: true)

    /// Whether the data ended before the image did.
    var isTruncation: Bool { message.contains("Premature end of JPEG file") }
  }

  /// Decodes a checked file into the header's channels, rows from the top as they are stored.
  ///
  /// A warning is a failure: libjpeg fills what is missing with gray, and that must not pass for an image.
  static func decode(_ file: [UInt8], in header: JPEGHeader) -> Result<[UInt8], Failure> {
    guard ImageLibrary.jpeg.isInstalled else { return .failure(.missing) }
    guard let decoder = unsafe tjInitDecompress() else {
      return .failure(Failure(message: "no memory for a decoder"))
    }
    defer { unsafe _ = tjDestroy(decoder) }
    let (width, height) = (header.storedWidth, header.storedHeight)
    var samples = [UInt8](repeating: 0, count: width * height * header.channels)
    let format = header.channels == 1 ? TJPF_GRAY : TJPF_RGB
    let outcome = unsafe file.withUnsafeBufferPointer { source in
      unsafe samples.withUnsafeMutableBufferPointer { target in
        unsafe tjDecompress2(
          decoder, source.baseAddress, UInt(source.count), target.baseAddress, Int32(width), 0,
          Int32(height), format.rawValue, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
      }
    }
    guard outcome == 0 else {
      return .failure(Failure(message: unsafe String(cString: tjGetErrorStr2(decoder))))
    }
    return .success(samples)
  }

  /// Encodes samples of one or three channels, colors at their full resolution.
  static func encode(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int, quality: Int
  ) -> Result<[UInt8], Failure> {
    guard ImageLibrary.jpeg.isInstalled else { return .failure(.missing) }
    guard let encoder = unsafe tjInitCompress() else {
      return .failure(Failure(message: "no memory for an encoder"))
    }
    defer { unsafe _ = tjDestroy(encoder) }
    let sampling = Int32((channels == 1 ? TJSAMP_GRAY : TJSAMP_444).rawValue)
    let format = channels == 1 ? TJPF_GRAY : TJPF_RGB
    var byteCount = tjBufSize(Int32(width), Int32(height), sampling)
    var bytes = [UInt8](repeating: 0, count: Int(byteCount))
    let outcome = unsafe pixels.withUnsafeBufferPointer { source in
      unsafe bytes.withUnsafeMutableBufferPointer { target in
        var address = target.baseAddress
        return unsafe tjCompress2(
          encoder, source.baseAddress, Int32(width), 0, Int32(height), format.rawValue, &address,
          &byteCount, sampling, Int32(quality), TJFLAG_NOREALLOC)
      }
    }
    guard outcome == 0 else {
      return .failure(Failure(message: unsafe String(cString: tjGetErrorStr2(encoder))))
    }
    bytes.removeLast(bytes.count - Int(byteCount))
    return .success(bytes)
  }
}

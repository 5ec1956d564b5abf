import MisfitCore

/// Whole numbers in the bytes of an image file, or of its beginning.
struct ByteNumbers {
  let bytes: [UInt8]
  let path: String
  let format: ImageFormat
  var isLittleEndian = true

  /// Returns the number of `count` bytes at an offset.
  ///
  /// - Throws: ``ImageError``; `truncated` if the bytes end before it does.
  func number(at start: Int, _ count: Int) throws(ImageError) -> Int {
    guard start >= 0, count <= 4, start <= bytes.count - count else {
      throw error(.truncated, at: bytes.count)
    }
    let part = bytes[start..<start + count]
    return isLittleEndian
      ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
  }

  /// Throws if an image has no pixel, or more than are decoded.
  func check(width: Int, height: Int, at byteOffset: Int) throws(ImageError) {
    guard width >= 1, height >= 1 else { throw error(.corrupted("an image without pixels"), at: byteOffset) }
    guard width <= PNGHeader.maximumSide, height <= PNGHeader.maximumSide,
      width * height <= PNGHeader.maximumPixelCount
    else { throw error(.tooLarge(width: width, height: height), at: byteOffset) }
  }

  /// Throws if a whole file is too small for its image, so that few bytes that claim a huge size cost no
  /// memory; `ratio` is the number of pixels that a byte can stand for.
  func checkAmount(width: Int, height: Int, ratio: Int) throws(ImageError) {
    guard width * height <= max(1 << 20, bytes.count.multipliedReportingOverflow(by: ratio).partialValue)
    else {
      throw error(.corrupted("too little data for its size"), at: bytes.count)
    }
  }

  func error(_ kind: ImageError.Kind, at byteOffset: Int? = nil) -> ImageError {
    ImageError(kind, format: format, at: InputPosition(source: path, byteOffset: byteOffset))
  }
}

/// Colors with opacity.
enum Opacity {
  /// Returns colors on white, without their opacity, or only the first channel of gray ones.
  ///
  /// Shapes: `rgba` [pixels, 4], the result [pixels, `channels`].
  static func onWhite(_ rgba: [UInt8], channels: Int, isMultiplied: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(rgba.count / 4 * channels)
    for start in stride(from: 0, to: rgba.count, by: 4) {
      let alpha = Int(rgba[start + 3])
      for channel in 0..<channels {
        let color = Int(rgba[start + channel])
        let scaled = isMultiplied ? color : (color * alpha + 127) / 255
        result.append(UInt8(min(255, scaled + 255 - alpha)))
      }
    }
    return result
  }
}

/// Colors of three bytes each.
enum Palette {
  /// Returns whether all colors are gray.
  static func isGray(_ colors: [UInt8]) -> Bool {
    for start in stride(from: 0, to: colors.count, by: 3) {
      let red = colors[start]
      if colors[start + 1] != red || colors[start + 2] != red { return false }
    }
    return true
  }
}

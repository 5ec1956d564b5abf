import MisfitCore

/// The properties of a WebP that are known before its pixels.
///
/// RFC 9649, section 2.
struct WebPHeader: Hashable, Sendable {
  let storedWidth: Int
  let storedHeight: Int
  let orientation: Int

  var width: Int { orientation >= 5 ? storedHeight : storedWidth }
  var height: Int { orientation >= 5 ? storedWidth : storedHeight }
}

/// A decoder of WebP images through libwebp: lossy and lossless, always RGB.
///
/// Opacity is composited on white, and the Exif orientation is applied. Animations are refused.
enum WebPDecoder {
  /// Reads the header of an image in memory, or of its beginning.
  static func header(bytes: [UInt8], path: String) throws(ImageError) -> WebPHeader {
    let file = ByteNumbers(bytes: bytes, path: path, format: .webp)
    let data = 20
    let (width, height): (Int, Int)
    var orientation = 1
    switch String(decoding: bytes.dropFirst(12).prefix(4), as: UTF8.self) {
    case "VP8 ":
      guard try file.number(at: data + 3, 3) == 0x2A019D else { throw file.error(.corrupted("no key frame")) }
      width = try file.number(at: data + 6, 2) & 0x3FFF
      height = try file.number(at: data + 8, 2) & 0x3FFF
    case "VP8L":
      let bits = try file.number(at: data + 1, 4)
      width = bits & 0x3FFF + 1
      height = bits >> 14 & 0x3FFF + 1
    case "VP8X":
      let flags = try file.number(at: data, 1)
      guard flags & 0x02 == 0 else { throw file.error(.unsupported("an animation")) }
      width = try file.number(at: data + 4, 3) + 1
      height = try file.number(at: data + 7, 3) + 1
      if flags & 0x08 != 0 { orientation = try exifOrientation(file) }
    default:
      if bytes.count < 16 { throw file.error(.truncated, at: bytes.count) }
      throw file.error(.corrupted("it does not begin with an image"), at: 12)
    }
    try file.check(width: width, height: height, at: data)
    return WebPHeader(storedWidth: width, storedHeight: height, orientation: orientation)
  }

  /// Decodes an image in memory.
  static func image(bytes: [UInt8], path: String) throws(ImageError) -> Raster {
    let header = try header(bytes: bytes, path: path)
    let file = ByteNumbers(bytes: bytes, path: path, format: .webp)
    try file.checkAmount(width: header.storedWidth, height: header.storedHeight, ratio: 1 << 17)
    guard ImageLibrary.webp.isInstalled else { throw file.error(.noLibrary(.webp)) }
    switch ImageLibraries.webP(bytes, width: header.storedWidth, height: header.storedHeight) {
    case .success(let rgba):
      let pixels = Opacity.onWhite(rgba, channels: 3, isMultiplied: false)
      return Raster(
        height: header.storedHeight, width: header.storedWidth, channels: 3, samples: .bytes(pixels)
      ).oriented(header.orientation)
    case .failure:
      throw file.error(.corrupted("its pixels cannot be decoded"))
    }
  }

  /// Returns the orientation in the chunk `EXIF`, which follows the pixels; 1 without it.
  private static func exifOrientation(_ file: ByteNumbers) throws(ImageError) -> Int {
    // Whatever follows the container is no part of it.
    let end = try file.number(at: 4, 4) + 8
    var place = 12
    while place + 8 <= end {
      let length = try file.number(at: place + 4, 4)
      if file.bytes[place..<place + 4].elementsEqual("EXIF".utf8) {
        guard place + 8 + length <= file.bytes.count else {
          throw file.error(.truncated, at: file.bytes.count)
        }
        return ExifOrientation.read(file.bytes[place + 8..<place + 8 + length]) ?? 1
      }
      place += 8 + length + length % 2
    }
    return 1
  }
}

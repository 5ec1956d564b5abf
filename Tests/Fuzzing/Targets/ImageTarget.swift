import MisfitCore

@testable import MisfitImages

/// Images of all formats.
enum ImageTarget {
  /// Reads header and pixels, and resizes what is not too large.
  static func decode(_ bytes: [UInt8]) throws {
    // The header alone, of a file that may be damaged behind it, says how much work there is.
    let header = try ImageDecoder.header(bytes: bytes, path: "image")
    guard header.width * header.height <= 1 << 22 else { return }
    let raster = try ImageDecoder.raster(bytes: bytes, path: "image")
    try promise(
      raster.width == header.width && raster.height == header.height, "header and pixels differ in size")
    _ = raster.resized(width: 7, height: 5)
  }
}

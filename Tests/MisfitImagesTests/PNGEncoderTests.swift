import Foundation
import MisfitCore
import MisfitImages
import Testing

@Suite("Writing PNG")
struct PNGEncoderTests {
  static func noise(height: Int, width: Int, channels: Int) -> Image {
    var generator = SeededGenerator(seed: 3)
    let pixels = (0..<height * width * channels).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }

  @Test(
    "an image is read back as written, incompressible noise too",
    arguments: [(1, 1), (1, 300), (300, 1), (28, 28), (97, 301)], [1, 3])
  func roundTrip(size: (Int, Int), channels: Int) throws {
    let image = Self.noise(height: size.0, width: size.1, channels: channels)
    let bytes = try PNGEncoder.encode(image)
    #expect(try PNGDecoder.decode(bytes: bytes, path: "memory") == image)
  }

  @Test("fast compression changes the size of the file, not the image", arguments: [1, 3])
  func fast(channels: Int) throws {
    let image = Self.noise(height: 30, width: 40, channels: channels)
    #expect(try PNGDecoder.decode(bytes: PNGEncoder.encode(image, isFast: true), path: "memory") == image)
  }

  @Test("indices are read back as the colors of their palette")
  func indexed() throws {
    let indices = (0..<40 * 30).map { (pixel: Int) in UInt8(truncatingIfNeeded: pixel * 31) }
    let palette = (0...255).flatMap { (color: UInt8) -> [UInt8] in [color, 255 - color, color / 2] }
    let bytes = try PNGEncoder.encode(indices: indices, width: 40, height: 30, palette: palette)
    let image = try PNGDecoder.decode(bytes: bytes, path: "memory")
    #expect(image.width == 40 && image.height == 30)
    let colors = indices.flatMap { (index: UInt8) -> ArraySlice<UInt8> in
      palette[Int(index) * 3..<Int(index) * 3 + 3]
    }
    #expect(image.pixels == colors)
    #expect(try PNGDecoder.header(bytes: bytes, path: "memory").colorKind == .palette)
  }

  @Test("a JPEG is read back nearly as written, gray and color", arguments: [1, 3])
  func jpeg(channels: Int) throws {
    let pixels = (0..<24 * 40 * channels).map { (index: Int) in UInt8(40 + index / channels % 40 * 4) }
    let image = Image(height: 24, width: 40, channels: channels, pixels: pixels)
    let bytes = try JPEGEncoder.encode(image, quality: 95)
    let decoded = try JPEGDecoder.decode(bytes: bytes, path: "memory")
    #expect(decoded.width == 40 && decoded.height == 24 && decoded.channels == channels)
    let differences = zip(decoded.values, pixels).map { abs($0 - Double($1)) }
    #expect(differences.allSatisfy { $0 <= 6 })
  }

  @Test("the same image gives the same bytes")
  func deterministic() throws {
    let image = Self.noise(height: 20, width: 30, channels: 3)
    #expect(try PNGEncoder.encode(image) == PNGEncoder.encode(image))
  }

  @Test("a density is stored in pixels a metre, and the image stays readable")
  func density() throws {
    let image = Self.noise(height: 4, width: 4, channels: 1)
    let bytes = try PNGEncoder.encode(image, pixelsPerInch: 192)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: "pHYs".utf8) })
    #expect(Array(bytes[start + 4..<start + 13]) == [0, 0, 0x1D, 0x87, 0, 0, 0x1D, 0x87, 1])
    #expect(try PNGDecoder.decode(bytes: bytes, path: "memory") == image)
  }

  @Test("a file is written whole; a full disk and a missing folder are errors of the file")
  func files() throws {
    let image = Self.noise(height: 4, width: 4, channels: 1)
    let path = NSTemporaryDirectory() + "misfit-\(UUID().uuidString).png"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try PNGEncoder.write(image, to: path)
    #expect(try PNGDecoder.image(ofFile: path) == image)
    let full = #expect(throws: ImageError.self) { try PNGEncoder.write(image, to: "/dev/full") }
    #expect(full?.kind == .file(FileError(.write, path: "/dev/full", errorNumber: ENOSPC)))
    let missing = #expect(throws: ImageError.self) { try PNGEncoder.write(image, to: "/nowhere/x.png") }
    #expect(missing?.kind == .file(FileError(.create, path: "/nowhere/x.png", errorNumber: ENOENT)))
  }
}

@Suite("Images")
struct ImageTests {
  @Test("unit values clamp, round and treat NaN as black")
  func unitValues() {
    let image = Image(height: 1, width: 5, channels: 1, unitValues: [-1, 0.5, 2, .nan, 100 / 255])
    #expect(image.pixels == [0, 128, 255, 0, 100])
    #expect(image.unitValues[4] == Float(100) / 255)
  }

  @Test("every sample survives a round trip through unit values")
  func unitRoundTrip() {
    let image = Image(height: 16, width: 16, channels: 1, pixels: (0...255).map { UInt8($0) })
    #expect(Image(height: 16, width: 16, channels: 1, unitValues: image.unitValues) == image)
  }

  @Test("gray becomes three equal channels, and colors their luma")
  func conversions() {
    let grey = Image(height: 1, width: 2, channels: 1, pixels: [10, 200])
    #expect(grey.convertedToRGB.pixels == [10, 10, 10, 200, 200, 200])
    #expect(grey.convertedToRGB.convertedToGray == grey)
    let red = Image(height: 1, width: 1, channels: 3, pixels: [255, 0, 0])
    #expect(red.convertedToGray.pixels == [76])
    #expect(Array(red[0, 0]) == [255, 0, 0])
  }
}

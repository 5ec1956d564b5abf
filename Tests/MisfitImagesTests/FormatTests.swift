import MisfitCore
import Testing
import _TestSupport

@testable import MisfitImages

/// A picture as Pillow and NumPy have it.
struct ExpectedFormat: Decodable, Sendable {
  let height: Int
  let width: Int
  let channels: Int
  let pages: Bool
  let samples: [Int]

  static let all = (try? Fixture.json("formats.json", as: [String: ExpectedFormat].self)) ?? [:]

  /// The names of the files whose decoder is on this machine.
  static var names: [String] { all.keys.sorted().filter(isDecoded) }

  static func isDecoded(_ name: String) -> Bool {
    if name.hasSuffix(".tif") { return ImageLibrary.tiff.isInstalled }
    return name.hasSuffix(".webp") ? ImageLibrary.webp.isInstalled : true
  }
}

@Suite("Formats of images")
struct FormatTests {
  private func bytes(_ name: String) -> [UInt8] { Fixtures.bytes("formats/\(name)") }

  @Test("the fixtures exist") func fixtures() {
    #expect(ExpectedFormat.all.count == 29)
    let missing = ExpectedFormat.all.count - ExpectedFormat.names.count
    if missing > 0 { print("skipped: \(missing) files, because libtiff or libwebp is not installed") }
  }

  @Test("TIFF, WebP, GIF and BMP are decoded to Pillow's pixels", arguments: ExpectedFormat.names)
  func decoded(name: String) throws {
    let expected = try #require(ExpectedFormat.all[name])
    let path = Fixtures.path("formats/\(name)")
    let raster = try ImageDecoder.raster(ofFile: path)
    #expect(raster.height == expected.height && raster.width == expected.width)
    #expect(raster.channels == expected.channels)
    let tolerance = ["rgba", "alpha", "lossy"].contains { name.contains($0) } ? 1 : 0
    #expect(raster.numbers.count == expected.samples.count)
    let worst = zip(raster.numbers, expected.samples).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance, "differs by \(worst)")
    let header = try ImageDecoder.header(ofFile: path)
    #expect(header.height == expected.height && header.width == expected.width)
    #expect(header.channels == expected.channels && header.hasMorePages == expected.pages)
    #expect(header.isDeep == (name.hasPrefix("deep") || name == "orientation-3.png"))
  }

  @Test("a file truncated anywhere is refused or whole, never a crash", arguments: ExpectedFormat.names)
  func cut(name: String) throws {
    let whole = bytes(name)
    for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
      _ = try? ImageDecoder.header(bytes: Array(whole[..<count]), path: name)
      let raster = try? ImageDecoder.raster(bytes: Array(whole[..<count]), path: name)
      if let raster { #expect(raster.samples.count == ExpectedFormat.all[name]?.samples.count) }
    }
  }

  @Test("after changing any byte there is an image or an ImageError", arguments: ExpectedFormat.names)
  func changed(name: String) {
    let whole = bytes(name)
    for index in whole.indices where index < 200 || index % 17 == 0 || index > whole.count - 250 {
      for flip in [UInt8(0x01), 0x80, 0xFF] {
        var bytes = whole
        bytes[index] ^= flip
        guard let header = try? ImageDecoder.header(bytes: bytes, path: name),
          header.width * header.height <= 1 << 20
        else { continue }
        let raster = try? ImageDecoder.raster(bytes: bytes, path: name)
        if let raster { #expect(raster.width == header.width && raster.height == header.height) }
      }
    }
  }

  @Test("a claimed size beyond the limit, or beyond the data, is refused before memory is taken")
  func claimedSize() {
    func kind(_ name: String, _ change: (inout [UInt8]) -> Void) -> ImageError.Kind? {
      var bytes = bytes(name)
      change(&bytes)
      do throws(ImageError) {
        _ = try ImageDecoder.raster(bytes: bytes, path: name)
        return nil
      } catch { return error.kind }
    }
    #expect(
      kind("plain.gif") { $0.replaceSubrange(6..<10, with: [255, 255, 255, 255]) }
        == .tooLarge(width: 65535, height: 65535))
    #expect(
      kind("plain.gif") { $0.replaceSubrange(6..<10, with: [0, 60, 0, 60]) }
        == .corrupted("too little data for its size"))
    #expect(
      kind("rgb.bmp") { $0.replaceSubrange(18..<22, with: [0, 0, 0, 1]) }
        == .tooLarge(width: 1 << 24, height: 11))
    #expect(kind("rgb.bmp") { $0.replaceSubrange(18..<22, with: [0, 255, 0, 0]) } == .truncated)
  }

  @Test("what is not read is named, with a way out")
  func unsupported() {
    func text(_ bytes: [UInt8]) -> String {
      do throws(ImageError) {
        _ = try ImageDecoder.header(bytes: bytes, path: "x")
        return ""
      } catch { return error.diagnosis.description }
    }
    #expect(
      text([0x49, 0x49, 43, 0, 8, 0, 0, 0]).contains("offsets of 64 bits (BigTIFF), which is not supported"))
    var animated = Array("RIFF".utf8) + [100, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 2]
    animated += [UInt8](repeating: 0, count: 20)
    #expect(text(animated).contains("an animation"))
  }

  @Test("a missing library is named with its packages", arguments: ImageLibrary.allCases)
  func missingLibrary(library: ImageLibrary) {
    let text = ImageError(.noLibrary(library), format: .tiff, at: InputPosition(source: "a.tif"))
      .diagnosis.description
    #expect(text.contains("need \(library.rawValue), which is not installed"))
    #expect(text.contains("`apt-get install lib") && text.contains("`brew install "))
    // The tests read and write all formats.
    #expect(library.isInstalled)
  }
}

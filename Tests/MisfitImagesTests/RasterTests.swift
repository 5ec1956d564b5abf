import Foundation
import MisfitCore
import MisfitImages
import Testing
import _TestSupport

/// A picture as Pillow and NumPy have it.
struct ExpectedRaster: Decodable {
  let height: Int
  let width: Int
  let channels: Int
  let samples: [Int]

  var bytes: Raster {
    Raster(height: height, width: width, channels: channels, samples: .bytes(samples.map { UInt8($0) }))
  }

  var words: Raster {
    Raster(height: height, width: width, channels: channels, samples: .words(samples.map { UInt16($0) }))
  }
}

struct ExpectedRasters: Decodable {
  struct Change: Decodable, CustomTestStringConvertible {
    let size: [Int]
    let source: ExpectedRaster
    let result: ExpectedRaster
    var testDescription: String { "\(source.width) x \(source.height) x \(source.channels) to \(size)" }
  }

  struct Luma: Decodable {
    let source: ExpectedRaster
    let result: ExpectedRaster
  }

  let decoded: [String: ExpectedRaster]
  let resized: [Change]
  let deepResized: [Change]
  let luma: Luma

  static let all: ExpectedRasters? = try? Fixture.json("rasters.json", as: ExpectedRasters.self)
  static var names: [String] { all.map { $0.decoded.keys.sorted() } ?? [] }
  static var bytes: [Change] { all?.resized ?? [] }
  static var words: [Change] { all?.deepResized ?? [] }
}

extension Raster {
  /// The samples as whole numbers.
  var numbers: [Int] {
    switch samples {
    case .bytes(let samples): samples.map(Int.init)
    case .words(let samples): samples.map(Int.init)
    }
  }
}

@Suite("Pictures with the precision of their files")
struct RasterTests {
  @Test("the fixtures exist") func fixtures() {
    #expect(ExpectedRasters.names.count == 18)
    #expect(ExpectedRasters.bytes.count == 14)
    #expect(ExpectedRasters.words.count == 3)
  }

  @Test("JPEG is decoded to Pillow's pixels, 16-bit PNG with all its bits", arguments: ExpectedRasters.names)
  func decoded(name: String) throws {
    let expected = try #require(ExpectedRasters.all?.decoded[name])
    let raster = try ImageDecoder.raster(ofFile: Fixtures.path(name))
    #expect(raster.height == expected.height)
    #expect(raster.width == expected.width)
    #expect(raster.channels == expected.channels)
    // Multiplying by opacity may round another way.
    let tolerance = name.contains("alpha") || name.contains("rgba") ? 1 : 0
    #expect(raster.numbers.count == expected.samples.count)
    #expect(zip(raster.numbers, expected.samples).allSatisfy { abs($0 - $1) <= tolerance })
    let header = try ImageDecoder.header(ofFile: Fixtures.path(name))
    #expect(header.height == expected.height)
    #expect(header.width == expected.width)
    #expect(header.channels == expected.channels)
    #expect(header.isDeep == name.hasPrefix("deep"))
  }

  @Test("8-bit pictures are resized to Pillow's samples", arguments: ExpectedRasters.bytes)
  func resized(change: ExpectedRasters.Change) {
    let raster = change.source.bytes.resized(width: change.size[0], height: change.size[1])
    #expect(raster == change.result.bytes)
  }

  @Test("16-bit pictures are resized with 16 bits", arguments: ExpectedRasters.words)
  func deepResized(change: ExpectedRasters.Change) {
    let raster = change.source.words.resized(width: change.size[0], height: change.size[1])
    #expect(raster.numbers.count == change.result.samples.count)
    #expect(zip(raster.numbers, change.result.samples).allSatisfy { abs($0 - $1) <= 1 })
    #expect(raster.width == change.size[0] && raster.height == change.size[1])
  }

  @Test("gray is Pillow's luma, in 8 bits and in 16")
  func luma() throws {
    let luma = try #require(ExpectedRasters.all?.luma)
    #expect(luma.source.bytes.convertedToGray == luma.result.bytes)
    let white = Raster(height: 1, width: 1, channels: 3, samples: .words([65535, 65535, 65535]))
    #expect(white.convertedToGray.numbers == [65535])
  }

  @Test("16-bit values keep their fraction on the scale of 8 bits")
  func values() {
    let raster = Raster(height: 1, width: 3, channels: 1, samples: .words([0, 257, 65535]))
    #expect(raster.values == [0, 1, 255])
    let next = Raster(height: 1, width: 1, channels: 1, samples: .words([258]))
    #expect(next.values[0] > 1 && next.values[0] < 1.01)
  }
}

@Suite("Reading JPEG")
struct JPEGDecoderTests {
  private func error(_ bytes: [UInt8]) -> ImageError? {
    do throws(ImageError) {
      _ = try ImageDecoder.raster(bytes: bytes, path: "x.jpg")
      return nil
    } catch { return error }
  }

  @Test(
    "a file truncated anywhere is refused, never a partial image", arguments: ["grey.jpg", "progressive.jpg"])
  func cut(name: String) {
    let whole = Fixtures.bytes(name)
    for count in 3..<whole.count {
      let error = error(Array(whole[..<count]))
      #expect(error?.kind == .truncated, "cut after \(count) bytes: \(String(describing: error?.kind))")
    }
  }

  @Test("after changing any byte there is an image or an ImageError")
  func fuzz() {
    let whole = Fixtures.bytes("rgb-420.jpg")
    for index in whole.indices {
      for flip in [UInt8(0x01), 0x80, 0xFF] {
        var bytes = whole
        bytes[index] ^= flip
        _ = error(bytes)
      }
    }
  }

  @Test("damage, CMYK, other bytes and no bytes have different errors")
  func kinds() {
    #expect(error(Fixtures.bytes("cmyk.jpg"))?.kind == .unsupported("four inks (CMYK)"))
    #expect(error(Array("no image at all".utf8))?.kind == .notAnImage)
    #expect(error([])?.kind == .empty)
    #expect(error([0xFF, 0xD8, 0xFF])?.kind == .truncated)
    #expect(error([0xFF, 0xD8, 0xFF, 0xD9, 0, 0, 0, 0])?.kind == .corrupted("its size (SOF) is missing"))
    var damaged = Fixtures.bytes("grey.jpg")
    for index in damaged.count - 120..<damaged.count - 100 { damaged[index] = 0xFF }
    let text = error(damaged)?.description
    #expect(text?.hasPrefix("x.jpg: the JPEG is damaged: ") == true, "\(text ?? "decoded")")
  }

  @Test("a few bytes that claim 60,000 x 4,000 pixels are refused before memory is allocated")
  func bomb() throws {
    var bytes = Fixtures.bytes("grey.jpg")
    let frame = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFF, 0xC0]) })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x0F, 0xA0, 0xEA, 0x60])
    #expect(error(bytes)?.kind == .corrupted("too little data for its size"))
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(error(bytes)?.kind == .tooLarge(width: 65535, height: 65535))
  }

  @Test("the first bytes decide, not the name")
  func names() throws {
    let folder = try TemporaryFolder()
    try Data(Fixtures.bytes("grey.jpg")).write(to: URL(fileURLWithPath: folder.file("picture.png")))
    #expect(try ImageDecoder.header(ofFile: folder.file("picture.png")).format == .jpeg)
  }
}

import Foundation
import MisfitCore
import MisfitImages
import Testing

/// The image that Pillow reads from a fixture.
struct ExpectedImage: Decodable {
  let height: Int
  let width: Int
  let channels: Int
  let pixels: [UInt8]
}

enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures"
  static let expected: [String: ExpectedImage] = {
    let data = FileManager.default.contents(atPath: folder + "/expected.json") ?? Data()
    return (try? JSONDecoder().decode([String: ExpectedImage].self, from: data)) ?? [:]
  }()
  static func path(_ name: String) -> String { "\(folder)/\(name)" }
  static func bytes(_ name: String) -> [UInt8] {
    Array(FileManager.default.contents(atPath: path(name)) ?? Data())
  }
}

@Suite("Reading PNG")
struct PNGDecoderTests {
  static let names = [
    "grey.png", "rgb.png", "one-pixel.png", "grey-gamma.png", "rgb-gamma.png", "palette.png",
    "palette-text.png", "palette-alpha.png", "palette-grey.png", "rgba.png", "grey-alpha.png", "grey-16.png",
    "grey-1.png", "grey-interlaced.png",
  ]

  @Test("every kind of file is decoded to Pillow's pixels", arguments: names)
  func pixels(name: String) throws {
    let expected = try #require(Fixtures.expected[name])
    let image = try PNGDecoder.image(ofFile: Fixtures.path(name))
    #expect(image.height == expected.height)
    #expect(image.width == expected.width)
    #expect(image.channels == expected.channels)
    #expect(image.pixels == expected.pixels)
  }

  @Test("the header alone contains the decoded size and channels", arguments: names)
  func header(name: String) throws {
    let expected = try #require(Fixtures.expected[name])
    let header = try PNGDecoder.header(ofFile: Fixtures.path(name))
    #expect(header.height == expected.height)
    #expect(header.width == expected.width)
    #expect(header.channels == expected.channels)
  }

  @Test(
    "a file truncated anywhere is an error, never a crash or an image",
    arguments: ["grey.png", "palette.png"])
  func cut(name: String) {
    let whole = Fixtures.bytes(name)
    for count in 1..<whole.count {
      let error = #expect(throws: ImageError.self) {
        try PNGDecoder.decode(bytes: Array(whole[..<count]), path: "cut.png")
      }
      #expect(error?.kind == .truncated, "cut after \(count) bytes")
      #expect(error?.position?.byteOffset == count)
    }
  }

  @Test("a changed byte inside the image data is found by its checksum, and its chunk named")
  func damaged() throws {
    var bytes = Fixtures.bytes("rgb.png")
    let data = try #require(bytes.indices.first { bytes[$0...].starts(with: "IDAT".utf8) })
    bytes[data + 10] ^= 0x40
    let error = #expect(throws: ImageError.self) { try PNGDecoder.decode(bytes: bytes, path: "bad.png") }
    #expect(error?.kind == .corrupted("wrong checksum in IDAT"))
    #expect(error?.position == InputPosition(source: "bad.png", byteOffset: data - 4))
    #expect(error?.description.hasPrefix("bad.png: byte \(data - 4): the PNG is damaged: ") == true)
  }

  @Test("after changing any byte there is an image or an ImageError")
  func fuzz() {
    let whole = Fixtures.bytes("palette-alpha.png")
    for index in whole.indices {
      for flip in [UInt8(0x01), 0x80, 0xFF] {
        var bytes = whole
        bytes[index] ^= flip
        _ = try? PNGDecoder.decode(bytes: bytes, path: "fuzz.png")
      }
    }
  }

  @Test("an empty file, a text and a truncated header have different errors")
  func notPNG() {
    func kind(_ bytes: [UInt8]) -> ImageError.Kind? {
      do throws(ImageError) {
        _ = try PNGDecoder.decode(bytes: bytes, path: "x.png")
        return nil
      } catch { return error.kind }
    }
    #expect(kind([]) == .empty)
    #expect(kind(Array("no picture at all".utf8)) == .notPNG)
    #expect(kind([0x89, 0x50]) == .truncated)
  }

  @Test("a file that claims 2^30 pixels is refused before memory is allocated")
  func bomb() {
    let bytes = Fixtures.withSize(of: "grey.png", width: 1 << 15, height: 1 << 15)
    let error = #expect(throws: ImageError.self) { try PNGDecoder.decode(bytes: bytes, path: "bomb.png") }
    #expect(error?.kind == .tooLarge(width: 32768, height: 32768))
    #expect(error?.description.contains("32,768 x 32,768") == true)
  }

  @Test("a size that does not fit the data is refused before memory is allocated")
  func tooLittleData() {
    let bytes = Fixtures.withSize(of: "grey.png", width: 10_000, height: 10_000)
    let error = #expect(throws: ImageError.self) { try PNGDecoder.decode(bytes: bytes, path: "x.png") }
    #expect(error?.kind == .corrupted("too little data for its size"))
  }

  @Test("no file, a directory and an empty file have different errors")
  func files() throws {
    func kind(_ path: String) -> ImageError.Kind? {
      do throws(ImageError) {
        _ = try PNGDecoder.image(ofFile: path)
        return nil
      } catch { return error.kind }
    }
    #expect(kind("/nowhere.png") == .file(FileError(.open, path: "/nowhere.png", errorNumber: ENOENT)))
    #expect(kind("/tmp") == .file(FileError(.open, path: "/tmp", errorNumber: EISDIR)))
    #expect(kind("/dev/null") == .empty)
    #expect(kind(Fixtures.path("make_fixtures.py")) == .notPNG)
    let error = #expect(throws: ImageError.self) { try PNGDecoder.header(ofFile: "/dev/null") }
    #expect(error?.kind == .empty)
  }
}

extension Fixtures {
  /// A fixture whose header claims another size, with a valid checksum.
  static func withSize(of name: String, width: UInt32, height: UInt32) -> [UInt8] {
    func bigEndian(_ value: UInt32) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    var bytes = bytes(name)
    bytes.replaceSubrange(16..<24, with: bigEndian(width) + bigEndian(height))
    var checksum: UInt32 = .max
    for byte in bytes[12..<29] {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = (checksum >> 1) ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    bytes.replaceSubrange(29..<33, with: bigEndian(~checksum))
    return bytes
  }
}

import MisfitCore

/// The properties of a Windows bitmap.
struct BMPHeader: Hashable, Sendable {
  let width: Int
  let height: Int
  /// 1 if all colors of the palette are gray.
  let channels: Int
  /// Whether the first row is the uppermost.
  let isTopDown: Bool
  let bitsPerPixel: Int
  /// The colors, three bytes each: red, green, blue; empty without a palette.
  let palette: [UInt8]
  /// The bits of red, green, blue and opacity, if pixels are words; opacity 0 for none.
  let masks: [Int]
  let dataStart: Int

  /// The number of bytes of a row; rows end at multiples of four bytes.
  var rowByteCount: Int { (width * bitsPerPixel + 31) / 32 * 4 }
}

/// A decoder of Windows bitmaps (BMP) without compression: palettes of 1, 4 and 8 bits, and colors of 16, 24
/// and 32.
///
/// A palette of gray colors becomes gray; opacity is composited on white. Run lengths are refused.
enum BMPDecoder {
  /// Reads the header of an image in memory, or of its beginning.
  static func header(bytes: [UInt8], path: String) throws(ImageError) -> BMPHeader {
    let file = ByteNumbers(bytes: bytes, path: path, format: .bmp)
    let size = try file.number(at: 14, 4)
    let isOld = size == 12
    let width = try isOld ? file.number(at: 18, 2) : signed(file.number(at: 18, 4))
    let height = try isOld ? file.number(at: 20, 2) : signed(file.number(at: 22, 4))
    try file.check(width: width, height: abs(height), at: 18)
    let bits = try file.number(at: isOld ? 24 : 28, 2)
    let compression = try isOld ? 0 : file.number(at: 30, 4)
    guard [1, 4, 8, 16, 24, 32].contains(bits) else { throw file.error(.unsupported("\(bits) bits a pixel")) }
    guard compression == 0 || [3, 6].contains(compression) && bits >= 16 else {
      throw file.error(.unsupported("compression \(compression)"))
    }
    var palette: [UInt8] = []
    if bits <= 8 {
      let stated = try isOld ? 0 : file.number(at: 46, 4)
      let count = stated > 0 ? min(stated, 1 << bits) : 1 << bits
      for index in 0..<count {
        let place = 14 + size + index * (isOld ? 3 : 4)
        for channel in [2, 1, 0] { palette.append(UInt8(try file.number(at: place + channel, 1))) }
      }
    }
    let isGray = !palette.isEmpty && Palette.isGray(palette)
    return BMPHeader(
      width: width, height: abs(height), channels: isGray ? 1 : 3, isTopDown: height < 0, bitsPerPixel: bits,
      palette: palette, masks: try masks(file, size, bits, compression), dataStart: try file.number(at: 10, 4)
    )
  }

  /// Decodes an image in memory.
  static func image(bytes: [UInt8], path: String) throws(ImageError) -> Image {
    let header = try header(bytes: bytes, path: path)
    let file = ByteNumbers(bytes: bytes, path: path, format: .bmp)
    guard header.dataStart <= bytes.count,
      bytes.count - header.dataStart >= header.rowByteCount * header.height
    else { throw file.error(.truncated, at: bytes.count) }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(header.width * header.height * header.channels)
    for row in 0..<header.height {
      let stored = header.isTopDown ? row : header.height - 1 - row
      let start = header.dataStart + stored * header.rowByteCount
      guard header.palette.isEmpty else {
        try appendIndexed(file, header, start, to: &pixels)
        continue
      }
      for column in 0..<header.width { appendColor(bytes, header, start, column, to: &pixels) }
    }
    return Image(height: header.height, width: header.width, channels: header.channels, pixels: pixels)
  }

  private static func appendIndexed(
    _ file: ByteNumbers, _ header: BMPHeader, _ start: Int, to pixels: inout [UInt8]
  ) throws(ImageError) {
    let bits = header.bitsPerPixel
    for column in 0..<header.width {
      let byte = Int(file.bytes[start + column * bits / 8])
      let index = byte >> (8 - bits - column * bits % 8) & (1 << bits - 1)
      guard index * 3 < header.palette.count else {
        throw file.error(.corrupted("a color that the palette lacks"), at: start)
      }
      pixels += header.palette[index * 3..<index * 3 + header.channels]
    }
  }

  private static func appendColor(
    _ bytes: [UInt8], _ header: BMPHeader, _ start: Int, _ column: Int, to pixels: inout [UInt8]
  ) {
    let count = header.bitsPerPixel / 8
    let place = start + column * count
    let word = (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    let alpha = header.masks[3] == 0 ? 255 : scaled(word, header.masks[3])
    for mask in header.masks.prefix(3) {
      pixels.append(UInt8((scaled(word, mask) * alpha + 127) / 255 + 255 - alpha))
    }
  }

  /// Returns the bits of a word within a mask, scaled to the range of a byte.
  private static func scaled(_ word: Int, _ mask: Int) -> Int {
    guard mask != 0 else { return 0 }
    let shift = mask.trailingZeroBitCount
    let largest = mask >> shift
    return ((word & mask) >> shift * 255 + largest / 2) / largest
  }

  private static func masks(
    _ file: ByteNumbers, _ size: Int, _ bits: Int, _ compression: Int
  ) throws(ImageError) -> [Int] {
    guard compression != 0 else {
      return bits == 16 ? [0x7C00, 0x03E0, 0x001F, 0] : [0xFF0000, 0xFF00, 0xFF, 0]
    }
    var masks: [Int] = []
    for index in 0..<3 { masks.append(try file.number(at: 54 + 4 * index, 4)) }
    return masks + [size >= 56 || compression == 6 ? try file.number(at: 66, 4) : 0]
  }

  private static func signed(_ number: Int) -> Int { Int(Int32(truncatingIfNeeded: number)) }
}

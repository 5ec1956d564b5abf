import MisfitCore

/// The properties of the first frame of a GIF.
///
/// Graphics Interchange Format, version 89a (CompuServe, 1990).
struct GIFHeader: Hashable, Sendable {
  /// The size of the canvas.
  let width: Int
  let height: Int
  /// 1 if all colors of the palette are gray.
  let channels: Int
  /// Whether the file says that it is an animation.
  let isAnimated: Bool
  /// The position of the frame on the canvas.
  let left: Int
  let top: Int
  let frameWidth: Int
  let frameHeight: Int
  let isInterlaced: Bool
  /// The colors, three bytes each.
  let palette: [UInt8]
  /// The color that shows what is below; nil for none.
  let transparentIndex: Int?
  /// The offset of the compressed pixels.
  let dataStart: Int
}

/// A decoder of the first frame of GIF images.
///
/// It is placed on a white canvas; so is what it leaves transparent. A palette of gray colors becomes gray.
enum GIFDecoder {
  /// Reads the header of an image in memory, or of its beginning.
  static func header(bytes: [UInt8], path: String) throws(ImageError) -> GIFHeader {
    let file = ByteNumbers(bytes: bytes, path: path, format: .gif)
    let (width, height) = (try file.number(at: 6, 2), try file.number(at: 8, 2))
    try file.check(width: width, height: height, at: 6)
    let flags = try file.number(at: 10, 1)
    var place = 13
    var palette: [UInt8] = []
    if flags & 0x80 != 0 { palette = try Self.palette(file, flags, &place) }
    var (transparent, isAnimated) = (Int?.none, false)
    while try file.number(at: place, 1) == 0x21 {
      let label = try file.number(at: place + 1, 1)
      if label == 0xF9, try file.number(at: place + 3, 1) & 1 == 1 {
        transparent = try file.number(at: place + 6, 1)
      }
      if label == 0xFF, bytes.dropFirst(place + 3).starts(with: "NETSCAPE".utf8) { isAnimated = true }
      place += 2
      try skipBlocks(file, &place)
    }
    guard try file.number(at: place, 1) == 0x2C else {
      throw file.error(.corrupted("it contains no frame"), at: place)
    }
    let (left, top) = (try file.number(at: place + 1, 2), try file.number(at: place + 3, 2))
    let (frameWidth, frameHeight) = (try file.number(at: place + 5, 2), try file.number(at: place + 7, 2))
    let frameFlags = try file.number(at: place + 9, 1)
    guard frameWidth >= 1, frameHeight >= 1, left + frameWidth <= width, top + frameHeight <= height else {
      throw file.error(.corrupted("its first frame is outside of the canvas"), at: place)
    }
    place += 10
    if frameFlags & 0x80 != 0 { palette = try Self.palette(file, frameFlags, &place) }
    guard !palette.isEmpty else { throw file.error(.corrupted("it has no palette"), at: place) }
    return GIFHeader(
      width: width, height: height, channels: Palette.isGray(palette) ? 1 : 3, isAnimated: isAnimated,
      left: left, top: top,
      frameWidth: frameWidth, frameHeight: frameHeight, isInterlaced: frameFlags & 0x40 != 0,
      palette: palette, transparentIndex: transparent, dataStart: place)
  }

  /// Decodes an image in memory.
  static func image(bytes: [UInt8], path: String) throws(ImageError) -> Image {
    let header = try header(bytes: bytes, path: path)
    let file = ByteNumbers(bytes: bytes, path: path, format: .gif)
    try file.checkAmount(width: header.width, height: header.height, ratio: 1 << 13)
    let indices = try GIFCodes(file, header).decoded()
    var pixels = [UInt8](repeating: 255, count: header.width * header.height * header.channels)
    for (position, row) in rows(header).enumerated() {
      for column in 0..<header.frameWidth {
        let index = Int(indices[position * header.frameWidth + column])
        guard index != header.transparentIndex else { continue }
        guard index * 3 < header.palette.count else {
          throw file.error(.corrupted("a color that the palette lacks"), at: header.dataStart)
        }
        let target = ((header.top + row) * header.width + header.left + column) * header.channels
        for channel in 0..<header.channels { pixels[target + channel] = header.palette[index * 3 + channel] }
      }
    }
    return Image(height: header.height, width: header.width, channels: header.channels, pixels: pixels)
  }

  /// Returns the rows of the frame in the order in which they are stored.
  private static func rows(_ header: GIFHeader) -> [Int] {
    guard header.isInterlaced else { return Array(0..<header.frameHeight) }
    return [(0, 8), (4, 8), (2, 4), (1, 2)].flatMap {
      Array(stride(from: $0, to: header.frameHeight, by: $1))
    }
  }

  private static func palette(
    _ file: ByteNumbers, _ flags: Int, _ place: inout Int
  ) throws(ImageError) -> [UInt8] {
    let end = place + 3 << (flags & 7 + 1)
    guard end <= file.bytes.count else { throw file.error(.truncated, at: file.bytes.count) }
    defer { place = end }
    return Array(file.bytes[place..<end])
  }

  private static func skipBlocks(_ file: ByteNumbers, _ place: inout Int) throws(ImageError) {
    while true {
      let length = try file.number(at: place, 1)
      place += 1 + length
      if length == 0 { return }
    }
  }
}

/// The compressed pixels of a GIF: codes of growing length, in blocks (appendix F of the specification).
private struct GIFCodes {
  private let file: ByteNumbers
  private let header: GIFHeader
  private let data: [UInt8]
  private let firstLength: Int

  init(_ file: ByteNumbers, _ header: GIFHeader) throws(ImageError) {
    self.file = file
    self.header = header
    firstLength = try file.number(at: header.dataStart, 1)
    guard (1...8).contains(firstLength) else {
      throw file.error(.corrupted("codes of \(firstLength) bits"), at: header.dataStart)
    }
    var data: [UInt8] = []
    var place = header.dataStart + 1
    while place < file.bytes.count, file.bytes[place] > 0 {
      let end = min(place + 1 + Int(file.bytes[place]), file.bytes.count)
      data += file.bytes[place + 1..<end]
      place = end
    }
    self.data = data
  }

  func decoded() throws(ImageError) -> [UInt8] {
    let count = header.frameWidth * header.frameHeight
    let (clear, end) = (1 << firstLength, 1 << firstLength + 1)
    var prefixes = [Int](repeating: 0, count: 4096)
    var suffixes = (0..<4096).map { UInt8(truncatingIfNeeded: $0) }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var (length, next, previous) = (firstLength + 1, clear + 2, -1)
    var (bits, bitCount) = (0, 0)
    var stack: [UInt8] = []
    for byte in data {
      bits |= Int(byte) << bitCount
      bitCount += 8
      while bitCount >= length {
        let code = bits & (1 << length - 1)
        bits >>= length
        bitCount -= length
        if code == clear {
          (length, next, previous) = (firstLength + 1, clear + 2, -1)
          continue
        }
        if code == end || result.count >= count { return try checked(result, count) }
        guard code < next || code == next && previous >= 0, previous >= 0 || code < clear else {
          throw file.error(.corrupted("a code before its time"), at: header.dataStart)
        }
        var place = code == next ? previous : code
        while place >= clear {
          stack.append(suffixes[place])
          place = prefixes[place]
        }
        let first = suffixes[place]
        result.append(first)
        while let value = stack.popLast() { result.append(value) }
        if code == next { result.append(first) }
        if previous >= 0, next < 4096 {
          (prefixes[next], suffixes[next]) = (previous, first)
          next += 1
          if next == 1 << length, length < 12 { length += 1 }
        }
        previous = code
      }
    }
    return try checked(result, count)
  }

  private func checked(_ pixels: [UInt8], _ count: Int) throws(ImageError) -> [UInt8] {
    guard pixels.count >= count else { throw file.error(.truncated, at: file.bytes.count) }
    return Array(pixels.prefix(count))
  }
}

import MisfitCore

extension PNGChunks {
  /// Reads and checks the header; a palette is read to find whether it is gray.
  func header() throws(ImageError) -> PNGHeader {
    let first = try chunk(at: Self.signature.count)
    guard first.name == "IHDR", first.dataRange.count == 13 else {
      throw error(.corrupted("it does not begin with a header (IHDR) of 13 bytes"), at: first.start)
    }
    let data = first.dataRange.lowerBound
    let (width, height) = (number(at: data), number(at: data + 4))
    guard width >= 1, height >= 1 else { throw error(.corrupted("an image without pixels"), at: data) }
    guard let colorKind = PNGHeader.ColorKind(rawValue: bytes[data + 9]) else {
      throw error(.corrupted("unknown color type \(bytes[data + 9])"), at: data + 9)
    }
    guard [1, 2, 4, 8, 16].contains(bytes[data + 8]) else {
      throw error(.corrupted("\(bytes[data + 8]) bits a sample"), at: data + 8)
    }
    guard width <= PNGHeader.maximumSide, height <= PNGHeader.maximumSide,
      width * height <= PNGHeader.maximumPixelCount
    else { throw error(.tooLarge(width: width, height: height), at: data) }
    guard isIntact(first) else { throw error(.corrupted("wrong checksum in IHDR"), at: first.start) }
    return PNGHeader(
      width: width, height: height, bitDepth: Int(bytes[data + 8]), colorKind: colorKind,
      isInterlaced: bytes[data + 12] != 0, channels: try channels(of: colorKind, after: first))
  }

  /// Returns the Exif orientation (`eXIf`) that precedes the image data; 1 without one.
  func orientation() throws(ImageError) -> Int {
    var start = try chunk(at: Self.signature.count).end
    while true {
      guard start + 8 <= bytes.count else { throw error(.truncated, at: bytes.count) }
      let name = bytes[start + 4..<start + 8]
      if name.elementsEqual("IDAT".utf8) || name.elementsEqual("IEND".utf8) { return 1 }
      let next = try chunk(at: start)
      if next.name == "eXIf" { return ExifOrientation.read(bytes[next.dataRange]) ?? 1 }
      start = next.end
    }
  }

  private func channels(of kind: PNGHeader.ColorKind, after header: Chunk) throws(ImageError) -> Int {
    switch kind {
    case .gray, .grayAlpha: return 1
    case .rgb, .rgba: return 3
    case .palette: break
    }
    var next = try chunk(at: header.end)
    while next.name != "PLTE" {
      guard next.name != "IDAT", next.name != "IEND" else {
        throw error(.corrupted("its palette (PLTE) is missing"), at: next.start)
      }
      next = try chunk(at: next.end)
    }
    for start in stride(from: next.dataRange.lowerBound, to: next.dataRange.upperBound - 2, by: 3) {
      let color = bytes[start..<start + 3]
      if color.contains(where: { $0 != color.first }) { return 3 }
    }
    return 1
  }

  /// Returns the file with only the given chunks, without those that would make libpng convert colors.
  ///
  /// Samples must be decoded as they were stored, so `gAMA`, `iCCP` and the like are omitted; `tRNS` stays,
  /// because it is the opacity. Chunk checksums stay valid, since chunks are whole.
  func withoutColorManagement(_ chunks: [Chunk]) -> [UInt8] {
    var result = Self.signature
    result.reserveCapacity(bytes.count)
    for chunk in chunks where ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].contains(chunk.name) {
      result.append(contentsOf: bytes[chunk.start..<chunk.end])
    }
    return result
  }
}

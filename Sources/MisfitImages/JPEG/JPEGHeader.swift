import MisfitCore

/// The properties of a JPEG that are known before its pixels.
///
/// ITU-T T.81, annex B; orientation: Exif 2.32 (CIPA DC-008), tag 0x0112.
package struct JPEGHeader: Hashable, Sendable {
  /// The number of columns of the displayed image.
  package let width: Int
  /// The number of rows of the displayed image.
  package let height: Int
  /// The number of channels: 1 for gray, 3 for color.
  package let channels: Int
  /// The Exif orientation of the stored rows; 1 is unchanged.
  package let orientation: Int
  let storedWidth: Int
  let storedHeight: Int

  init(storedWidth: Int, storedHeight: Int, channels: Int, orientation: Int) {
    self.storedWidth = storedWidth
    self.storedHeight = storedHeight
    self.channels = channels
    self.orientation = orientation
    // From 5 on, rows and columns are exchanged.
    (width, height) = orientation >= 5 ? (storedHeight, storedWidth) : (storedWidth, storedHeight)
  }
}

/// The markers of a JPEG up to its first scan.
struct JPEGMarkers {
  let bytes: [UInt8]
  let path: String

  /// Reads and checks the header.
  ///
  /// - Throws: ``ImageError``; `truncated` if the bytes end before the size of the image.
  func header() throws(ImageError) -> JPEGHeader {
    guard !bytes.isEmpty else {
      throw ImageError(.empty, format: .jpeg, at: InputPosition(source: path))
    }
    var orientation = 1
    var place = 2
    while true {
      let start = place
      while place < bytes.count, bytes[place] == 0xFF { place += 1 }
      guard place + 2 < bytes.count else { throw error(.truncated, at: bytes.count) }
      guard place > start else { throw error(.corrupted("a marker is missing"), at: start) }
      let marker = bytes[place]
      place += 1
      if marker == 0x01 || (0xD0...0xD8).contains(marker) { continue }
      let length = Int(bytes[place]) << 8 | Int(bytes[place + 1])
      guard length >= 2, marker != 0xD9, marker != 0xDA else {
        throw error(.corrupted("its size (SOF) is missing"), at: start)
      }
      guard place + length <= bytes.count else { throw error(.truncated, at: bytes.count) }
      let data = bytes[place + 2..<place + length]
      if marker == 0xE1, data.starts(with: "Exif".utf8), let found = ExifOrientation.read(data) {
        orientation = found
      }
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
        return try frame(data, orientation: orientation)
      }
      place += length
    }
  }

  private func frame(_ data: ArraySlice<UInt8>, orientation: Int) throws(ImageError) -> JPEGHeader {
    let start = data.startIndex
    guard data.count >= 6 else { throw error(.corrupted("its size (SOF) is cut short"), at: start) }
    let height = Int(data[start + 1]) << 8 | Int(data[start + 2])
    let width = Int(data[start + 3]) << 8 | Int(data[start + 4])
    let components = Int(data[start + 5])
    guard data[start] == 8 else { throw error(.unsupported("\(data[start]) bits a sample"), at: start) }
    guard components == 1 || components == 3 else {
      let what = components == 4 ? "four inks (CMYK)" : "\(components) components"
      throw error(.unsupported(what), at: start)
    }
    guard width >= 1, height >= 1 else { throw error(.corrupted("an image without pixels"), at: start) }
    guard width * height <= PNGHeader.maximumPixelCount else {
      throw error(.tooLarge(width: width, height: height), at: start)
    }
    return JPEGHeader(
      storedWidth: width, storedHeight: height, channels: components, orientation: orientation)
  }

  func error(_ kind: ImageError.Kind, at byteOffset: Int) -> ImageError {
    ImageError(kind, format: .jpeg, at: InputPosition(source: path, byteOffset: byteOffset))
  }
}

/// The orientation in Exif data.
enum ExifOrientation {
  /// Returns the orientation in a segment that begins with `Exif`, or with its TIFF directory: 1 to 8; nil if
  /// the segment is of another kind, has no orientation or is damaged.
  ///
  /// Damage is not an error, because the segment is only metadata.
  static func read(_ segment: ArraySlice<UInt8>) -> Int? {
    let isPrefixed = segment.starts(with: Array("Exif".utf8) + [0, 0])
    return read(directory: Array(isPrefixed ? segment.dropFirst(6) : segment))
  }

  private static func read(directory tiff: [UInt8]) -> Int? {
    guard tiff.count >= 8 else { return nil }
    let isLittle = tiff.starts(with: [0x49, 0x49, 42, 0])
    guard isLittle || tiff.starts(with: [0x4D, 0x4D, 0, 42]) else { return nil }
    func number(_ place: Int, _ count: Int) -> Int? {
      guard place >= 0, place + count <= tiff.count else { return nil }
      let part = tiff[place..<place + count]
      return isLittle
        ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
    for entry in 0..<count {
      let place = directory + 2 + entry * 12
      guard let tag = number(place, 2) else { return nil }
      guard tag == 0x0112 else { continue }
      return number(place + 8, 2).flatMap { (1...8).contains($0) ? $0 : nil }
    }
    return nil
  }
}

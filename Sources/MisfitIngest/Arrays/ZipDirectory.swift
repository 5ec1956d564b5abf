import MisfitCore

/// The bytes of a zip archive, and the position of its directory.
struct ZipBytes {
  let path: String

  /// The position of the directory, and of the record that points to it.
  struct DirectoryPlace {
    var byteOffset: Int
    var byteCount: Int
    var recordByteOffset: Int
  }

  func byteCount() throws(IngestError) -> Int {
    guard let status = FileSystem.status(of: path), status.isRegular else {
      throw IngestError(
        .unsupported(format: "ZIP", detail: "bytes that cannot be read from their end"),
        at: InputPosition(source: path))
    }
    return status.size
  }

  /// Returns exactly `count` bytes from an offset on.
  func read(_ count: Int, at byteOffset: Int) throws(IngestError) -> [UInt8] {
    var bytes = Array(repeating: UInt8(0), count: count)
    var found = 0
    do {
      let file = try ByteFile.reading(path)
      while found < count {
        let part = try file.read(into: &bytes, found, count - found, atByteOffset: byteOffset + found)
        guard part > 0 else { break }
        found += part
      }
    } catch { throw IngestError(error) }
    guard found == count else { throw malformed("it ends too early", at: byteOffset + found) }
    return bytes
  }

  /// Finds the record at the end, after which only a comment may follow.
  func directoryPlace(_ fileByteCount: Int) throws(IngestError) -> DirectoryPlace {
    let count = min(fileByteCount, 22 + 0xffff)
    let start = fileByteCount - count
    let tail = try read(count, at: start)
    var at = tail.count - 22
    while at >= 0, !Self.isSignature(tail, at, 0x0605_4b50) { at -= 1 }
    guard at >= 0 else { throw malformed("it has no directory", at: fileByteCount) }
    let place = DirectoryPlace(
      byteOffset: Self.integer(tail, at + 16, 4), byteCount: Self.integer(tail, at + 12, 4),
      recordByteOffset: start + at)
    guard place.byteOffset == 0xffff_ffff || place.byteCount == 0xffff_ffff else { return place }
    return try largeDirectoryPlace(locator: start + at - 20)
  }

  /// Reads the 64-bit record, which a locator before the short record points to.
  private func largeDirectoryPlace(locator: Int) throws(IngestError) -> DirectoryPlace {
    guard locator >= 0 else { throw malformed("the position of its directory is missing", at: 0) }
    let bytes = try read(20, at: locator)
    let record = Self.integer(bytes, 8, 8)
    guard Self.isSignature(bytes, 0, 0x0706_4b50), record >= 0, record <= locator - 56 else {
      throw malformed("the position of its directory is missing", at: locator)
    }
    let large = try read(56, at: record)
    guard Self.isSignature(large, 0, 0x0606_4b50) else {
      throw malformed("the position of its directory is missing", at: record)
    }
    return DirectoryPlace(
      byteOffset: Self.integer(large, 48, 8), byteCount: Self.integer(large, 40, 8),
      recordByteOffset: record)
  }

  /// Returns an unsigned number, little-endian; one beyond `Int` becomes negative, which all checks refuse.
  static func integer(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
    var value: UInt64 = 0
    for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[at + index]) }
    return Int(truncatingIfNeeded: value)
  }

  static func isSignature(_ bytes: [UInt8], _ at: Int, _ value: Int) -> Bool {
    at + 4 <= bytes.count && integer(bytes, at, 4) == value
  }

  func malformed(_ detail: String, at byteOffset: Int) -> IngestError {
    IngestError(
      .malformedHeader(format: "ZIP", detail: detail),
      at: InputPosition(source: path, byteOffset: byteOffset))
  }
}

/// One entry of the directory.
struct ZipEntry {
  let bytes: [UInt8]
  let at: Int
  /// The byte offset of the directory in the file.
  let base: Int
  let file: ZipBytes

  private var nameCount: Int { ZipBytes.integer(bytes, at + 28, 2) }
  private var extraCount: Int { ZipBytes.integer(bytes, at + 30, 2) }
  private var commentCount: Int { ZipBytes.integer(bytes, at + 32, 2) }

  /// Returns the byte offset of the next entry.
  func end() throws(IngestError) -> Int {
    guard at + 46 <= bytes.count, ZipBytes.isSignature(bytes, at, 0x0201_4b50),
      at + 46 + nameCount + extraCount + commentCount <= bytes.count
    else { throw file.malformed("an entry of its directory is damaged", at: base + at) }
    return at + 46 + nameCount + extraCount + commentCount
  }

  func member(_ fileByteCount: Int) throws(IngestError) -> ZipArchive.Member {
    _ = try end()
    let name = String(decoding: bytes[at + 46..<at + 46 + nameCount], as: UTF8.self)
    let method = ZipBytes.integer(bytes, at + 10, 2)
    guard ZipBytes.integer(bytes, at + 8, 2) & 1 == 0, method == 0 || method == 8 else {
      throw IngestError(
        .unsupported(format: "ZIP", detail: "a member that is encrypted or compressed another way (\(name))"),
        at: InputPosition(source: file.path, byteOffset: base + at))
    }
    let sizes = try sizes()
    let member = ZipArchive.Member(
      name: name, isDeflated: method == 8,
      checksum: UInt32(truncatingIfNeeded: ZipBytes.integer(bytes, at + 16, 4)),
      storedByteCount: sizes.stored, byteCount: sizes.full, headerByteOffset: sizes.header,
      entryByteOffset: base + at)
    guard sizes.stored >= 0, sizes.full >= 0, sizes.header >= 0, sizes.stored <= fileByteCount - 30,
      sizes.header <= fileByteCount - 30 - sizes.stored, method == 8 || sizes.stored == sizes.full
    else { throw file.malformed("\"\(name)\" is outside the file", at: base + at) }
    return member
  }

  /// Returns the three numbers that are in an extra field if 32 bits are too few for them.
  private func sizes() throws(IngestError) -> (stored: Int, full: Int, header: Int) {
    var full = ZipBytes.integer(bytes, at + 24, 4)
    var stored = ZipBytes.integer(bytes, at + 20, 4)
    var header = ZipBytes.integer(bytes, at + 42, 4)
    var large = largeField()
    func take(_ value: inout Int) throws(IngestError) {
      guard value == 0xffff_ffff else { return }
      guard large.count >= 8 else { throw file.malformed("a size is missing", at: base + at) }
      value = ZipBytes.integer(bytes, large.lowerBound, 8)
      large = large.lowerBound + 8..<large.upperBound
    }
    try take(&full)
    try take(&stored)
    try take(&header)
    return (stored, full, header)
  }

  /// Returns the content of the field of 64-bit sizes; empty if there is none.
  private func largeField() -> Range<Int> {
    var place = at + 46 + nameCount
    let end = place + extraCount
    while place + 4 <= end {
      let count = ZipBytes.integer(bytes, place + 2, 2)
      let content = place + 4..<min(place + 4 + count, end)
      if ZipBytes.integer(bytes, place, 2) == 1 { return content }
      place += 4 + count
    }
    return place..<place
  }
}

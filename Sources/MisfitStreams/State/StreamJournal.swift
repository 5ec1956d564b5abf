import MisfitCore

/// The input since the last state, so that a killed program continues where it was.
///
/// A frame is written before the results of its rows: its length, a checksum, the position in the input after
/// it, and the bytes of the rows. An incomplete last frame is dropped: its rows have no results yet.
package final class StreamJournal {
  /// A part of the input.
  package struct Frame {
    /// The position in the input after the rows.
    package var position: Int
    /// The rows.
    package var bytes: [UInt8]

    /// Creates a frame.
    package init(position: Int, bytes: [UInt8]) {
      self.position = position
      self.bytes = bytes
    }
  }

  private let file: ByteFile
  /// The number of bytes so far.
  package private(set) var byteCount: Int

  private static let headerByteCount = 24

  private init(_ file: ByteFile, byteCount: Int) {
    self.file = file
    self.byteCount = byteCount
  }

  /// Begins an empty journal that belongs to the state with the same number.
  ///
  /// - Throws: ``FileError``.
  package static func begin(_ path: String, number: UInt64) throws(FileError) -> StreamJournal {
    let file = try ByteFile.updating(path)
    try file.truncate(toByteCount: 0)
    try file.write(LittleEndian.bytes(number), atByteOffset: 0)
    return StreamJournal(file, byteCount: 8)
  }

  /// Returns the complete frames of the journal that belongs to a state; none if it belongs to another.
  ///
  /// - Throws: ``FileError``.
  package static func frames(_ path: String, number: UInt64) throws -> [Frame] {
    guard let size = FileSystem.status(of: path)?.size, size >= 8 else { return [] }
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 1 << 20, appendingTo: &bytes) > 0 {}
    guard bytes.count >= 8, LittleEndian.integer(bytes, at: 0) == number else { return [] }
    var frames: [Frame] = []
    var start = 8
    while bytes.count - start >= headerByteCount {
      let length = LittleEndian.integer(bytes, at: start)
      guard length <= UInt64(bytes.count - start - headerByteCount) else { break }
      let content = Array(bytes[start + headerByteCount..<start + headerByteCount + Int(length)])
      let position = LittleEndian.integer(bytes, at: start + 16)
      guard LittleEndian.integer(bytes, at: start + 8) == checksum(content, position), position < 1 << 62
      else {
        break
      }
      frames.append(Frame(position: Int(position), bytes: content))
      start += headerByteCount + content.count
    }
    return frames
  }

  /// Appends a frame.
  ///
  /// - Throws: ``FileError``.
  package func append(_ frame: Frame) throws(FileError) {
    let position = UInt64(frame.position)
    var bytes = LittleEndian.bytes(UInt64(frame.bytes.count))
    bytes += LittleEndian.bytes(Self.checksum(frame.bytes, position))
    bytes += LittleEndian.bytes(position)
    bytes += frame.bytes
    try file.write(bytes, atByteOffset: byteCount)
    byteCount += bytes.count
  }

  /// Returns the FNV-1a hash of a frame.
  private static func checksum(_ bytes: [UInt8], _ position: UInt64) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ position
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return hash
  }
}

import MisfitCore

/// Reads the messages of an Arrow stream, or of a file, which is a stream between other bytes.
final class ArrowMessageReader {
  /// The name of the data in messages.
  let name: String
  /// The maximum number of bytes of a body.
  let byteLimit: Int
  /// The number of bytes before the message that was read last.
  private(set) var messageOffset = 0
  private let reader: any ByteReader
  private let isFile: Bool
  private var byteOffset = 0

  private static let metadataByteLimit = 1 << 28

  /// Begins a pass over the bytes of a stream or a file.
  ///
  /// - Throws: ``IngestError``.
  init(_ reader: any ByteReader, name: String, byteLimit: Int) throws(IngestError) {
    self.reader = reader
    self.name = name
    self.byteLimit = byteLimit
    let mark = try Self.first(4, of: reader)
    isFile = mark.starts(with: ArrowFile.magic.prefix(4))
    byteOffset = mark.count
    if isFile {
      _ = try take(4)
    } else {
      pending = mark
    }
  }

  /// The bytes of the first message's mark, which were read to tell a stream from a file.
  private var pending: [UInt8] = []

  private static func first(_ count: Int, of reader: any ByteReader) throws(IngestError) -> [UInt8] {
    var bytes = Array(repeating: UInt8(0), count: count)
    var filled = 0
    while filled < count {
      let more = try reader.read(into: &bytes, startingAt: filled)
      if more == 0 { break }
      filled += more
    }
    return Array(bytes[..<filled])
  }

  /// Returns the next message, whose body has to be taken before another one is read; nil at the end.
  ///
  /// - Throws: ``IngestError``.
  func next() throws(IngestError) -> ArrowMessage? {
    messageOffset = byteOffset - pending.count
    let mark = pending.isEmpty ? try Self.first(4, of: reader) : pending
    byteOffset = messageOffset + mark.count
    pending = []
    // A stream may end without a mark, a file may not.
    if mark.isEmpty, !isFile { return nil }
    guard mark.count == 4 else { throw truncated(at: messageOffset + 8) }
    guard mark == [255, 255, 255, 255] else { throw malformed("no message begins here") }
    let count = Self.integer(try take(4))
    guard count > 0 else {
      guard count == 0 else { throw malformed("a message of \(count) bytes") }
      return nil
    }
    guard count <= Self.metadataByteLimit else { throw malformed("a message of \(count) bytes") }
    let metadata = try take(Int(count))
    do throws(FlatProblem) {
      return try ArrowMessage(metadata)
    } catch { throw malformed("the metadata of a message contradicts itself") }
  }

  private static func integer(_ bytes: [UInt8]) -> Int32 {
    Int32(bitPattern: bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
  }

  /// Returns the body of a message.
  ///
  /// - Throws: ``IngestError``, also if it takes more memory than the limit.
  func body(of message: ArrowMessage) throws(IngestError) -> [UInt8] {
    guard message.bodyByteCount <= byteLimit else { throw tooLarge(message.bodyByteCount) }
    return try take(message.bodyByteCount)
  }

  /// Returns the next bytes.
  ///
  /// Memory grows with the bytes that are there, whatever their number is said to be.
  private func take(_ count: Int) throws(IngestError) -> [UInt8] {
    var bytes: [UInt8] = []
    var filled = 0
    while filled < count {
      if filled == bytes.count {
        bytes += Array(repeating: 0, count: min(count - filled, max(1 << 20, filled)))
      }
      let more = try reader.read(into: &bytes, startingAt: filled)
      guard more > 0 else { throw truncated(at: byteOffset + count, found: byteOffset + filled) }
      filled += more
    }
    byteOffset += count
    return bytes
  }

  private func truncated(at end: Int, found: Int? = nil) -> IngestError {
    IngestError(
      .truncated(expectedBytes: end, foundBytes: found ?? byteOffset), at: InputPosition(source: name))
  }

  /// Returns an error at the message that was read last.
  func malformed(_ detail: String) -> IngestError {
    IngestError(.malformedArrow(detail), at: InputPosition(source: name, byteOffset: messageOffset))
  }

  /// Returns an error for a batch that takes more memory than the limit.
  func tooLarge(_ byteCount: Int) -> IngestError {
    IngestError(
      .arrowBatchTooLarge(byteCount: byteCount, limitBytes: byteLimit),
      at: InputPosition(source: name, byteOffset: messageOffset))
  }
}

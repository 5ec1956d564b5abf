/// The body of a message: its buffers, which are decompressed when they are asked for.
struct ArrowBody {
  /// The reason why a buffer cannot be returned.
  enum Problem: Error {
    case contradiction(String)
    case damaged(CompressionFormat)
    case noDecompressor(CompressionFormat)
    case tooLarge(Int)
  }

  private let header: ArrowBatchHeader
  private let bytes: [UInt8]
  /// The bytes as a buffer that others are views of; nil if they are compressed.
  private let whole: ArrowBuffer?
  private let byteLimit: Int
  private var decoder: LibraryDecoder?
  private var decodedByteCount = 0

  /// Creates a body; buffers together are decompressed to at most `byteLimit` bytes.
  init(_ header: ArrowBatchHeader, _ bytes: [UInt8], byteLimit: Int) {
    self.header = header
    self.bytes = bytes
    self.byteLimit = byteLimit
    whole = header.compression == nil ? ArrowBuffer(bytes) : nil
  }

  /// Returns a buffer by its index.
  mutating func buffer(_ index: Int) throws(Problem) -> ArrowBuffer {
    guard 2 * index + 1 < header.buffers.count else { throw .contradiction("its number of buffers") }
    let (offset, count) = (header.buffers[2 * index], header.buffers[2 * index + 1])
    guard offset >= 0, count >= 0, count <= bytes.count, offset <= Int64(bytes.count) - count else {
      throw .contradiction("the place of a buffer")
    }
    let range = Int(offset)..<Int(offset + count)
    if let whole { return whole.part(range) }
    guard let format = header.compression, !range.isEmpty else { return .empty }
    guard range.count >= 8 else { throw .contradiction("the size of a buffer") }
    let prefix = bytes[range.prefix(8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let size = Int64(bitPattern: prefix)
    let content = range.dropFirst(8)
    // Buffers that compression would not make smaller are plain.
    if size == -1 {
      try reserve(content.count)
      return ArrowBuffer(Array(bytes[content]))
    }
    guard size >= 0, size < 1 << 48 else { throw .contradiction("the size of a buffer") }
    try reserve(Int(size))
    return ArrowBuffer(try decompressed(content, byteCount: Int(size), format))
  }

  private mutating func reserve(_ byteCount: Int) throws(Problem) {
    decodedByteCount += byteCount
    guard decodedByteCount <= byteLimit else { throw .tooLarge(decodedByteCount) }
  }

  /// Returns exactly `byteCount` bytes; memory grows with what was decompressed.
  private mutating func decompressed(
    _ range: Range<Int>, byteCount: Int, _ format: CompressionFormat
  ) throws(Problem) -> [UInt8] {
    if let decoder {
      guard decoder.reset() else { throw .damaged(format) }
    } else {
      guard let decoder = LibraryDecoder(format) else { throw .noDecompressor(format) }
      self.decoder = decoder
    }
    guard let decoder else { throw .noDecompressor(format) }
    var input = range
    // A byte more than is stated, so that the decoder never lacks room for the end.
    var output = Array(repeating: UInt8(0), count: min(byteCount, 1 << 20) + 1)
    var room = 0..<output.count
    while true {
      let before = (input, room)
      switch decoder.decode(bytes, &input, into: &output, &room) {
      case .streamEnded:
        guard room.lowerBound == byteCount else { throw .contradiction("the size of a buffer") }
        output.removeLast(output.count - byteCount)
        return output
      case .running:
        guard room.lowerBound <= byteCount else { throw .contradiction("the size of a buffer") }
        if room.isEmpty {
          let more = min(output.count, byteCount + 1 - output.count)
          output += Array(repeating: 0, count: more)
          room = room.lowerBound..<output.count
        } else if (input, room) == before {
          throw .damaged(format)
        }
      case .damaged, .needsMemory: throw .damaged(format)
      }
    }
  }
}

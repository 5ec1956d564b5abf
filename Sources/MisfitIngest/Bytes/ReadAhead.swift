import MisfitCore

/// Blocks of a byte reader, each read while the one before it is in use.
///
/// Reading and decompression so overlap with parsing. One thread a block: making one costs about 20
/// microseconds, parsing a block a hundred times that; and a reader that is dropped leaves no thread waiting.
final class ReadAhead {
  private let reader: any ByteReader
  private let blockByteCount: Int
  private var task: BackgroundTask<Block, IngestError>?
  private var isAtEnd = false

  struct Block: Sendable {
    var bytes: [UInt8]
    var count: Int
  }

  static let defaultBlockByteCount = 1 << 19

  init(_ reader: any ByteReader, blockByteCount: Int = defaultBlockByteCount) {
    self.reader = reader
    self.blockByteCount = blockByteCount
  }

  /// Exchanges `block` for the next one; false at the end.
  func next(_ block: inout Block) throws(IngestError) -> Bool {
    guard !isAtEnd else { return false }
    let next: Block
    if let task { next = try task.value() } else { next = try Self.read(reader, into: [], blockByteCount) }
    task = nil
    guard next.count > 0 else {
      isAtEnd = true
      return false
    }
    let spare = block.bytes
    block = next
    task = BackgroundTask { [reader, blockByteCount] () throws(IngestError) in
      try Self.read(reader, into: spare, blockByteCount)
    }
    return true
  }

  private static func read(
    _ reader: any ByteReader, into spare: consuming [UInt8], _ byteCount: Int
  ) throws(IngestError) -> Block {
    var bytes = spare.count == byteCount ? spare : Array(repeating: 0, count: byteCount)
    let count = try reader.read(into: &bytes, startingAt: 0)
    return Block(bytes: bytes, count: count)
  }
}

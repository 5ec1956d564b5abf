import MisfitCore

/// Bytes in the amounts that a binary format needs, read ahead.
final class ByteCursor {
  let name: String
  /// The number of bytes returned so far.
  private(set) var byteOffset = 0
  private let blocks: BlockReader
  private var block = BlockReader.Block(bytes: [], count: 0)
  private var position = 0

  init(_ reader: any ByteReader, name: String) {
    self.name = name
    blocks = BlockReader(reader, headroom: 0)
  }

  /// Overwrites the first `count` of `bytes`, and returns the number of bytes read; fewer only at the end.
  func read(_ count: Int, into bytes: inout [UInt8]) throws(IngestError) -> Int {
    var done = 0
    while done < count {
      if try isAtEnd() { break }
      let part = min(count - done, block.count - position)
      bytes.replaceSubrange(done..<done + part, with: block.bytes[position..<position + part])
      position += part
      done += part
    }
    byteOffset += done
    return done
  }

  /// Returns whether all bytes were read.
  func isAtEnd() throws(IngestError) -> Bool {
    guard position == block.count else { return false }
    blocks.store.giveBack(block.bytes)
    block = try blocks.next() ?? BlockReader.Block(bytes: [], count: 0)
    position = 0
    return block.count == 0
  }
}

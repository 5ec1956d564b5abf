import MisfitCore

/// Reads blocks of bytes on a thread of its own while the ones before are in use.
///
/// Reading and decompression thus overlap with parsing. Each block has room before its bytes for the rest of
/// the block before it.
final class BlockReader {
  /// A block that the thread is reading.
  private final class Slot: @unchecked Sendable {
    var bytes: [UInt8] = []
    var count = 0
  }

  /// A block that was read: `bytes[headroom ..< headroom + count]`, and room for one more byte.
  struct Block {
    var bytes: [UInt8]
    var count: Int
  }

  static let defaultBlockByteCount = 1 << 19

  let headroom: Int
  /// The store that blocks return their memory to.
  let store: ByteBlockStore
  private let slots: ReadAhead<Slot>

  init(_ reader: any ByteReader, blockByteCount: Int = defaultBlockByteCount, headroom: Int = 1 << 14) {
    self.headroom = headroom
    let store = ByteBlockStore(byteCount: headroom + blockByteCount + 1)
    self.store = store
    slots = ReadAhead(slots: [Slot(), Slot()]) { slot in
      var bytes = store.take()
      bytes.removeLast()
      slot.count = try reader.read(into: &bytes, startingAt: headroom)
      bytes.append(0)
      slot.bytes = bytes
      return slot.count > 0
    }
  }

  deinit { slots.abandon() }

  /// Returns the next block; nil at the end.
  func next() throws(IngestError) -> Block? {
    let slot: Slot?
    do { slot = try slots.next() } catch let error as IngestError { throw error } catch {
      preconditionFailure("a byte reader throws errors of ingestion only")
    }
    guard let slot else { return nil }
    let block = Block(bytes: slot.bytes, count: slot.count)
    slot.bytes = []
    return block
  }
}

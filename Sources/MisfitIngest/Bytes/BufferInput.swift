/// Bytes in memory that are not copied, after a header of their own.
struct BufferInput: ByteInput {
  let name: String
  var header: [UInt8] = []
  let buffer: ArrowBuffer

  var byteCount: Int? { header.count + buffer.byteCount }

  func open() throws(IngestError) -> any ByteReader { PrependedReader(header, before: BufferReader(buffer)) }
}

/// One pass over bytes in memory.
private final class BufferReader: ByteReader, @unchecked Sendable {
  private let buffer: ArrowBuffer
  private var position = 0

  init(_ buffer: ArrowBuffer) { self.buffer = buffer }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    let count = buffer.copy(from: position, into: &bytes, startingAt: start)
    position += count
    return count
  }
}

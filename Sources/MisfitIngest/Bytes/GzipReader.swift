import MisfitCore

/// The content of gzip data: one member or several, zeros behind them passed over.
final class GzipReader: ByteReader, @unchecked Sendable {
  private let name: String
  private let compressed: any ByteReader
  private let inflater = Inflater()
  private var block: [UInt8] = Array(repeating: 0, count: 1 << 17)
  private var pending = 0..<0
  /// Compressed bytes before the block.
  private var blockOffset = 0
  private var isInsideMember = true
  private var isAtEnd = false

  init(_ compressed: any ByteReader, name: String) {
    self.compressed = compressed
    self.name = name
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    var room = start..<bytes.count
    while room.lowerBound == start, !isAtEnd {
      if pending.isEmpty { try refill() }
      if isAtEnd { break }
      if !isInsideMember, try !beginMember() { continue }
      switch inflater.inflate(block, &pending, into: &bytes, &room) {
      case .running: break
      case .memberEnded: isInsideMember = false
      case .damaged: throw error(.corruptedCompression)
      }
    }
    return room.lowerBound - start
  }

  private func refill() throws(IngestError) {
    blockOffset += pending.upperBound
    pending = 0..<(try compressed.read(into: &block, startingAt: 0))
    guard pending.isEmpty else { return }
    if isInsideMember { throw error(.truncatedCompression) }
    isAtEnd = true
  }

  /// Passes over padding; whether another member begins at the next pending byte.
  private func beginMember() throws(IngestError) -> Bool {
    while let first = pending.first, block[first] == 0 { pending.removeFirst() }
    guard let first = pending.first else { return false }
    guard block[first] == 0x1f else { throw error(.corruptedCompression) }
    inflater.reset()
    isInsideMember = true
    return true
  }

  private func error(_ kind: IngestError.Kind) -> IngestError {
    let byteOffset = blockOffset + pending.lowerBound
    return IngestError(kind, at: InputPosition(source: name, byteOffset: byteOffset))
  }
}

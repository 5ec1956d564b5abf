import MisfitCore

/// Decompresses one stream or several; zeros after them are skipped.
///
/// Memory is a block of compressed bytes and that of the decoder, however large the content is.
final class DecompressingReader: ByteReader, @unchecked Sendable {
  private let name: String
  private let compressed: any ByteReader
  private let format: CompressionFormat
  private let decoder: any StreamDecoder
  private var block: [UInt8] = Array(repeating: 0, count: 1 << 17)
  private var pending = 0..<0
  /// The number of compressed bytes before the block.
  private var blockOffset = 0
  private var isInsideStream = true
  private var isAtEnd = false
  /// Whether the decoder may have more output without further input.
  private var mayHoldOutput = false

  /// - Throws: ``IngestError`` if the library that reads the format is not installed.
  init(_ compressed: any ByteReader, _ format: CompressionFormat, name: String) throws(IngestError) {
    self.compressed = compressed
    self.format = format
    self.name = name
    if format.packages == nil {
      decoder = Inflater()
    } else if let library = LibraryDecoder(format) {
      decoder = library
    } else {
      let kind: IngestError.Kind =
        LibraryDecoder.isAvailable(for: format) ? .decompressionMemory(format) : .noDecompressor(format)
      throw IngestError(kind, at: InputPosition(source: name))
    }
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    var room = start..<bytes.count
    while room.lowerBound == start, !isAtEnd {
      if pending.isEmpty, !mayHoldOutput { try refill() }
      if isAtEnd { break }
      if !isInsideStream, try !beginStream() { continue }
      let outcome = decoder.decode(block, &pending, into: &bytes, &room)
      mayHoldOutput = room.isEmpty && outcome == .running
      switch outcome {
      case .running: break
      case .streamEnded: isInsideStream = false
      case .damaged: throw error(.corruptedCompression(format))
      case .needsMemory: throw error(.decompressionMemory(format))
      }
    }
    return room.lowerBound - start
  }

  private func refill() throws(IngestError) {
    blockOffset += pending.upperBound
    pending = 0..<(try compressed.read(into: &block, startingAt: 0))
    guard pending.isEmpty else { return }
    if isInsideStream { throw error(.truncatedCompression(format)) }
    isAtEnd = true
  }

  /// Skips padding; returns whether another stream begins at the next pending byte.
  private func beginStream() throws(IngestError) -> Bool {
    while let first = pending.first, block[first] == 0 { pending.removeFirst() }
    guard let first = pending.first else { return false }
    guard format.canBegin(with: block[first]) else { throw error(.corruptedCompression(format)) }
    guard decoder.reset() else { throw error(.decompressionMemory(format)) }
    isInsideStream = true
    return true
  }

  private func error(_ kind: IngestError.Kind) -> IngestError {
    let byteOffset = blockOffset + pending.lowerBound
    return IngestError(kind, at: InputPosition(source: name, byteOffset: byteOffset))
  }
}

import MisfitCore

/// The bytes of an input, decompressed if they begin like a compressed stream.
enum ByteStream {
  /// Begins a pass.
  static func open(
    _ input: any ByteInput
  ) throws(IngestError) -> (reader: any ByteReader, compression: CompressionFormat?) {
    let raw = try input.open()
    let head = try beginning(of: raw, byteCount: CompressionFormat.beginningByteCount)
    let whole = PrependedReader(head, before: raw)
    guard let found = CompressionFormat(beginning: head) else { return (whole, nil) }
    let format = input.isZipMember && found == .gzip ? .zip : found
    return (try DecompressingReader(whole, format, name: input.name), format)
  }

  /// Returns the first bytes, decompressed; fewer than `byteCount` only if there are no more.
  static func head(
    of input: any ByteInput, byteCount: Int
  ) throws(IngestError) -> (bytes: [UInt8], compression: CompressionFormat?) {
    if let head = input.keptHead() { return (head, nil) }
    // Data that cannot be compressed grows a little.
    var rawByteCount = byteCount + byteCount / 8 + 1024
    // An input that can be read only once is read as far as needed.
    while let raw = try input.streamedHead(atLeast: rawByteCount) {
      do throws(IngestError) {
        let (reader, compression) = try open(MemoryInput(name: input.name, bytes: raw))
        return (try beginning(of: reader, byteCount: byteCount), compression)
      } catch {
        // A block of bzip2 produces no output until it is complete.
        guard case .truncatedCompression = error.kind, raw.count >= rawByteCount else { throw error }
        rawByteCount *= 2
      }
    }
    let (reader, compression) = try open(input)
    return (try beginning(of: reader, byteCount: byteCount), compression)
  }

  private static func beginning(
    of reader: any ByteReader, byteCount: Int
  ) throws(IngestError) -> [UInt8] {
    var bytes: [UInt8] = Array(repeating: 0, count: min(byteCount, 1 << 12))
    var filled = 0
    while filled < byteCount {
      if filled == bytes.count {
        bytes += Array(repeating: 0, count: min(byteCount - filled, 3 * filled))
      }
      let count = try reader.read(into: &bytes, startingAt: filled)
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }
}

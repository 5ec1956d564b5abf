import MisfitCore

/// The bytes of an input, decompressed where they begin as gzip does.
enum ByteStream {
  /// Begins a pass.
  static func open(_ input: any ByteInput) throws(IngestError) -> (reader: any ByteReader, isCompressed: Bool)
  {
    let raw = try input.open()
    let head = try beginning(of: raw, byteCount: 2)
    let whole = PrependedReader(head, before: raw)
    guard head.starts(with: [0x1f, 0x8b]) else { return (whole, false) }
    return (GzipReader(whole, name: input.name), true)
  }

  /// The first bytes, decompressed; fewer than `byteCount` only where there are no more.
  static func head(
    of input: any ByteInput, byteCount: Int
  ) throws(IngestError) -> (bytes: [UInt8], isCompressed: Bool) {
    if let streamed = input as? StreamedInput {
      // Data that cannot be compressed grows a little in gzip.
      let raw = try streamed.head(atLeast: byteCount + byteCount / 8 + 1024)
      let reader = try open(MemoryInput(name: input.name, bytes: raw))
      return (try beginning(of: reader.reader, byteCount: byteCount), reader.isCompressed)
    }
    let (reader, isCompressed) = try open(input)
    return (try beginning(of: reader, byteCount: byteCount), isCompressed)
  }

  private static func beginning(
    of reader: any ByteReader, byteCount: Int
  ) throws(IngestError) -> [UInt8] {
    var bytes: [UInt8] = Array(repeating: 0, count: byteCount)
    var filled = 0
    while filled < byteCount {
      let count = try reader.read(into: &bytes, startingAt: filled)
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(byteCount - filled)
    return bytes
  }
}

import MisfitCore

/// A decoder of PNG images through libpng.
///
/// - 8-bit gray and RGB are decoded byte for byte: color management (`gAMA`, `iCCP`, ...) is ignored.
/// - 1, 2 and 4 bits are scaled to 0 ... 255; 16 bits are rounded to 8 (`v / 257`), except by
///   ``raster(bytes:path:)``, which keeps them.
/// - A palette becomes RGB, or gray if all its colors are gray.
/// - Opacity is composited on white, in the file's own encoding, as in browsers.
package enum PNGDecoder {
  /// Decodes an image in memory.
  ///
  /// `path` only names the image in errors.
  ///
  /// - Throws: ``ImageError`` with the byte offset at which the file is invalid.
  /// - Complexity: O(pixels); memory of up to about 5 bytes a pixel in addition to the result.
  package static func decode(bytes: [UInt8], path: String) throws(ImageError) -> Image {
    let file = try PNGChunks(bytes, path: path)
    let header = try file.header()
    let chunks = try file.all()
    try checkDataSize(of: file, header, chunks)
    let outcome = PNGCodec.decode(file.withoutColorManagement(chunks), in: header)
    switch outcome {
    case .success(let samples):
      return Image(
        height: header.height, width: header.width, channels: header.channels, pixels: samples)
    case .failure(let failure): throw damage(failure, in: file, chunks)
    }
  }

  /// Decodes an image in memory in its own precision: 16-bit samples keep all their bits.
  ///
  /// Opacity of 16 bits is composited on white in 16 bits.
  ///
  /// - Throws: ``ImageError``, as ``decode(bytes:path:)``.
  package static func raster(bytes: [UInt8], path: String) throws(ImageError) -> Raster {
    let file = try PNGChunks(bytes, path: path)
    let header = try file.header()
    guard header.bitDepth == 16 else { return Raster(try decode(bytes: bytes, path: path)) }
    let chunks = try file.all()
    try checkDataSize(of: file, header, chunks)
    switch PNGCodec.decodeDeep(file.withoutColorManagement(chunks), in: header) {
    case .success(let samples):
      return Raster(
        height: header.height, width: header.width, channels: header.channels, samples: .words(samples))
    case .failure(let failure): throw damage(failure, in: file, chunks)
    }
  }

  private static func damage(
    _ failure: PNGCodec.Failure, in file: PNGChunks, _ chunks: [PNGChunks.Chunk]
  ) -> ImageError {
    if failure.isMissing { return ImageError(.noLibrary(.png), at: InputPosition(source: file.path)) }
    if let damaged = chunks.first(where: { !file.isIntact($0) }) {
      return file.error(.corrupted("wrong checksum in \(damaged.name)"), at: damaged.start)
    }
    let data = chunks.first { $0.name == "IDAT" }?.start
    return ImageError(.corrupted(failure.message), at: InputPosition(source: file.path, byteOffset: data))
  }

  /// Decodes an image file.
  ///
  /// - Throws: ``ImageError``; the kind is `file` if the system refuses.
  package static func image(ofFile path: String) throws(ImageError) -> Image {
    let (file, beginning) = try open(path)
    var bytes = beginning
    while try readMore(of: file, into: &bytes) {}
    return try decode(bytes: bytes, path: path)
  }

  /// Reads only the header of a file, to find an image's size and channels without decoding it.
  ///
  /// - Throws: ``ImageError``.
  package static func header(ofFile path: String) throws(ImageError) -> PNGHeader {
    var (file, bytes) = try open(path)
    while true {
      let failure: ImageError
      do { return try header(bytes: bytes, path: path) } catch { failure = error }
      // Text or a color profile may precede the palette: continue while there is something to read.
      guard failure.kind == .truncated, try readMore(of: file, into: &bytes) else { throw failure }
    }
  }

  /// Reads the header of an image in memory, or of its beginning.
  ///
  /// - Throws: ``ImageError``.
  package static func header(bytes: [UInt8], path: String) throws(ImageError) -> PNGHeader {
    try PNGChunks(bytes, path: path).header()
  }

  private static func readMore(of file: ByteFile, into bytes: inout [UInt8]) throws(ImageError) -> Bool {
    do { return try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 } catch { throw ImageError(error) }
  }

  /// Opens a file and reads its beginning, so that a large file that is not a PNG is refused at once.
  private static func open(_ path: String) throws(ImageError) -> (ByteFile, [UInt8]) {
    var bytes: [UInt8] = []
    let file: ByteFile
    do { file = try ByteFile.reading(path) } catch { throw ImageError(error) }
    while bytes.count < PNGChunks.signature.count, try readMore(of: file, into: &bytes) {}
    _ = try PNGChunks(bytes, path: path)
    return (file, bytes)
  }

  /// Checks that there is enough data: Deflate compresses by 1,032 at most, so less data than that cannot
  /// contain the image, and no memory is spent on it.
  private static func checkDataSize(
    of file: PNGChunks, _ header: PNGHeader, _ chunks: [PNGChunks.Chunk]
  ) throws(ImageError) {
    let data = chunks.filter { $0.name == "IDAT" }
    guard let first = data.first else {
      throw file.error(.corrupted("it contains no image data (IDAT)"), at: chunks.last?.start ?? 0)
    }
    let compressed = data.reduce(0) { $0 + $1.dataRange.count }
    guard header.minimumRawByteCount / 1032 <= compressed else {
      throw file.error(.corrupted("too little data for its size"), at: first.start)
    }
  }
}

import MisfitCore

/// Bytes that can be read from the beginning.
protocol ByteInput: Sendable {
  /// The name in messages.
  var name: String { get }
  /// The number of bytes; nil if it is not known.
  var byteCount: Int? { get }

  /// The maximum size of this input after gzip decompression; nil if its own size is not known.
  var inflatedByteLimit: Int? { get }

  /// Whether ``open()`` can be called more than once.
  var canBeReadAgain: Bool { get }

  /// Whether the bytes are a member of a ZIP archive. Default: false.
  var isZipMember: Bool { get }

  /// The lines of the records in the original text. Default: nil, the text is read as it is.
  var recordLines: RecordLines? { get }

  /// Whether the bytes are lines of CSV after a header that were converted from another format. Default:
  /// false.
  var isWrittenTable: Bool { get }

  /// Returns the first bytes if opening the input would consume them. Default: nil.
  func keptHead() -> [UInt8]?

  /// Returns at least `byteCount` of the first bytes of a streamed input, or all of them, and keeps them for
  /// the pass.
  ///
  /// Default: nil, the input can be opened for a look.
  func streamedHead(atLeast byteCount: Int) throws(IngestError) -> [UInt8]?

  /// Returns a reader that begins at the first byte, without decompression.
  func open() throws(IngestError) -> any ByteReader
}

extension ByteInput {
  var canBeReadAgain: Bool { true }

  var isZipMember: Bool { false }

  var recordLines: RecordLines? { nil }

  var isWrittenTable: Bool { false }

  func keptHead() -> [UInt8]? { nil }

  func streamedHead(atLeast byteCount: Int) throws(IngestError) -> [UInt8]? { nil }

  var inflatedByteLimit: Int? {
    byteCount.map { count in
      let (limit, overflow) = count.multipliedReportingOverflow(by: SourceLimits.largestExpansion)
      return overflow ? .max : limit
    }
  }
}

/// One pass over bytes; it may be used by one thread at a time.
protocol ByteReader: AnyObject, Sendable {
  /// Reads at least one byte into `bytes` from `start` on, and returns their number; 0 at the end.
  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int
}

/// Opens files, pipes and standard input as sources of bytes.
enum ByteInputs {
  /// Opens a path, or standard input for `-`.
  ///
  /// A pipe or a device can be read only once, and is therefore spooled or streamed.
  ///
  /// - Throws: ``IngestError``.
  static func open(_ path: String, spools: Bool) throws(IngestError) -> any ByteInput {
    if path == "-" { return spools ? try SpooledInput.ofStandardInput() : StreamedInput(.standardInput) }
    guard let status = FileSystem.status(of: path), !status.isRegular, !status.isDirectory else {
      return FileInput(name: path)
    }
    let file: ByteFile
    do { file = try ByteFile.reading(path) } catch { throw IngestError(error) }
    return spools ? try SpooledInput(copying: file) : StreamedInput(file)
  }
}

/// A regular file.
struct FileInput: ByteInput {
  let name: String

  var byteCount: Int? { FileSystem.status(of: name).flatMap { $0.isRegular ? $0.size : nil } }

  func open() throws(IngestError) -> any ByteReader {
    do { return FileReader(try ByteFile.reading(name)) } catch { throw IngestError(error) }
  }
}

/// An open file or pipe, read from its current position.
final class FileReader: ByteReader {
  private let file: ByteFile

  init(_ file: ByteFile) { self.file = file }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    do { return try file.read(into: &bytes, startingAt: start) } catch { throw IngestError(error) }
  }
}

/// Bytes in memory, returned in chunks of a given size.
struct MemoryInput: ByteInput {
  let name: String
  let bytes: [UInt8]
  var pieceByteCount = Int.max

  var byteCount: Int? { bytes.count }

  func open() throws(IngestError) -> any ByteReader {
    MemoryReader(bytes, pieceByteCount: pieceByteCount)
  }
}

/// A pass over bytes in memory.
final class MemoryReader: ByteReader, @unchecked Sendable {
  private let bytes: [UInt8]
  private let pieceByteCount: Int
  private var position = 0

  init(_ bytes: [UInt8], pieceByteCount: Int) {
    self.bytes = bytes
    self.pieceByteCount = pieceByteCount
  }

  func read(into buffer: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    let count = min(bytes.count - position, buffer.count - start, pieceByteCount)
    buffer.replaceSubrange(start..<start + count, with: bytes[position..<position + count])
    position += count
    return count
  }
}

import MisfitCore
import Synchronization

/// A pipe or a device that is streamed: one pass, after a look at its beginning.
///
/// The bytes read to detect the format are kept for the pass.
final class StreamedInput: ByteInput {
  let byteCount: Int? = nil
  let canBeReadAgain = false
  private let file: ByteFile
  private let state = Mutex(State())

  private struct State {
    var head: [UInt8] = []
    var isAtEnd = false
    var isTaken = false
  }

  init(_ file: ByteFile) { self.file = file }

  var name: String { file.path }

  /// Returns the first `byteCount` bytes or a few more, which are kept for the pass.
  func streamedHead(atLeast byteCount: Int) throws(IngestError) -> [UInt8]? {
    try state.withLock { state throws(IngestError) in
      guard !state.isTaken else { throw IngestError(.streamIsGone, at: InputPosition(source: name)) }
      while state.head.count < byteCount, !state.isAtEnd {
        do throws(FileError) {
          state.isAtEnd = try file.read(upTo: 1 << 16, appendingTo: &state.head) == 0
        } catch { throw IngestError(error) }
      }
      return state.head
    }
  }

  func open() throws(IngestError) -> any ByteReader {
    let head = try state.withLock { state throws(IngestError) -> [UInt8] in
      guard !state.isTaken else { throw IngestError(.streamIsGone, at: InputPosition(source: name)) }
      state.isTaken = true
      defer { state.head = [] }
      return state.head
    }
    return PrependedReader(head, before: FileReader(file))
  }
}

/// Some bytes, followed by those of another reader.
final class PrependedReader: ByteReader, @unchecked Sendable {
  private let head: MemoryReader
  private let rest: any ByteReader

  init(_ head: [UInt8], before rest: any ByteReader) {
    self.head = MemoryReader(head, pieceByteCount: .max)
    self.rest = rest
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    let count = try head.read(into: &bytes, startingAt: start)
    return count > 0 ? count : try rest.read(into: &bytes, startingAt: start)
  }
}

/// A copy of the bytes of a pipe in an unnamed temporary file.
struct SpooledInput: ByteInput {
  let name: String
  let byteCount: Int?
  private let file: ByteFile

  private static let shared = Mutex<SpooledInput?>(nil)

  /// The copy of standard input, which can be read only once: made at the first call, and returned by all
  /// later ones.
  ///
  /// - Throws: ``IngestError``.
  static func ofStandardInput() throws(IngestError) -> SpooledInput {
    try shared.withLock { shared throws(IngestError) in
      if let shared { return shared }
      let spool = try SpooledInput(copying: .standardInput)
      shared = spool
      return spool
    }
  }

  /// Copies all bytes of a file.
  init(copying source: ByteFile) throws(IngestError) {
    name = source.path
    var block: [UInt8] = Array(repeating: 0, count: 1 << 18)
    var total = 0
    do { file = try .temporary() } catch { throw RowStore.failure(error) }
    while true {
      let count: Int
      do { count = try source.read(into: &block, startingAt: 0) } catch { throw IngestError(error) }
      if count == 0 { break }
      do { try unsafe file.write(block.span.extracting(first: count).bytes) } catch {
        throw RowStore.failure(error)
      }
      total += count
    }
    byteCount = total
  }

  func open() throws(IngestError) -> any ByteReader { SpoolReader(file) }
}

/// A pass over a copy; several may run at once, since each has its own position.
final class SpoolReader: ByteReader, @unchecked Sendable {
  private let file: ByteFile
  private var position = 0

  init(_ file: ByteFile) { self.file = file }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    do {
      let count = try file.read(into: &bytes, start, bytes.count - start, atByteOffset: position)
      position += count
      return count
    } catch { throw IngestError(error) }
  }
}

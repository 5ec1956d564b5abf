import CMisfit
import MisfitCore
import MisfitIngest
import Synchronization

/// An Arrow stream that was moved here; it is released with its last use.
@safe
final class ArrowStreamOwner: @unchecked Sendable {
  // A stream is read by one thread at a time.
  private let lock = Mutex(())
  private var stream: ArrowArrayStream
  private let name: String

  /// Moves a stream: the caller's structure is marked as released.
  init(moving source: UnsafeMutablePointer<ArrowArrayStream>, name: String) {
    unsafe stream = source.pointee
    unsafe source.pointee.release = nil
    self.name = name
  }

  deinit { unsafe stream.release?(&stream) }

  /// Returns the columns.
  ///
  /// - Throws: ``IngestError``.
  func fields(_ reader: ArrowImport) throws(IngestError) -> [ArrowField] {
    guard let getSchema = unsafe stream.get_schema else { throw failure(0) }
    var schema = unsafe ArrowSchema()
    let code = unsafe getSchema(&stream, &schema)
    guard code == 0 else { throw failure(code) }
    defer { unsafe schema.release?(&schema) }
    return try unsafe reader.fields(of: &schema)
  }

  /// Returns the next batch; nil at the end.
  ///
  /// - Throws: ``IngestError`` of the producer.
  func next(_ reader: ArrowImport, _ fields: [ArrowField]) throws(IngestError) -> ArrowBatch? {
    try lock.withLock { _ throws(IngestError) in
      guard let getNext = unsafe stream.get_next else { throw failure(0) }
      var array = unsafe ArrowArray()
      let code = unsafe getNext(&stream, &array)
      guard code == 0 else { throw failure(code) }
      guard unsafe array.release != nil else { return nil }
      return try reader.batch(unsafe ArrowOwner(moving: &array), of: fields)
    }
  }

  private func failure(_ code: Int32) -> IngestError {
    let text = code == 0 ? nil : unsafe stream.get_last_error?(&stream).map { unsafe String(cString: $0) }
    let detail = text.map { VisibleText.line($0) } ?? "code \(code)"
    return IngestError(problem: "the stream failed: \(detail)", at: InputPosition(source: name))
  }
}

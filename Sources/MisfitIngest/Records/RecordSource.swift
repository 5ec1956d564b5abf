import MisfitCore

/// A source of records, which can be read from the beginning several times.
///
/// A custom source implements ``name``, ``layout`` and ``makeReader()``; all other requirements have
/// defaults.
public protocol RecordSource: Sendable {
  /// The name of the source in messages.
  var name: String { get }
  /// The shape, the columns and the other properties of the records.
  var layout: RecordLayout { get }
  /// The paths of the files that the records are read from, in order.
  ///
  /// Default: the name alone.
  var filePaths: [String] { get }
  /// The identifiers of the images in a folder, one for each of ``filePaths``.
  ///
  /// Default: empty, no images.
  var imageIDs: [String] { get }

  /// Returns a reader that begins at the first record.
  ///
  /// - Throws: ``IngestError``; standard input that is not spooled begins only once.
  func makeReader() throws(IngestError) -> any RecordReader

  /// Returns a reader that does its own work, such as decoding images, on at most `threadCount` threads.
  ///
  /// The records do not depend on the number of threads. Default: ``makeReader()``.
  ///
  /// - Throws: ``IngestError`` as ``makeReader()``.
  func makeReader(threadCount: Int) throws(IngestError) -> any RecordReader

  /// Returns the source as a model with this schema reads it: with its columns in its order, images prepared.
  ///
  /// Columns are found by their names if both the source and the schema have names, otherwise by position.
  /// The default works for any source of numbers; sources of text and of images read their data again.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns, or if the samples have another shape.
  func fitted(to schema: Schema) throws(IngestError) -> any RecordSource
}

extension RecordSource {
  /// Default: the source is a file, or has a name only.
  public var filePaths: [String] { [name] }

  /// Default: the records are not images of a folder.
  public var imageIDs: [String] { [] }

  /// Default: the reader starts no threads.
  public func makeReader(threadCount: Int) throws(IngestError) -> any RecordReader { try makeReader() }

  /// Default: a selection of the columns.
  public func fitted(to schema: Schema) throws(IngestError) -> any RecordSource {
    let source = try ColumnSelection.of(self, for: schema)
    try schema.check(source.layout, of: name)
    return source
  }

  /// Returns the source as rows to learn from are read by this schema: in a table of numbers, a missing cell
  /// is an error.
  ///
  /// - Throws: ``IngestError`` as ``fitted(to:)``.
  package func fittedForLearning(to schema: Schema) throws(IngestError) -> any RecordSource {
    let source = try fitted(to: schema)
    return schema.table == nil ? source.cells?.requiringNumbers() ?? source : source
  }

  /// The source as a folder of images; nil for other data, and for images in arrays.
  ///
  /// The one cast to it: a requirement of the public protocol would ask every source for a folder.
  package var imageFolder: ImageFolderSource? { self as? ImageFolderSource }

  /// The number of bytes of the files that hold the records, as stored, compressed or not; nil for standard
  /// input, members of archives and generated rows.
  public var storedByteCount: Int? {
    guard imageIDs.isEmpty else {
      return filePaths.reduce(0) { $0 + (FileSystem.status(of: $1)?.size ?? 0) }
    }
    guard let status = FileSystem.status(of: name), status.isRegular else { return nil }
    return status.size
  }
}

/// One pass over the records of a source.
public protocol RecordReader: AnyObject {
  /// Replaces the content of `batch` by the next records, at most its capacity; returns false at the end.
  ///
  /// - Throws: ``IngestError`` at the first record that cannot be read. The content of the batch is then
  ///   unspecified.
  /// - Precondition: the batch was made for the source's layout.
  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool
}

extension RecordSource {
  /// Calls `body` with all records, one batch at a time; batches of wide records hold fewer than `capacity`.
  ///
  /// - Throws: ``IngestError``, and the errors of `body`.
  public func forEachBatch(
    ofUpTo capacity: Int = 1024, _ body: (borrowing RecordBatch) throws -> Void
  ) throws {
    let reader = try makeReader()
    var batch = RecordBatch(layout: layout, capacity: max(1, min(capacity, (1 << 22) / layout.width)))
    while try reader.readBatch(into: &batch) {
      // A batch is empty if all of its records are skipped.
      if batch.rowCount > 0 { try body(batch) }
    }
  }

  /// Calls `body` with all records, parsed on several threads; `body` runs on this one, in the order of the
  /// source.
  ///
  /// - Throws: ``IngestError``, and the errors of `body`.
  package func forEachBatch(
    ofUpTo capacity: Int, threadCount: Int, _ body: (borrowing RecordBatch) throws -> Void
  ) throws {
    let supply = try RecordSupply(self, threadCount: threadCount)
    let layout = layout
    let work = OrderedWork(
      slots: (0..<threadCount + 2).map { _ in RecordSlot(layout: layout, capacity: capacity) },
      threadCount: threadCount, fill: { try $0.take(from: supply) }, work: { slot, _ in try slot.read() })
    while let slot = try work.next() {
      if slot.records.rowCount > 0 || slot.records.contentHash != nil { try body(slot.records) }
    }
  }
}

import MisfitCore

/// Records that can be read from the beginning again and again.
public protocol RecordSource: Sendable {
  /// What messages call it.
  var name: String { get }
  /// What is known of its records.
  var layout: RecordLayout { get }

  /// Begins at the first record.
  ///
  /// - Throws: ``IngestError``; standard input that is not spooled begins only once.
  func makeReader() throws(IngestError) -> any RecordReader
}

/// One pass over the records of a source.
public protocol RecordReader: AnyObject {
  /// Replaces the content of `batch` by the next records, at most its capacity; false when there are none
  /// left.
  ///
  /// - Throws: ``IngestError`` at the first record that cannot be read. What the batch then holds is not specified.
  /// - Precondition: the batch was made for the source's layout.
  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool
}

extension RecordSource {
  /// Calls `body` with all records, a batch at a time; batches of wide records hold fewer than `capacity`.
  ///
  /// - Throws: ``IngestError``, and what `body` throws.
  public func forEachBatch(
    ofUpTo capacity: Int = 1024, _ body: (borrowing RecordBatch) throws -> Void
  ) throws {
    let reader = try makeReader()
    var batch = RecordBatch(layout: layout, capacity: max(1, min(capacity, (1 << 22) / layout.width)))
    while try reader.readBatch(into: &batch) {
      // Of a batch whose records are all skipped nothing is left.
      if batch.rowCount > 0 { try body(batch) }
    }
  }

  /// The same with the reading shared among threads; `body` is called on this one, in the order of the source.
  ///
  /// - Throws: ``IngestError``, and what `body` throws.
  package func forEachBatch(
    ofUpTo capacity: Int, threadCount: Int, _ body: (borrowing RecordBatch) throws -> Void
  ) throws {
    let supply = try RecordSupply(self)
    let layout = layout
    let work = OrderedWork(
      slots: (0..<threadCount + 2).map { _ in RecordSlot(layout: layout, capacity: capacity) },
      threadCount: threadCount, fill: { try $0.take(from: supply) }, work: { slot, _ in try slot.read() })
    while let slot = try work.next() {
      if slot.records.rowCount > 0 || slot.records.contentHash != nil { try body(slot.records) }
    }
  }
}

import MisfitCore

/// Records that were located but not parsed yet.
package protocol RecordChunk: Sendable {
  /// Replaces the content of `batch` by the records; called on any thread, for several chunks at once.
  ///
  /// - Throws: ``IngestError`` at the first record that cannot be read.
  func read(into batch: inout RecordBatch) throws(IngestError)
}

/// A reader that can locate records much faster than parse them, so that several threads can share the
/// parsing.
package protocol DivisibleReader: RecordReader {
  /// Returns the next records, `rowCount` of them unless fewer are left; nil at the end.
  ///
  /// Chunks may be parsed in any order; an error in one takes precedence over errors in later ones.
  ///
  /// - Throws: ``IngestError``.
  func takeChunk(ofUpTo rowCount: Int) throws(IngestError) -> (any RecordChunk)?
}

extension DivisibleReader {
  package func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    guard let chunk = try takeChunk(ofUpTo: batch.capacity) else {
      batch.reset(firstRecord: batch.firstRecord + batch.rowCount)
      return false
    }
    try chunk.read(into: &batch)
    return true
  }
}

/// A batch that one thread takes from a source and then parses, while other threads take theirs.
package final class RecordSlot: @unchecked Sendable {
  /// The records, once they are parsed; the memory is allocated at the first access.
  package private(set) lazy var records = RecordBatch(layout: layout, capacity: capacity)
  private var chunk: (any RecordChunk)?
  private let layout: RecordLayout
  private let capacity: Int

  package init(layout: RecordLayout, capacity: Int) {
    self.layout = layout
    self.capacity = capacity
  }

  /// Takes the next records; false at the end.
  package func take(from supply: RecordSupply) throws(IngestError) -> Bool {
    guard let reader = supply.reader as? any DivisibleReader else {
      return try supply.reader.readBatch(into: &records)
    }
    chunk = try reader.takeChunk(ofUpTo: capacity)
    return chunk != nil
  }

  /// Parses the records that were taken.
  package func read() throws(IngestError) {
    try chunk?.read(into: &records)
    chunk = nil
  }
}

/// A reader that several threads use, one at a time.
package final class RecordSupply: @unchecked Sendable {
  fileprivate let reader: any RecordReader

  /// Begins at the first record; a reader's own work takes at most `threadCount` threads.
  ///
  /// - Throws: ``IngestError`` if the source cannot be opened.
  package init(_ source: any RecordSource, threadCount: Int) throws(IngestError) {
    reader = try source.makeReader(threadCount: threadCount)
  }
}

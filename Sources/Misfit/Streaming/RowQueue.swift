import MisfitCore
import MisfitIngest
import Synchronization

/// Scores rows as they arrive, with one engine for all of them.
///
/// Rows are put in a queue that is the engine's source. The engine computes on the caller's thread, so that
/// it never waits for rows that have not arrived. One thread at a time may use it.
package final class RowQueue: @unchecked Sendable {
  private let source: QueueSource
  private let engine: SampleEngine

  /// Creates an engine for the rows of a detector, or for windows as rows.
  ///
  /// - Throws: the errors of scoring.
  package init(_ detector: Detector, batchCapacity: Int? = nil, takesCrossEntropy: Bool? = nil) throws {
    source = QueueSource(detector.record.schema)
    var scoring = Scoring(detector: detector, source: source)
    scoring.threadCount = 1
    scoring.batchCapacity = batchCapacity
    scoring.takesCrossEntropy = takesCrossEntropy
    engine = try SampleEngine(scoring)
  }

  /// Adds rows to the queue.
  ///
  /// - Precondition: they have the width of the model's records.
  package func append(_ rows: [TableRow]) { source.append(rows) }

  /// Returns the next batch of rows of the queue, valid until the next call.
  ///
  /// Call it only while rows are in the queue: the first call without them ends it.
  ///
  /// - Throws: ``IngestError``.
  package func next() throws -> ScoredBatch? { try engine.next() }
}

/// A source of rows that are added while it is read.
private final class QueueSource: RecordSource {
  let name = "rows"
  let layout: RecordLayout
  private let rows = Mutex<[TableRow]>([])

  init(_ schema: Schema) {
    layout = RecordLayout(shape: schema.shape, columns: schema.columnNames, namesAreGiven: true)
  }

  func append(_ added: [TableRow]) { rows.withLock { $0 += added } }

  func makeReader() throws(IngestError) -> any RecordReader { Reader(self) }

  private final class Reader: RecordReader {
    private let source: QueueSource
    private var readCount = 0

    init(_ source: QueueSource) { self.source = source }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: readCount + 1)
      let capacity = batch.capacity
      let taken = source.rows.withLock { rows in
        let taken = Array(rows.prefix(capacity))
        rows.removeFirst(taken.count)
        return taken
      }
      for row in taken { batch.append(row) }
      readCount += taken.count
      return !taken.isEmpty
    }
  }
}

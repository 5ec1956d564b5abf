import MisfitCore
import MisfitIngest
import Synchronization

/// The engines that score single rows for a detector, kept from row to row; several threads may use them.
final class RowScorers: Sendable {
  private struct State {
    /// The engines that no thread uses at the moment.
    var idle: [RowQueue] = []
    var reader: TableRowReader?
  }

  private let state = Mutex(State())

  /// Returns the score of one row, as the only record of a source.
  ///
  /// - Throws: ``IngestError``.
  func sample(of row: TableRow, _ detector: Detector) throws -> ScoredSample? {
    let kept = state.withLock { $0.idle.popLast() }
    // Another detector with the same model, since a detector keeps its engines.
    let queue =
      try kept ?? RowQueue(Detector(record: detector.record, model: detector.model), batchCapacity: 1)
    queue.append([row])
    guard var sample = try queue.next()?.sample(at: 0) else { return nil }
    (sample.record, sample.id, sample.title) = (1, "1", "row 1")
    state.withLock { state in
      if state.idle.count < WorkerPool.availableProcessorCount { state.idle.append(queue) }
    }
    return sample
  }

  /// Returns the reader of the cells of a table.
  func reader(_ table: TableSchema) -> TableRowReader {
    state.withLock { state in
      let reader = state.reader ?? TableRowReader(table)
      state.reader = reader
      return reader
    }
  }
}

extension Detector {
  /// The engines for single rows.
  var rowScorers: RowScorers { cache.value { RowScorers() } }

  /// Returns a row of numbers as the model reads it; nil if a source has to check and arrange it.
  func tableRow(_ row: [Float]) -> TableRow? {
    guard readsSingleRows, schema.table == nil, row.count == schema.width, row.allSatisfy(\.isFinite) else {
      return nil
    }
    return TableRow(row.map { Double($0) })
  }

  /// Returns a record as the model reads it; nil if a source has to read it.
  func tableRow(_ record: [String: CellValue]) -> TableRow? {
    guard readsSingleRows, !schema.columnNames.isEmpty else { return nil }
    guard let table = schema.table else {
      let values = schema.columnNames.compactMap { record[$0]?.number }
      return values.count == schema.width && values.allSatisfy(\.isFinite) ? TableRow(values) : nil
    }
    let reader = rowScorers.reader(table)
    var row = TableRow(Array(repeating: .nan, count: table.used.count))
    for (column, name) in reader.columns.enumerated() {
      guard let cell = record[name], cell != .missing else { continue }
      switch (table.used[column].kind, cell) {
      case (.numeric, .number(let number)), (.count, .number(let number)):
        guard !number.isInfinite else { return nil }
        row.values[column] = reader.value(number, column: column)
      case (.categorical, _), (.boolean, _):
        let text = cell.number.map(\.description) ?? cell.description
        guard reader.add(Array(text.utf8), to: &row, column: column) else { return nil }
      default: return nil
      }
    }
    return row
  }

  private var readsSingleRows: Bool {
    record.series == nil && targetSchema == nil && schema.shape.extents.count == 1
      && schema.preparation == nil
  }
}

import MisfitCore

/// A source of rows in memory.
public struct MemorySource: RecordSource {
  /// The name of the source in messages.
  public let name: String
  /// The shape, the columns and other properties of the records.
  public let layout: RecordLayout
  private let rows: [[Double]]
  private let ids: [String]
  private let labels: [String]

  /// Creates a source of rows of equal length.
  ///
  /// `columns`, `ids` and `labels` may be empty; columns are then numbered.
  ///
  /// - Throws: ``IngestError`` if there are no rows, rows have different lengths, or a value is not finite.
  /// - Precondition: `columns` has one name for each value of a row, `ids` and `labels` have one entry for
  ///   each row, or they are empty.
  public init(
    rows: [[Double]], columns: [String] = [], ids: [String] = [], labels: [String] = [], name: String = "rows"
  ) throws(IngestError) {
    guard let width = rows.first?.count, width > 0 else {
      throw IngestError(.empty, at: InputPosition(source: name))
    }
    precondition(columns.isEmpty || columns.count == width, "another number of names than of columns")
    precondition(ids.isEmpty || ids.count == rows.count, "another number of identifiers than of rows")
    precondition(labels.isEmpty || labels.count == rows.count, "another number of labels than of rows")
    self.name = name
    self.rows = rows
    self.ids = ids
    self.labels = labels
    layout = RecordLayout(
      shape: .row(width), columns: columns.isEmpty ? (0..<width).map(FeatureName.ofColumn) : columns,
      namesAreGiven: !columns.isEmpty, hasIDs: !ids.isEmpty, hasLabels: !labels.isEmpty, rowCount: rows.count)
    for (index, row) in rows.enumerated() {
      guard row.count == width else {
        let kind = IngestError.Kind.raggedRecord(expected: width, found: row.count)
        throw IngestError(kind, at: InputPosition(source: name, record: index + 1))
      }
      if let column = row.firstIndex(where: { !$0.isFinite }) {
        let place = InputPosition(source: name, record: index + 1, column: layout.columns[column])
        throw IngestError(.notFinite(row[column].description), at: place)
      }
    }
  }

  /// Creates a source of rows of equal length.
  ///
  /// `columns`, `ids` and `labels` may be empty; columns are then numbered.
  ///
  /// - Throws: ``IngestError`` if there are no rows, rows have different lengths, or a value is not finite.
  // Literals are doubles.
  @_disfavoredOverload
  public init(
    rows: [[Float]], columns: [String] = [], ids: [String] = [], labels: [String] = [], name: String = "rows"
  ) throws(IngestError) {
    try self.init(
      rows: rows.map { $0.map(Double.init) }, columns: columns, ids: ids, labels: labels, name: name)
  }

  /// Returns a reader that starts at the first row.
  public func makeReader() throws(IngestError) -> any RecordReader {
    MemoryRowReader(rows, ids, labels)
  }
}

/// One pass over rows in memory.
final class MemoryRowReader: RecordReader {
  private let rows: [[Double]]
  private let ids: [String]
  private let labels: [String]
  private var done = 0

  init(_ rows: [[Double]], _ ids: [String], _ labels: [String]) {
    self.rows = rows
    self.ids = ids
    self.labels = labels
  }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    batch.reset(firstRecord: done + 1)
    while done < rows.count, batch.rowCount < batch.capacity {
      batch.append(
        rows[done], id: ids.isEmpty ? nil : ids[done], label: labels.isEmpty ? nil : labels[done])
      done += 1
    }
    return batch.rowCount > 0
  }
}

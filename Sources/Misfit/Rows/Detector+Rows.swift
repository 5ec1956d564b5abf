import MisfitCore
import MisfitIngest

extension Detector {
  /// Returns the score of one row, with its reasons.
  ///
  /// Values are in the order of the columns that the detector was fitted on.
  ///
  /// - Throws: ``IngestError`` if the row has another number of values, or one that is not finite.
  public func score(_ row: [Float]) throws -> ScoredSample {
    if let row = tableRow(row), let sample = try rowScorers.sample(of: row, self) { return sample }
    return try sample(of: MemorySource(rows: [row], columns: [], name: "row"))
  }

  /// Returns the score of one record, with its reasons.
  ///
  /// Columns are found by name, and a column without a value has a missing cell. Names that the detector does
  /// not know are ignored.
  ///
  /// - Throws: ``IngestError`` if a value cannot be read as its column's kind, or a cell is missing for a
  ///   detector of numbers.
  public func score(_ record: [String: CellValue]) throws -> ScoredSample {
    if let row = tableRow(record), let sample = try rowScorers.sample(of: row, self) { return sample }
    return try sample(of: CSVSource(records: [record], columns: schema.columnNames, name: "record"))
  }

  /// Returns the score of one record of numbers, with its reasons; see
  /// ``score(_:)-([String:CellValue])``.
  ///
  /// - Throws: ``IngestError`` if a number does not fit its column, or a cell is missing for a detector of
  ///   numbers.
  public func score(_ record: [String: Double]) throws -> ScoredSample {
    try score(record.mapValues { CellValue.number($0) })
  }

  /// Returns the scores of rows that arrive one by one.
  ///
  ///     for try await sample in detector.scores(of: readings) where sample.isFlagged == true { … }
  public func scores<Rows: AsyncSequence & Sendable>(of rows: Rows) -> ScoredRows<Rows>
  where Rows.Element == [Float] {
    ScoredRows(detector: self, rows: rows)
  }

  private func sample(of source: any RecordSource) throws -> ScoredSample {
    guard record.series == nil else { throw SeriesError(.notOfRows(.score), source: source.name) }
    var scoring = try score(source)
    scoring.threadCount = 1
    scoring.batchCapacity = 1
    var sample: ScoredSample?
    try scoring.forEachBatch { sample = $0.sample(at: 0) }
    guard let sample else { throw IngestError(.empty, at: InputPosition(source: source.name)) }
    return sample
  }
}

/// The scores of rows that arrive one by one; see ``Detector/scores(of:)-(Rows)``.
public struct ScoredRows<Rows: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Rows.Element == [Float] {
  let detector: Detector
  let rows: Rows

  /// Returns an iterator that starts at the first row.
  public func makeAsyncIterator() -> Iterator {
    Iterator(detector: detector, rows: rows.makeAsyncIterator())
  }

  /// One pass over the rows.
  public struct Iterator: AsyncIteratorProtocol {
    let detector: Detector
    var rows: Rows.AsyncIterator
    var count = 0

    /// Returns the score of the next row, with the row's number as its identifier; nil at the end.
    ///
    /// - Throws: ``IngestError`` with the row's number, and the errors of the rows themselves.
    public mutating func next() async throws -> ScoredSample? {
      guard let row = try await rows.next() else { return nil }
      count += 1
      do {
        var sample = try detector.score(row)
        sample.record = count
        sample.id = String(count)
        sample.title = "row \(count)"
        return sample
      } catch var error as IngestError {
        error.position?.record = count
        throw error
      }
    }
  }
}

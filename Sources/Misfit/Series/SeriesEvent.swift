import MisfitCore

/// A time in which a series does not do what it has learned: flagged rows that follow each other.
public struct SeriesEvent: Sendable, Hashable {
  /// The name of the series; nil if all rows are of one.
  public var series: String?
  /// The times of its first row, of the row with the largest distance from what was expected, and of its last
  /// row, as text.
  public var start: String
  /// See ``start``.
  public var peak: String
  /// See ``start``.
  public var end: String
  /// The numbers of these rows in the source, from 1.
  public var startRecord: Int
  /// See ``startRecord``.
  public var peakRecord: Int
  /// See ``startRecord``.
  public var endRecord: Int
  /// The number of rows from start to end.
  public var rowCount: Int
  /// The largest score of its rows.
  public var score: Double
  /// The columns by their share of the distance at the peak, largest first; one with a value far from its
  /// neighbors in time is the first.
  public var columns: [Column]
  /// The rows among all scored rows in the order of time.
  package var rows: Range<Int>
  /// The index of the series.
  package var seriesIndex: Int

  /// A column at the peak of an event, in its own unit.
  public struct Column: Sendable, Hashable {
    /// The name of the column.
    public var name: String
    /// Its share of the squared distance, 0 to 1.
    public var share: Double
    /// Its value.
    public var value: Double
    /// The value that was expected.
    public var expected: Double
  }
}

extension Scoring {
  /// Returns the events of the source's series, in the order of series and time; empty if the model scores
  /// single rows.
  ///
  /// - Throws: ``IngestError``; another ``MisfitError``.
  public func events() throws -> [SeriesEvent] {
    let scoring = try scoringSeries()
    guard let result = scoring.series else { return [] }
    let decision = scoring.decision ?? detector.decision()
    return result.events { decision.flags($0) ?? false }
  }
}

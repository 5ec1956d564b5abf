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
  /// The columns by their share of the distance at the peak, largest first.
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

extension SeriesResult {
  /// The share of the largest squared error of a run that a row needs to be part of an event.
  private static let coreShare = 0.2

  /// Returns the events: what is flagged, without the rows around it that are flagged because they share a
  /// window with it.
  ///
  /// A run of flagged rows has an event for each group of its rows that are far from what was expected, at
  /// nearly half as far as the farthest; groups, and runs, less than a quarter of a window apart are one.
  package func events(flags: (Double) -> Bool) -> [SeriesEvent] {
    var events: [SeriesEvent] = []
    for (index, series) in rows.series.enumerated() {
      for segment in rows.segments where series.contains(segment.lowerBound) {
        for run in runs(in: segment, flags) {
          for group in groups(of: run) where group.contains(where: isOfSource) {
            events.append(event(group, of: index))
          }
        }
      }
    }
    return events
  }

  /// Whether a row is a record of the source, not one that fills a gap.
  private func isOfSource(_ row: Int) -> Bool { rows.records[row] >= 0 }

  /// The number of rows between which neighbors are one.
  private var reach: Int { max(1, windowLength / 4) }

  private func runs(in segment: Range<Int>, _ flags: (Double) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for row in segment where flags(scores.scores[row]) {
      if let last = runs.last, row - last.upperBound < reach {
        runs[runs.count - 1] = last.lowerBound..<row + 1
      } else {
        runs.append(row..<row + 1)
      }
    }
    return runs
  }

  private func groups(of run: Range<Int>) -> [Range<Int>] {
    let errors = run.map(squaredError)
    guard let largest = errors.max(), largest > 0 else { return [run] }
    var groups: [Range<Int>] = []
    for (row, error) in zip(run, errors) where error >= Self.coreShare * largest {
      if let last = groups.last, row - last.upperBound < reach {
        groups[groups.count - 1] = last.lowerBound..<row + 1
      } else {
        groups.append(row..<row + 1)
      }
    }
    return groups
  }

  private func event(_ group: Range<Int>, of series: Int) -> SeriesEvent {
    // Rows that fill gaps are no records.
    let held = group.filter(isOfSource)
    let peak = held.max { squaredError(ofRow: $0) < squaredError(ofRow: $1) } ?? group.lowerBound
    let (first, last) = (held.first ?? peak, held.last ?? peak)
    let parts = shares(ofRow: peak)
    let columns = parts.indices.sorted { (parts[$1], $0) < (parts[$0], $1) }.map { column in
      SeriesEvent.Column(
        name: columnNames[column], share: parts[column], value: value(ofRow: peak, column: column),
        expected: expected(ofRow: peak, column: column))
    }
    func number(_ row: Int) -> Int { rows.number(ofRow: row) ?? 0 }
    return SeriesEvent(
      series: name(ofSeries: series), start: timeText(ofRow: first), peak: timeText(ofRow: peak),
      end: timeText(ofRow: last), startRecord: number(first), peakRecord: number(peak),
      endRecord: number(last), rowCount: held.count,
      score: group.reduce(-.infinity) { max($0, scores.scores[$1]) }, columns: columns, rows: group,
      seriesIndex: series)
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

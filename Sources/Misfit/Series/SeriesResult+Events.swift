import MisfitCore

extension SeriesResult {
  /// The share of the largest squared error of a run that a row needs to be part of an event.
  private static let coreShare = 0.2
  /// The distance from the expected value, in widths of the band, that is far even beside a single outlier.
  private static let farFactor = 2.0

  /// Returns the events: what is flagged, without the rows around it that are flagged because they share a
  /// window with it.
  ///
  /// A run of flagged rows has an event for each group of its rows that are far from what was expected, at
  /// nearly half as far as the farthest; groups, and runs, less than a quarter of a window apart are one. A
  /// value far from its neighbors is an event of its own.
  package func events(flags: (Double) -> Bool) -> [SeriesEvent] {
    var events: [SeriesEvent] = []
    for (index, series) in rows.series.enumerated() {
      for segment in rows.segments(of: series) {
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
    let flagged = segment.filter { row in
      release(after: row)
      return flags(score(ofRow: row))
    }
    return Self.joined(flagged, reach)
  }

  /// Returns ascending rows as ranges; rows less than `reach` apart are in one.
  private static func joined(_ rows: [Int], _ reach: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for row in rows {
      if let last = ranges.last, row - last.upperBound < reach {
        ranges[ranges.count - 1] = last.lowerBound..<row + 1
      } else {
        ranges.append(row..<row + 1)
      }
    }
    return ranges
  }

  private func groups(of run: Range<Int>) -> [Range<Int>] {
    let outliers = hasOutliers ? run.filter { outlier(ofRow: $0) != nil } : []
    guard outliers.isEmpty else {
      let single = Self.joined(outliers, 1)
      return (single + lastingGroups(of: run)).sorted { $0.lowerBound < $1.lowerBound }
    }
    let errors = run.map(squaredError)
    guard let largest = errors.max(), largest > 0 else { return [run] }
    return Self.joined(zip(run, errors).filter { $1 >= Self.coreShare * largest }.map(\.0), reach)
  }

  /// Returns the groups of a run that last, and would be events without the single outliers in it.
  ///
  /// Windows with a single outlier flag all of their rows, and expect less well than others.
  private func lastingGroups(of run: Range<Int>) -> [Range<Int>] {
    guard let bands = record.bands else { return [] }
    let others = run.filter { outlier(ofRow: $0) == nil }
    let largest = others.reduce(0) { max($0, squaredError(ofRow: $1)) }
    let far = others.filter { row in
      squaredError(ofRow: row) >= Self.coreShare * largest
        && bands.indices.contains { column in
          let distance = value(ofRow: row, column: column) - expected(ofRow: row, column: column)
          return abs(distance) > Self.farFactor * bands[column]
        }
    }
    let least = max(3, reach)
    return Self.joined(far, reach).filter { far.count(where: $0.contains) >= least }
  }

  private func event(_ group: Range<Int>, of series: Int) -> SeriesEvent {
    // Rows that fill gaps are no records. An outlier within a lasting event is an event of its own.
    let isLasting = group.contains { isOfSource($0) && outlier(ofRow: $0) == nil }
    let held = group.filter { isOfSource($0) && !(isLasting && outlier(ofRow: $0) != nil) }
    let peak = peak(of: held) ?? group.lowerBound
    let (first, last) = (held.first ?? peak, held.last ?? peak)
    func number(_ row: Int) -> Int { rows.number(ofRow: row) ?? 0 }
    return SeriesEvent(
      series: name(ofSeries: series), start: timeText(ofRow: first), peak: timeText(ofRow: peak),
      end: timeText(ofRow: last), startRecord: number(first), peakRecord: number(peak),
      endRecord: number(last), rowCount: held.count,
      score: held.reduce(-.infinity) { max($0, score(ofRow: $1)) }, columns: columns(atPeak: peak),
      rows: group, seriesIndex: series)
  }

  /// Returns the row with the strongest outlier; without outliers, the one with the largest distance from
  /// what was expected.
  private func peak(of rows: [Int]) -> Int? {
    func strength(_ row: Int) -> Float { outlier(ofRow: row)?.strength ?? 0 }
    return rows.max { one, other in
      (strength(one), squaredError(ofRow: one)) < (strength(other), squaredError(ofRow: other))
    }
  }

  private func columns(atPeak peak: Int) -> [SeriesEvent.Column] {
    let parts = shares(ofRow: peak)
    let outlier = outlier(ofRow: peak)?.column
    let order = parts.indices.sorted { one, other in
      if (one == outlier) != (other == outlier) { return one == outlier }
      return (parts[other], one) < (parts[one], other)
    }
    return order.map { column in
      SeriesEvent.Column(
        name: columnNames[column], share: parts[column], value: value(ofRow: peak, column: column),
        expected: expected(ofRow: peak, column: column))
    }
  }
}

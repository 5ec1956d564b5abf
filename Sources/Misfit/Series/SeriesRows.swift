import MisfitCore
import MisfitIngest
import MisfitKernels

/// The rows of one or more series in the order of time, each stored once.
///
/// Shapes: R rows, of C encoded values each. Missing values are filled on the line between their neighbors.
final class SeriesRows: Sendable {
  /// The encoded values: [R, C].
  let values: Rows
  /// The index of each row among the records of the source; -1 for rows that fill a gap.
  let records: SeriesOrder
  /// The names of the series, in the order of their first rows; empty without names.
  let names: [String]
  /// The rows of each series.
  let series: [Range<Int>]
  /// The rows between two gaps of a series, over which windows may extend.
  let segments: [Range<Int>]
  /// The number of records of the source that were not skipped.
  let recordCount: Int
  /// The cells without a value: row times C plus column.
  let missing: MissingCells
  /// The numbers of these records in the source, from 1; empty if none was skipped.
  let numbers: [Int]
  /// The time of each row; empty if there is none.
  private let storedTimes: StoredDoubles

  init(
    values: Rows, records: SeriesOrder, times: StoredDoubles, names: [String], series: [Range<Int>],
    segments: [Range<Int>], recordCount: Int, missing: MissingCells = MissingCells(), numbers: [Int] = []
  ) {
    self.numbers = numbers
    self.values = values
    self.records = records
    storedTimes = times
    self.names = names
    self.series = series
    self.segments = segments
    self.recordCount = recordCount
    self.missing = missing
  }

  /// No rows.
  static let none = SeriesRows(
    values: Rows(count: 0, width: 1), records: [], times: StoredDoubles(count: 0), names: [], series: [],
    segments: [],
    recordCount: 0)

  /// Returns the number of a row's record in the source, from 1; nil for a row that fills a gap.
  func number(ofRow row: Int) -> Int? {
    let record = records[row]
    return record < 0 ? nil : numbers.isEmpty ? record + 1 : numbers[record]
  }

  /// The number of rows, R.
  var count: Int { records.count }

  /// Returns the time of a row, in seconds or in the column's unit; NaN if there is none.
  func time(ofRow row: Int) -> Double { storedTimes.isEmpty ? .nan : storedTimes[row] }

  /// Frees the memory of rows in a file, once for a number of rows; a pass calls it after each row.
  func release(after row: Int) {
    guard row % SeriesMemory.rowsPerRelease == 0 else { return }
    values.slice.buffer.release()
    storedTimes.release()
  }

  /// Returns the segments of a series.
  func segments(of series: Range<Int>) -> ArraySlice<Range<Int>> {
    let first = Self.firstIndex(in: segments) { $0.lowerBound >= series.lowerBound }
    return segments[first..<Self.firstIndex(in: segments) { $0.lowerBound >= series.upperBound }]
  }

  /// Returns the index of the series that a row belongs to.
  func series(ofRow row: Int) -> Int { Self.firstIndex(in: series) { $0.upperBound > row } }

  /// Returns the index of the first of ascending ranges for which `isRight` holds, as it does for all later
  /// ones; their number if there is none.
  private static func firstIndex(in ranges: [Range<Int>], where isRight: (Range<Int>) -> Bool) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if isRight(ranges[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Returns the index of each record's row: [number of records].
  func rowsOfRecords() -> SeriesOrder { records.inverted(recordCount: recordCount) }

  /// Returns the same rows with windows ending at the gaps of a record, and missing values filled within
  /// them.
  ///
  /// The values are those of these rows, which are not to be used afterwards.
  func cut(by record: SeriesRecord, _ findings: inout SeriesFindings) -> SeriesRows {
    (findings.splitCount, findings.joinedCount) = (0, 0)
    var segments: [Range<Int>] = []
    for series in series {
      var start = series.lowerBound
      for row in series.dropFirst() where ends(before: row, record, &findings) {
        segments.append(start..<row)
        start = row
      }
      release(after: 0)
      segments.append(start..<series.upperBound)
    }
    for segment in segments where !missing.isEmpty { fillMissing(in: segment) }
    return SeriesRows(
      values: values, records: records, times: storedTimes, names: names, series: series,
      segments: segments, recordCount: recordCount, missing: missing, numbers: numbers)
  }

  private func ends(before row: Int, _ record: SeriesRecord, _ findings: inout SeriesFindings) -> Bool {
    guard let step = record.step else { return false }
    let steps = (time(ofRow: row) - time(ofRow: row - 1)) / step
    guard steps > 1.5 else { return false }
    let isSplit = record.endsWindows(atGapOf: steps, windowLength: record.windows.length)
    if isSplit { findings.splitCount += 1 } else if record.gaps != .fill { findings.joinedCount += 1 }
    return isSplit
  }

  /// Replaces missing values on the line between the values before and after them; at the ends of a segment,
  /// by the nearest value; 0, the mean, if a column has none.
  private func fillMissing(in segment: Range<Int>) {
    let width = values.width
    let slice = values.slice
    func isMissing(_ row: Int, _ column: Int) -> Bool { missing.contains(row * width + column) }
    for column in 0..<width {
      var before: Int?
      var row = segment.lowerBound
      while row < segment.upperBound {
        guard isMissing(row, column) else {
          before = row
          row += 1
          continue
        }
        var after = row
        while after < segment.upperBound, isMissing(after, column) { after += 1 }
        let left = before.map { slice[$0 * width + column] }
        let right = after < segment.upperBound ? slice[after * width + column] : nil
        for missing in row..<after {
          let share = Float(missing - row + 1) / Float(after - row + 1)
          slice[missing * width + column] =
            switch (left, right) {
            case (let left?, let right?): left + (right - left) * share
            case (let value?, nil), (nil, let value?): value
            case (nil, nil): 0
            }
        }
        row = after
      }
    }
  }
}

/// Observations about the order and the times of rows, for notes.
struct SeriesFindings: Sendable, Hashable {
  /// The number of rows that came after a later one.
  var lateCount = 0
  /// The number of rows with the time of the row before.
  var repeatedCount = 0
  /// The number of rows without a time, which follow the row before them.
  var untimedCount = 0
  /// The number of gaps that end windows, and of those that do not.
  var splitCount = 0
  var joinedCount = 0
  /// The number of rows that fill gaps.
  var filledCount = 0
  /// The number of missing values, which are filled.
  var missingCount = 0
}

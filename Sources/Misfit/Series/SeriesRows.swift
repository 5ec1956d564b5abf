import MisfitCore
import MisfitIngest

/// The rows of one or more series in the order of time, each stored once.
///
/// Shapes: R rows, of C encoded values each. Missing values are filled on the line between their neighbors.
final class SeriesRows: Sendable {
  /// The encoded values: [R, C].
  let values: Rows
  /// The index of each row among the records of the source; -1 for rows that fill a gap.
  let records: [Int]
  /// The time of each row, in seconds or in the column's unit; NaN if there is none.
  let times: [Double]
  /// The names of the series, in the order of their first rows; empty without names.
  let names: [String]
  /// The rows of each series.
  let series: [Range<Int>]
  /// The rows between two gaps of a series, over which windows may extend.
  let segments: [Range<Int>]
  /// The number of records of the source that were not skipped.
  let recordCount: Int
  /// The numbers of these records in the source, from 1; empty if none was skipped.
  private let numbers: [Int]

  init(
    values: Rows, records: [Int], times: [Double], names: [String], series: [Range<Int>],
    segments: [Range<Int>], recordCount: Int, numbers: [Int] = []
  ) {
    self.numbers = numbers
    self.values = values
    self.records = records
    self.times = times
    self.names = names
    self.series = series
    self.segments = segments
    self.recordCount = recordCount
  }

  /// No rows.
  static let none = SeriesRows(
    values: Rows(count: 0, width: 1), records: [], times: [], names: [], series: [], segments: [],
    recordCount: 0)

  /// Returns the number of a row's record in the source, from 1; nil for a row that fills a gap.
  func number(ofRow row: Int) -> Int? {
    let record = records[row]
    return record < 0 ? nil : numbers.isEmpty ? record + 1 : numbers[record]
  }

  /// The number of rows, R.
  var count: Int { records.count }

  /// Returns whether others are the same rows in the same order.
  func isEqual(to other: SeriesRows) -> Bool {
    guard records == other.records, names == other.names, segments == other.segments,
      zip(times, other.times).allSatisfy({ $0.bitPattern == $1.bitPattern })
    else { return false }
    let (one, two) = (values.slice, other.values.slice)
    guard one.count == two.count else { return false }
    for index in 0..<one.count where one[index] != two[index] { return false }
    return true
  }

  /// Returns the index of each record's row: [number of records].
  func rowsOfRecords() -> [Int] {
    var rows = [Int](repeating: 0, count: recordCount)
    for (row, record) in records.enumerated() where record >= 0 { rows[record] = row }
    return rows
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

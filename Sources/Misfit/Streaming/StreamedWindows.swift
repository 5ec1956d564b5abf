import MisfitCore
import MisfitIngest
import MisfitModels

/// The latest window of each series of a stream, for a model of windows.
///
/// A row of a file is scored by all windows that hold it. A row of a stream has only the window that ends
/// with it, whose score is at most as large: p-values are then too large rather than too small.
package struct StreamedWindows {
  /// The model of the windows as rows, with the same calibration.
  package let detector: Detector
  /// The names of the columns that windows hold.
  package let columns: [String]
  /// The last rows of each series, encoded: at most a window.
  package private(set) var latest: [String: [Float]] = [:]
  private let record: SeriesRecord

  /// The number of floats in a window.
  package var width: Int { record.windows.width }

  /// Creates the windows of a model; nil if it scores single rows.
  ///
  /// `latest` continues an earlier run.
  package init?(_ detector: Detector, latest: [String: [Float]] = [:]) {
    guard let series = detector.record.series else { return nil }
    record = series
    columns = series.columnNames
    var inner = detector.record
    inner.series = nil
    self.detector = Detector(record: inner, model: detector.model)
    let limit = series.windows.length * columns.count
    self.latest = latest.filter { $0.value.count <= limit && $0.value.count % columns.count == 0 }
  }

  /// Adds a row, and returns its window; nil before the series has enough rows.
  ///
  /// A missing value is the last one of its column; a row before the first value of each column is ignored.
  package mutating func add(_ row: [Double], of series: String) -> [Double]? {
    var rows = latest[series] ?? []
    let count = columns.count
    let last = rows.count - count
    guard row.indices.allSatisfy({ row[$0].isFinite || last >= 0 }) else { return nil }
    let added = row.indices.map { row[$0].isFinite ? encoded(row[$0], column: $0) : rows[last + $0] }
    rows += added
    let limit = record.windows.length * count
    if rows.count > limit { rows.removeFirst(count) }
    latest[series] = rows
    return rows.count == limit ? window(rows) : nil
  }

  private func encoded(_ value: Double, column: Int) -> Float {
    let index = record.columns[column]
    guard let number = record.schema.table?.used[index].number else {
      return record.schema.encode(value, column: index)
    }
    return Float(number.encode(value))
  }

  /// Returns the values of a window, centered as the model has learned them.
  private func window(_ rows: [Float]) -> [Double] {
    var window = rows
    if record.windows.levelWeight != nil {
      let count = columns.count
      for column in 0..<count {
        let indices = stride(from: column, to: rows.count, by: count)
        let mean = indices.reduce(Float(0)) { $0 + rows[$1] } / Float(record.windows.length)
        for index in indices { window[index] -= mean }
        window.append(mean * record.windows.levelFactor)
      }
    }
    return window.map { Double($0) }
  }

  /// Returns the columns of a scored window with the largest errors, with the values of its last row and what
  /// was expected of them.
  package func reasons(of batch: ScoredBatch, at index: Int) -> [FeatureError] {
    let count = columns.count
    let values = batch.inputs[index * width..<(index + 1) * width].array
    let expected = batch.reconstructions[index * width..<(index + 1) * width].array
    let rowsEnd = record.windows.length * count
    var errors = [Double](repeating: 0, count: count)
    for place in 0..<rowsEnd {
      let difference = Double(values[place] - expected[place])
      errors[place % count] += difference * difference
    }
    let total = errors.reduce(0, +)
    let reasons = (0..<count).map { column in
      func last(_ window: [Float]) -> CellValue {
        let level =
          record.windows.levelWeight == nil ? 0 : window[rowsEnd + column] / record.windows.levelFactor
        return .number(record.decoded(window[rowsEnd - count + column] + level, column: column))
      }
      return FeatureError(
        feature: columns[column], share: total > 0 ? errors[column] / total : 0, value: last(values),
        expected: last(expected))
    }
    return reasons.sorted { $0.share > $1.share }
  }
}

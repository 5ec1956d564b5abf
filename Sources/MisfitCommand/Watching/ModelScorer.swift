import Misfit
import MisfitStreams

/// Scores rows by a model as they arrive, with one engine for the whole run.
final class ModelScorer {
  /// The score of one row.
  struct Score {
    var score: Double
    /// How often normal samples score at least this high.
    var pValue: Double
    /// The columns with the largest shares, for rows over the threshold.
    var reasons: [FeatureError] = []
  }

  let detector: Detector
  /// The columns of the model.
  let columns: [String]
  /// The reader of cells, for a model of a table with columns of several kinds.
  private let cells: TableRowReader?
  private let queue: RowQueue
  /// The windows of rows, for a model of series; nil for one of single rows.
  private(set) var windows: StreamedWindows?

  /// Whether the model reads cells, which may be missing.
  var readsCells: Bool { cells != nil }

  /// The columns of which the model reads cells, and whether these are numbers; empty for a model of windows.
  ///
  /// Those with numbers are read only if nothing else watches them.
  var cellColumns: [(name: String, hasNumbers: Bool)] {
    guard let cells else { return windows == nil ? columns.map { (name: $0, hasNumbers: true) } : [] }
    return zip(columns, cells.areNumbers).map { (name: $0, hasNumbers: $1) }
  }

  /// Loads a model of rows, or one of windows; `latest` continues the windows of an earlier run.
  ///
  /// - Throws: the errors of loading; ``ArgumentError`` if the model is not one of tables or has no
  ///   p-values.
  init(_ path: String, latest: [String: [Float]] = [:]) throws {
    detector = try Detector.load(path)
    windows = StreamedWindows(detector, latest: latest)
    columns = windows?.columns ?? detector.schema.columnNames
    cells = windows == nil ? detector.schema.table.map { TableRowReader($0) } : nil
    guard !columns.isEmpty, detector.schema.shape.imageExtents == nil, detector.targetSchema == nil else {
      throw ArgumentError(
        .conflict(
          "\(path) is not a model of a table",
          remedy: "give a model that was fitted on a table, without targets"))
    }
    guard detector.calibration.pValue(of: 0) != nil else {
      throw ArgumentError(
        .conflict("\(path) has no p-values", remedy: "calibrate it on normal rows: misfit calibrate"))
    }
    queue = try RowQueue(windows?.detector ?? detector, takesCrossEntropy: false)
  }

  /// Returns the columns of the model in a row of a stream: values by their index, or cells.
  func row(_ row: StreamRow, _ indices: [Int?]) -> TableRow {
    // Objects may have gained members since.
    var read = TableRow(indices.map { $0.flatMap { $0 < row.values.count ? row.values[$0] : nil } ?? .nan })
    guard let cells else {
      for (column, cell) in row.cells.enumerated() where indices[column] == nil {
        if let cell { read.values[column] = Self.number(cell) }
      }
      return read
    }
    for column in read.values.indices {
      read.values[column] = cells.value(read.values[column], column: column)
    }
    for (column, cell) in row.cells.enumerated() {
      if let cell { cells.add(cell, to: &read, column: column) }
    }
    return read
  }

  /// Returns the number in a cell; NaN if there is none.
  private static func number(_ cell: [UInt8]) -> Double {
    let text = String(decoding: cell, as: UTF8.self).drop { $0 == " " }
    return Double(text.prefix { $0 != " " }) ?? .nan
  }

  /// Returns the scores of rows.
  ///
  /// Nil for a row without a whole window, or with a missing value if the model is one of numbers. Rows with
  /// a p-value of at most `reasonLimit` have reasons.
  ///
  /// `series` has the name of the series of each row.
  /// - Throws: ``IngestError``.
  func scores(of rows: [TableRow], series: [String], reasonLimit: Double) throws -> [Score?] {
    let inputs = zip(rows, series).map { row, series -> TableRow? in
      if windows != nil { return windows?.add(row.values, of: series).map { TableRow($0) } }
      return readsCells || row.values.allSatisfy(\.isFinite) ? row : nil
    }
    queue.append(inputs.compactMap(\.self))
    var scores: [Score] = []
    let count = inputs.count { $0 != nil }
    while scores.count < count, let batch = try queue.next() {
      for index in 0..<batch.count {
        let score = batch.score(at: index)
        var row = Score(score: score, pValue: detector.calibration.pValue(of: score) ?? 1)
        if row.pValue <= reasonLimit {
          row.reasons = windows?.reasons(of: batch, at: index) ?? batch.sample(at: index).reasons
        }
        scores.append(row)
      }
    }
    var rest = scores[...]
    return inputs.map { $0 == nil ? nil : rest.popFirst() }
  }
}

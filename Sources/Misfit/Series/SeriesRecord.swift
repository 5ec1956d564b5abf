import MisfitCore
import MisfitIngest

/// What a model of series knows beside the model of its windows; saved in the model file.
package struct SeriesRecord: Sendable, Codable, Hashable {
  /// The columns of a row; the schema of the model itself is that of a window.
  package var schema: Schema
  /// The index of the column with the time; nil if rows are in the order of time.
  package var timeColumn: Int?
  /// The index of the column with the name of the series; nil if all rows are of one series.
  package var seriesColumn: Int?
  /// The indices of the columns of numbers that windows hold.
  package var columns: [Int]
  /// How windows are cut.
  package var windows: WindowShape
  /// What is done where rows are missing.
  package var gaps: SeriesGaps
  /// The time from one row to the next; nil if it is not regular, or there is no time.
  package var step: Double?
  /// The distance from the expected value that ``bandShare`` of the learned rows keep, for each of
  /// ``columns`` in its unit; nil in files of earlier versions.
  package var bands: [Double]?
  /// The check for single values far from their neighbors in time; nil if there is none.
  package var outliers: SeriesOutliers?

  /// The share of the learned rows that are within a band around their expected values.
  package static let bandShare = 0.95

  /// The names of the columns that windows hold.
  package var columnNames: [String] { columns.map(schema.featureName(at:)) }

  /// The input of each column of ``columns`` in an encoded row.
  package var inputs: [Int] { columns.map { schema.inputs(of: $0).lowerBound } }

  /// Returns whether windows end where the next row comes this many steps later.
  func endsWindows(atGapOf steps: Double, windowLength: Int) -> Bool {
    guard steps > 1.5 else { return false }
    return switch gaps {
    case .automatic: steps > Double(max(2, windowLength / 2))
    case .split: true
    case .join, .fill: false
    }
  }

  /// The names of the file; the first version of series.
  private enum CodingKeys: String, CodingKey {
    case schema = "rows"
    case timeColumn, seriesColumn, columns, windows, gaps, step, bands, outliers
  }

  /// Whether a file's record can be used.
  var isUsable: Bool {
    let indices = columns + [timeColumn, seriesColumn].compactMap(\.self)
    return !columns.isEmpty && Set(indices).count == indices.count
      && indices.allSatisfy { (0..<schema.width).contains($0) }
      && schema.shape.imageExtents == nil && windows.isUsable && windows.columnCount == columns.count
      && (step.map { $0 > 0 && $0.isFinite } ?? true)
      && (bands.map { $0.count == columns.count && $0.allSatisfy { $0 >= 0 && $0.isFinite } } ?? true)
      && (outliers?.isUsable(columnCount: columns.count) ?? true)
  }
}

/// The shape of windows, and how their values are made from rows.
package struct WindowShape: Sendable, Codable, Hashable {
  /// The number of rows in a window, L.
  package var length: Int
  /// The number of rows from the beginning of one window to that of the next.
  package var stride: Int
  /// The number of columns, C.
  package var columnCount: Int
  /// The weight of the windows' means, relative to their deviations from it; nil if values are not centered.
  ///
  /// A centered window holds each column's deviations from its mean in the window, followed by the means
  /// times ``levelFactor``: a repeated shape at another level is then near, but not equal.
  package var levelWeight: Float?

  /// The number of floats in a window: L * C, and C more if it is centered.
  package var width: Int { (length + (levelWeight == nil ? 0 : 1)) * columnCount }

  /// The factor of the means in a centered window; distances count them as `length` deviations times the
  /// weight.
  package var levelFactor: Float { (levelWeight ?? 1) * Float(length).squareRoot() }

  /// The maximum number of floats in a window.
  static let widthLimit = 1 << 20

  var isUsable: Bool {
    (2...Self.widthLimit).contains(length) && (1...length).contains(stride)
      && (1...Self.widthLimit).contains(columnCount) && width <= Self.widthLimit
      && (levelWeight.map { $0 > 0 && $0 <= 1 } ?? true)
  }
}

extension Detector {
  /// Throws if an operation works on single rows, and the model scores windows of them.
  ///
  /// - Throws: ``SeriesError``.
  package func checkScoresRows(for operation: OptionName) throws(SeriesError) {
    guard scoresWindows else { return }
    throw SeriesError(.notOfRows(operation), source: training.source)
  }

  /// The series whose windows the model scores, as text; nil if it scores single rows.
  package var seriesText: String? {
    record.series.map { series in
      var parts: [String] = []
      if let column = series.timeColumn { parts.append("by \"\(schema.featureName(at: column))\"") }
      if let column = series.seriesColumn {
        parts.append("a series each \"\(schema.featureName(at: column))\"")
      }
      parts.append("windows of \(series.windows.length) rows, one every \(series.windows.stride)")
      parts.append("of " + series.columnNames.prefix(8).joined(separator: ", "))
      return parts.joined(separator: ", ")
    }
  }
}

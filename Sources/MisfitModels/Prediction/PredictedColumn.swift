import MisfitCore

/// The inputs of a column whose cells are predicted from the other cells of their rows.
package struct PredictedColumn: Sendable, Hashable, Codable {
  /// The content of the column's cells.
  package enum Kind: String, Sendable, Hashable, Codable {
    case numbers
    case yesOrNo
    case levels
  }

  /// The content of the cells.
  package var kind: Kind
  /// The first input.
  package var start: Int
  /// The number of inputs, without an indicator of missing cells.
  package var count: Int

  /// The inputs.
  var inputs: Range<Int> { start..<start + count }

  /// The number of features of its cells, see ``PredictedFeatures``; 0 instead for a constant number.
  var featureCount: Int {
    switch kind {
    case .numbers: count + 1
    case .yesOrNo: 2
    case .levels: count
    }
  }

  init(_ cell: TableCell) {
    switch cell.kind {
    case .numbers: kind = .numbers
    case .yesOrNo: kind = .yesOrNo
    case .levels: kind = .levels
    }
    (start, count) = (cell.inputs.lowerBound, cell.inputs.count)
  }

  /// Whether columns from a file can be used: their inputs ascend, and are those of rows of a width.
  package static func areUsable(_ columns: [PredictedColumn], width: Int) -> Bool {
    var end = 0
    for column in columns {
      guard column.start >= end, column.count >= 1, column.count <= width - column.start,
        column.kind != .yesOrNo || column.count == 1
      else { return false }
      end = column.start + column.count
    }
    return !columns.isEmpty
  }
}

/// The part of a model's score that measures how well cells are predicted, in a model file.
package struct CellPredictions: Sendable, Hashable, Codable {
  /// The columns.
  package var columns: [PredictedColumn]
  /// The mean cost of each column's cells in the learned rows.
  package var expectedCosts: [Double]
  /// The standardization of the score.
  package var score: LogScore

  /// Whether the predictions of a file can be used for rows of a width.
  package func areUsable(width: Int) -> Bool {
    PredictedColumn.areUsable(columns, width: width) && expectedCosts.count == columns.count
      && expectedCosts.allSatisfy { $0.isFinite && $0 >= 0 } && score.isUsable
  }
}

/// The state of a cell in a row of a table.
package enum CellState: Sendable {
  /// The cell has a value of a kind that training had.
  case known
  /// The cell has no value, as some cells of its column in training.
  case missing
  /// The cell has an unknown level, or no value in a column that had one in every training row.
  case unseen
}

/// A cell in the rows of a table: its inputs, its state, and what a wrong reconstruction costs.
///
/// Rows are floats alone, and carry the state of a cell in its inputs. Only ``state(in:)`` and
/// ``TableCells`` read it from them:
/// - A missing cell has 1 in its indicator or, without an indicator, NaN in its first input.
/// - An unseen number or date has ``far`` in its first input, which is beyond all values of training. A
///   number that is encoded as exactly this float counts as unseen, too.
/// - An unseen level has more than ``unseenLevel`` in its last input.
package struct TableCell: Sendable, Hashable {
  /// The content of a cell.
  package enum Kind: Sendable, Hashable {
    case numbers
    case yesOrNo
    case levels
  }

  /// The content of the cell.
  package let kind: Kind
  /// The inputs of the cell, without the indicator.
  package let inputs: Range<Int>
  /// The input that is 1 if the cell is missing; nil for none.
  package let indicator: Int?
  /// The weight of the cost, chosen so that a column predicted without information costs about 1.
  package let factor: Double
  /// The negative logarithm of the probability of an unseen cell.
  package let surprise: Double
  /// The first input of an unseen number; nil for levels, and in a column that had missing cells in training.
  package let far: Float?
  /// The inputs that replace an unseen cell, so that it does not distort the reconstruction of other cells;
  /// empty leaves the cell unchanged.
  package let neutral: [Float]

  /// The number above which the last input of a cell of levels marks an unseen one.
  package static let unseenLevel: Float = 2

  /// Creates a cell; `far` is ignored for levels.
  package init(
    _ kind: Kind, inputs: Range<Int>, indicator: Int? = nil, factor: Double = 1, surprise: Double = 0,
    far: Float? = nil, neutral: [Float] = []
  ) {
    self.kind = kind
    self.inputs = inputs
    self.indicator = indicator
    self.factor = factor
    self.surprise = surprise
    self.far = kind == .numbers ? far : nil
    self.neutral = neutral
  }

  /// Returns the state of the cell in a row, [E].
  package func state(in row: Span<Float>) -> CellState {
    if row[inputs.lowerBound].isNaN { return .missing }
    if let indicator, row[indicator] > 0 { return .missing }
    return isUnseen(in: row) ? .unseen : .known
  }

  fileprivate func isUnseen(in row: Span<Float>) -> Bool {
    kind == .numbers
      ? far != nil && row[inputs.lowerBound] == far : row[inputs.upperBound - 1] > Self.unseenLevel
  }
}

/// The cells in the rows of a table.
///
/// Shapes: rows of E inputs for D cells.
package struct TableCells: Sendable {
  /// The cells of a row, D.
  package let cells: [TableCell]
  /// The number of inputs of a row, E.
  package let width: Int
  /// An input marks an unseen cell if it equals its number in `far` or is above its limit in `limits`: [E];
  /// NaN and infinity for inputs that mark none, or whose cell has no neutral inputs.
  private let far: [Float]
  private let limits: [Float]

  /// Creates the cells of rows of `width` inputs.
  package init(_ cells: [TableCell], width: Int) {
    self.cells = cells
    self.width = width
    var far = [Float](repeating: .nan, count: width)
    var limits = [Float](repeating: .infinity, count: width)
    for cell in cells where !cell.neutral.isEmpty {
      if cell.kind == .numbers {
        far[cell.inputs.lowerBound] = cell.far ?? .nan
      } else {
        limits[cell.inputs.upperBound - 1] = TableCell.unseenLevel
      }
    }
    (self.far, self.limits) = (far, limits)
  }

  /// Writes the states of a row's cells, D of them, from index `start` on.
  ///
  /// Shapes: `row` [E].
  package func readStates(of row: Span<Float>, into states: inout [CellState], at start: Int) {
    let cells = cells.span
    var states = states.mutableSpan
    for index in cells.indices { states[start + index] = cells[index].state(in: row) }
  }

  /// Returns whether a row [E] has an unseen cell with neutral inputs.
  package func containsUnseen(in row: Span<Float>) -> Bool {
    let (far, limits) = (far.span, limits.span)
    var found = false
    // Without an early exit, so that the loop is vectorized.
    for index in 0..<min(row.count, far.count, limits.count) {
      let value = row[index]
      found = (value == far[index]) || (value > limits[index]) || found
    }
    return found
  }

  /// Replaces the unseen cells of a row [E] by their neutral inputs.
  package func hideUnseen(in row: FloatSlice) {
    for cell in cells where !cell.neutral.isEmpty && cell.isUnseen(in: row.span) {
      for (input, value) in zip(cell.inputs, cell.neutral) { row[input] = value }
    }
  }
}

import MisfitCore
import MisfitONNX

/// The meaning of a column's cells, and the inputs that they become.
///
/// A kind of cells is one file: how they are read, encoded, decoded and described.
package enum ColumnEncoding: Sendable, Hashable {
  /// Numbers.
  case number(NumberCells)
  /// Yes or no.
  case boolean(BooleanCells)
  /// One of several levels.
  case categorical(LevelCells)
  /// Dates, with or without a time of day.
  case date(DateCells)
  /// Cells that models do not use, as ``ColumnKind/isUsed`` says, and their most frequent texts.
  case omitted(as: ColumnKind, LevelCounts)

  /// The cells by which models learn; nil for a column that is left out.
  var cells: (any CellCoding)? {
    switch self {
    case .number(let cells): cells
    case .boolean(let cells): cells
    case .categorical(let cells): cells
    case .date(let cells): cells
    case .omitted: nil
    }
  }

  /// The kind of the cells.
  package var kind: ColumnKind {
    switch self {
    case .number(let cells): cells.isCount ? .count : .numeric
    case .boolean: .boolean
    case .categorical: .categorical
    case .date: .datetime
    case .omitted(let kind, _): kind
    }
  }

  /// The most frequent texts; nil for numbers and dates.
  package var levelCounts: LevelCounts? {
    switch self {
    case .boolean(let cells): cells.counts
    case .categorical(let cells): cells.counts
    case .omitted(_, let counts): counts
    case .number, .date: nil
    }
  }
}

/// The cells of a column of one kind: how they are read, encoded, decoded and described.
///
/// In a record, a cell is a `Double`, and NaN if it is missing. In a row, it is one or more inputs. The
/// column in the arguments is the one with these cells; its counts are needed for means and shares.
protocol CellCoding: Sendable, Hashable {
  /// The number of inputs of a cell, without the indicator.
  var inputCount: Int { get }
  /// Whether all fields are usable in computations.
  var isUsable: Bool { get }
  /// The reader of a text's cells.
  var reader: ColumnReader { get }

  /// Encodes a cell that is not missing; `unseen` is the last of ``unseenInputs(of:)``.
  func encode(_ value: Double, into inputs: inout MutableSpan<Float>, at start: Int, unseen: Float)
  /// Encodes a column of some rows; a requirement, so that the loop is compiled for each kind.
  func encode(
    _ values: Span<Double>, rows: Range<Int>, _ column: EncodedColumn, into inputs: inout MutableSpan<Float>)
  /// Returns the inputs of a cell of which nothing is known: means, or the shares of the levels.
  func neutralInputs(of column: TableColumn) -> [Float]
  /// Returns the inputs of a missing cell if training had none: they are four deviations away.
  func unseenInputs(of column: TableColumn) -> [Float]
  /// Returns the loss of a wrong reconstruction, and its weight.
  func loss(of column: TableColumn) -> (kind: TableCell.Kind, factor: Double)

  /// Returns the cell that a model's outputs mean.
  func decode(_ outputs: Span<Float>, at start: Int) -> CellValue
  /// Returns a value of a record, which is not NaN, for users; `text` is that of an unknown level.
  func cell(_ value: Double, text: String?) -> CellValue
  /// Returns the probability of a level in a network's outputs; nil for numbers and dates.
  func probability(of text: String, in outputs: Span<Float>, at start: Int) -> Double?

  /// Returns the encoding in a few words, without the indicator.
  func encodingText(of column: TableColumn) -> String

  /// The form in which a graph takes the cells.
  var port: CellPort { get }
  /// Returns the inputs of cells in a graph, which are numbers as in a record: [N, 1] to [N, inputs].
  func graph(_ values: GraphValue, unseen: Float) -> GraphValue
  /// Returns the cells that a model's outputs mean in a graph, numbers or texts: [N, inputs] to [N, 1].
  func decodedGraph(_ outputs: GraphValue) -> GraphValue
}

extension CellCoding {
  func encode(
    _ values: Span<Double>, rows: Range<Int>, _ column: EncodedColumn, into inputs: inout MutableSpan<Float>
  ) {
    let missing = column.missing.span
    for row in rows {
      let value = values[row * column.valueWidth + column.index]
      let start = row * column.inputWidth + column.start
      guard !value.isNaN else {
        for input in missing.indices { inputs[start + input] = missing[input] }
        continue
      }
      encode(value, into: &inputs, at: start, unseen: column.unseen)
      if column.hasIndicator { inputs[start + missing.count - 1] = 0 }
    }
  }

  func probability(of text: String, in outputs: Span<Float>, at start: Int) -> Double? { nil }
}

/// Encodes records of a table as inputs.
///
/// A record has numbers as they are, levels by their index (unknown ones by the number of levels), 0 and 1
/// for no and yes, and dates in seconds; a missing cell is NaN.
///
/// A missing cell has the inputs of the column's mean, and 1 in its indicator; if the column has no
/// indicator, NaN, for a model that imputes it. If training had no missing cell, its inputs are four
/// deviations away; so are those of an unseen level.
struct TableEncoder: Sendable {
  private let columns: [EncodedColumn]

  /// The number of deviations of a value that costs as much as one unseen in training.
  static let surprise = 4.0

  /// The number of rows that are encoded column by column, few enough to stay in the cache.
  private static let rowsAtOnce = 16

  /// Makes an encoder of the used columns of a table.
  init(table: TableSchema) {
    columns = table.used.indices.compactMap { EncodedColumn($0, of: table) }
  }

  /// Encodes records, each input rounded once.
  ///
  /// Shapes: `values` [N, D], `inputs` [N, E].
  func encode(_ values: Span<Double>, into inputs: inout MutableSpan<Float>) {
    let rowCount = values.count / columns.count
    let columns = columns.span
    for first in stride(from: 0, to: rowCount, by: Self.rowsAtOnce) {
      let rows = first..<min(first + Self.rowsAtOnce, rowCount)
      for index in columns.indices {
        columns[index].cells.encode(values, rows: rows, columns[index], into: &inputs)
      }
    }
  }
}

/// A column as the encoder uses it, resolved once a pass.
struct EncodedColumn: Sendable {
  let cells: any CellCoding
  /// The index of the column in a record, and the number of values of a record, D.
  let index, valueWidth: Int
  /// The first input of the column in a row, and the number of inputs of a row, E.
  let start, inputWidth: Int
  /// The inputs of a missing cell, including the indicator.
  let missing: [Float]
  /// Whether the last of these inputs is an indicator.
  let hasIndicator: Bool
  /// The last input of an unseen cell, without the indicator.
  let unseen: Float

  /// Resolves a used column of a table; nil for one without inputs.
  init?(_ index: Int, of table: TableSchema) {
    let column = table.used[index]
    guard let cells = column.encoding.cells else { return nil }
    self.cells = cells
    (self.index, valueWidth) = (index, table.used.count)
    (start, inputWidth) = (table.starts[index], table.inputCount)
    (missing, hasIndicator) = (column.missingInputs, column.hasIndicator)
    unseen = cells.unseenInputs(of: column).last ?? 0
  }
}

/// A table for a terminal: the first column is aligned left, the others, which are numbers, right.
enum TextTable {
  /// Returns one line a row, as wide as the widest cells.
  ///
  /// - Precondition: all rows have the same number of cells.
  static func lines(_ rows: [[String]]) -> [String] {
    guard let first = rows.first else { return [] }
    let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
  }
}

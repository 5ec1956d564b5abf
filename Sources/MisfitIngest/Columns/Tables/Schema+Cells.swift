import MisfitCore
import MisfitKernels

extension Schema {
  /// The cells of a row, for losses and errors per cell: numbers, yes or no, and levels.
  ///
  /// Shapes: D cells of E values, D = ``width``, E = ``inputCount``. Units: costs are of scaled values.
  ///
  /// Costs are weighted so that a column of which only the mean or the shares are known costs about 1:
  /// squares by the variance after scaling, cross-entropies by the entropy of the shares, or by ln 2 if that
  /// is larger; otherwise a rare level of a nearly constant column would dominate all others.
  package var cells: CellLayout {
    guard let table else {
      let cells = (0..<width).map { column -> Cell in
        var cell = Cell(
          .numbers, outputs: column..<column + 1, surprise: TableColumn.surprise(of: rowCount))
        cell.far = missingInput(column)
        cell.neutral = [encode(means[column], column: column)]
        return cell
      }
      return CellLayout(cells, width: width)
    }
    let cells = zip(table.used, table.starts).compactMap { column, start in column.cell(at: start) }
    return CellLayout(cells, width: table.inputCount)
  }

  /// Whether networks learn better by a mixed loss: columns are of several kinds, or have missing cells.
  package var suitsMixedLoss: Bool { table?.used.contains { $0.number == nil || $0.hasIndicator } ?? false }

  /// Whether every value is a number, which models of any kind reconstruct as such.
  package var holdsNumbersOnly: Bool {
    table?.used.allSatisfy { $0.encoding.levelCounts == nil } ?? (shape.imageExtents == nil)
  }
}

extension Schema {
  /// Returns the probability of a training level in a network's output; nil for other cells.
  ///
  /// Shapes: `output` [E], after ``CellLayout/costs(of:against:into:kernels:)`` has made probabilities of
  /// levels.
  package func probability(of cell: CellValue, in output: Span<Float>, column: Int) -> Double? {
    guard let table, case .level(let text) = cell else { return nil }
    return table.used[column].encoding.cells?.probability(of: text, in: output, at: table.starts[column])
  }
}

extension TableColumn {
  /// Returns the column's cell among values that begin at `start`; nil if it has none.
  fileprivate func cell(at start: Int) -> Cell? {
    guard let cells = encoding.cells else { return nil }
    let (kind, factor) = cells.loss(of: self)
    var cell = Cell(kind, outputs: start..<start + cells.inputCount, factor: factor)
    cell.indicator = hasIndicator ? cell.outputs.upperBound : nil
    cell.surprise = Self.surprise(of: max(0, presentCount), levels: levels.count)
    cell.neutral = cells.neutralInputs(of: self)
    if missingCount == 0, kind == .numbers { cell.far = cells.unseenInputs(of: self)[0] }
    return cell
  }

  /// Returns the cross-entropy of a level unseen in training, by the rule of succession (Laplace, 1774).
  ///
  /// Each level, and one more, counts as if it had been seen once more.
  fileprivate static func surprise(of count: Int, levels: Int = 0) -> Double {
    let most = -Mathematics.log(Cell.leastProbability)
    return min(Mathematics.log(Double(count) + Double(levels) + 1), most)
  }
}

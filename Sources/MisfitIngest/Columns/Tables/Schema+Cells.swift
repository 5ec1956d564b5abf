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
  package var cells: TableCells {
    guard let table else {
      let surprise = TableColumn.surprise(of: rowCount)
      let cells = (0..<width).map { column in
        TableCell(
          .numbers, inputs: column..<column + 1, surprise: surprise, far: missingInput(column),
          neutral: [encode(means[column], column: column)])
      }
      return TableCells(cells, width: width)
    }
    let cells = zip(table.used, table.starts).compactMap { column, start in column.cell(at: start) }
    return TableCells(cells, width: table.inputCount)
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
  /// Shapes: `output` [E], after a model of cells has made probabilities of
  /// levels.
  package func probability(of cell: CellValue, in output: Span<Float>, column: Int) -> Double? {
    guard let table, case .level(let text) = cell else { return nil }
    return table.used[column].encoding.cells?.probability(of: text, in: output, at: table.starts[column])
  }
}

extension TableColumn {
  /// Returns the column's cell among inputs that begin at `start`; nil if it has none.
  fileprivate func cell(at start: Int) -> TableCell? {
    guard let cells = encoding.cells else { return nil }
    let (kind, factor) = cells.loss(of: self)
    let inputs = start..<start + cells.inputCount
    return TableCell(
      kind, inputs: inputs, indicator: hasIndicator ? inputs.upperBound : nil, factor: factor,
      surprise: Self.surprise(of: max(0, presentCount), levels: levels.count),
      far: missingCount == 0 ? cells.unseenInputs(of: self).first : nil,
      neutral: cells.neutralInputs(of: self))
  }

  /// Returns the cross-entropy of a level unseen in training, by the rule of succession (Laplace, 1774).
  ///
  /// Each level, and one more, counts as if it had been seen once more.
  fileprivate static func surprise(of count: Int, levels: Int = 0) -> Double {
    let most = -Mathematics.log(LossGroup.leastProbability)
    return min(Mathematics.log(Double(count) + Double(levels) + 1), most)
  }
}

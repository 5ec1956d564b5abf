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
    let cells = zip(table.used, table.starts).map { column, start in column.cell(at: start) }
    return CellLayout(cells, width: table.inputCount)
  }

  /// Whether networks learn better by a mixed loss: columns are of several kinds, or have missing cells.
  package var suitsMixedLoss: Bool { table?.used.contains { $0.number == nil || $0.hasIndicator } ?? false }

  /// Whether every value is a number, which models of any kind reconstruct as such.
  package var holdsNumbersOnly: Bool {
    table?.used.allSatisfy { $0.number != nil || $0.date != nil } ?? (shape.imageExtents == nil)
  }
}

extension Schema {
  /// Returns the probability of a training level in a network's output; nil for other cells.
  ///
  /// Shapes: `output` [E], after ``CellLayout/costs(of:against:into:kernels:)`` has made probabilities of
  /// levels.
  package func probability(of cell: CellValue, in output: Span<Float>, column: Int) -> Double? {
    guard let table, case .level(let text) = cell else { return nil }
    let known = table.used[column]
    // By their bytes, which distinguish levels.
    guard let level = known.levels.firstIndex(where: { $0.text.utf8.elementsEqual(text.utf8) }) else {
      // A level that shares an input with others.
      guard known.kind == .categorical, known.otherCount > 0 else { return nil }
      return Double(output[table.starts[column] + known.levels.count])
    }
    guard known.kind == .boolean else { return Double(output[table.starts[column] + level]) }
    let ofYes = Double(output[table.starts[column]]) / TableEncoder.yes
    return level == 1 ? ofYes : 1 - ofYes
  }
}

extension TableColumn {
  /// Returns the column's cell among values that begin at `start`.
  fileprivate func cell(at start: Int) -> Cell {
    let outputs = start..<start + valueWidth
    var cell: Cell
    switch kind {
    case .boolean: cell = Cell(.yesOrNo, outputs: outputs, factor: 1 / max(entropy, Mathematics.log(2)))
    case .categorical:
      cell = Cell(.levels, outputs: outputs, factor: 1 / max(entropy, Mathematics.log(2)))
    default: cell = Cell(.numbers, outputs: outputs, factor: 1 / (spread * spread))
    }
    cell.indicator = hasIndicator ? outputs.upperBound : nil
    cell.surprise = surprise
    cell.neutral = neutral
    if missingCount == 0 { cell.far = (number?.far ?? date?.far).map { Float($0) } }
    return cell
  }

  /// The inputs of a cell of which nothing is known: means, or the shares of the levels.
  private var neutral: [Float] {
    switch kind {
    case .numeric, .count: [Float(number?.center ?? 0)]
    case .boolean: [Float(share(1) * TableEncoder.yes)]
    case .categorical: levels.indices.map { Float(share($0)) } + [Float(otherShare)]
    default: Array(repeating: 0, count: valueWidth)
    }
  }

  /// The standard deviation after scaling if it is known; 1 if scaling aims at it.
  private var spread: Double {
    guard let number, let numbers, number.knots == nil, number.knee == nil, !number.isLogarithmic else {
      return 1
    }
    let spread = numbers.deviation / number.scale
    // Outside this range the square under- or overflows a Float, and differences are rounding error alone.
    return (1e-15...1e15).contains(spread) ? spread : 1
  }

  /// The mean cross-entropy of the shares of the levels, in nats.
  private var entropy: Double {
    let present = Double(max(1, cellCount - missingCount))
    return (levels.map(\.count) + [otherCount]).reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / present
      return sum - share * Mathematics.log(share)
    }
  }

  /// The cross-entropy of a level unseen in training, by the rule of succession (Laplace, 1774).
  ///
  /// Each level, and one more, counts as if it had been seen once more.
  private var surprise: Double {
    Self.surprise(of: max(0, cellCount - missingCount), levels: levels.count)
  }

  fileprivate static func surprise(of count: Int, levels: Int = 0) -> Double {
    let most = -Mathematics.log(Cell.leastProbability)
    return min(Mathematics.log(Double(count) + Double(levels) + 1), most)
  }
}

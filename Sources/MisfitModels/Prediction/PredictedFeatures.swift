import MisfitCore

/// The features of the cells of a row, from which other cells are predicted.
///
/// The first input of numbers becomes the normal deviate of its rank and its square, and further inputs, the
/// cycles of dates, remain. A number outside the learned range has the features of the nearest learned one,
/// so that it does not distort the predictions of other cells. Levels have one feature each, as yes and no
/// have. Most features of levels are 0: rows are lists of the others.
struct PredictedFeatures: Sendable {
  /// The features of one column.
  struct Block: Sendable {
    let column: PredictedColumn
    /// The indices of the features.
    let features: Range<Int>
    /// The ranks of the first input of numbers; nil for other kinds, and if all numbers are equal.
    let scores: NormalScores?
  }

  /// One for each column; those that are constant have no features.
  let blocks: [Block]
  /// The number of features.
  let count: Int

  /// The limit of deviates that are squared.
  static let squareLimit = 4.0
  /// The input of a yes, rounded as in rows.
  static let yesInput = Double(Float(2).squareRoot())
  /// The factor of squares, which have the deviation √2.
  static let squareFactor = 0.5.squareRoot()

  /// Learns the ranks of the numbers of references.
  init(columns: [PredictedColumn], reference: ReferenceRows) {
    var (blocks, start): ([Block], Int) = ([], 0)
    let (rows, width) = (reference.rows.slice.span, reference.width)
    for column in columns {
      var (scores, size): (NormalScores?, Int) = (nil, column.featureCount)
      if column.kind == .numbers {
        scores = NormalScores(of: (0..<reference.count).map { Double(rows[$0 * width + column.start]) })
        if scores == nil { size = 0 }
      }
      blocks.append(Block(column: column, features: start..<start + size, scores: scores))
      start += size
    }
    self.blocks = blocks
    count = start
  }

  /// Whether a cell of levels is unseen in training.
  static func isUnseen(_ block: Block, in row: Span<Float>) -> Bool {
    block.column.kind != .numbers && row[block.column.inputs.upperBound - 1] > TableCell.unseenLevel
  }

  /// Returns the square of a deviate as a feature.
  static func square(of deviate: Double) -> Double {
    let bounded = min(max(deviate, -squareLimit), squareLimit)
    return bounded * bounded * squareFactor
  }

  /// Adds the features of a row that are not 0: `add(feature, value)`.
  ///
  /// An unseen cell has the features of `means`, or none.
  func read(_ row: Span<Float>, means: [Double]?, add: (Int, Double) -> Void) {
    for block in blocks where !block.features.isEmpty {
      let first = block.features.lowerBound
      guard !Self.isUnseen(block, in: row) else {
        if let means { for feature in block.features { add(feature, means[feature]) } }
        continue
      }
      let start = block.column.start
      switch block.column.kind {
      case .numbers:
        guard let deviate = block.scores?.deviate(of: Double(row[start])) else { continue }
        add(first, deviate)
        for cycle in 1..<max(1, block.column.count) { add(first + cycle, Double(row[start + cycle])) }
        add(block.features.upperBound - 1, Self.square(of: deviate))
      case .yesOrNo:
        let yes = min(max(Double(row[start]) / Self.yesInput, 0), 1)
        if yes < 1 { add(first, 1 - yes) }
        if yes > 0 { add(first + 1, yes) }
      case .levels:
        for level in 0..<block.column.count where row[start + level] != 0 {
          add(first + level, Double(row[start + level]))
        }
      }
    }
  }
}

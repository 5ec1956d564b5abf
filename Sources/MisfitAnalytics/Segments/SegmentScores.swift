import MisfitCore

/// The scores of rows by segment: by the values of some columns, such as region and app.
///
/// ``analysis()`` finds the segments whose rows score higher than others by more than chance.
/// Memory: 13 bytes a row, and the texts of the different combinations of values.
package struct SegmentScores: Sendable {
  /// The names of the columns that segments are made of.
  package let columns: [String]
  /// The number of rows without a score, which are left out.
  package private(set) var unscoredCount = 0
  /// The values of each combination, in the order of their first rows.
  private(set) var values: [[String]] = []
  /// The combination of each row.
  private(set) var combinations: [Int32] = []
  private(set) var scores: [Double] = []
  private(set) var isFlagged: [Bool] = []
  /// The number of rows before ``beginComparedRows()``.
  private(set) var referenceCount = 0
  private var indices: [[String]: Int32] = [:]
  /// The number of flagged rows.
  private(set) var flaggedCount = 0

  /// The maximum number of columns.
  package static let columnLimit = 4
  /// The maximum number of combinations of values.
  package static let combinationLimit = 200_000

  /// Creates scores without rows.
  ///
  /// - Precondition: there are 1 to ``columnLimit`` columns.
  package init(columns: [String]) {
    precondition((1...Self.columnLimit).contains(columns.count), "columns of segments")
    self.columns = columns
  }

  /// The number of rows with a score.
  package var rowCount: Int { scores.count }

  /// Whether there are too many combinations of values; the rows of further ones are then left out.
  package private(set) var isTooFine = false

  /// Adds a row with the texts of its cells, one for each column.
  package mutating func update(_ cells: [String], score: Double, isFlagged flag: Bool) {
    guard !score.isNaN else {
      unscoredCount += 1
      return
    }
    let index: Int32
    if let known = indices[cells] {
      index = known
    } else {
      guard values.count < Self.combinationLimit else {
        isTooFine = true
        return
      }
      index = Int32(values.count)
      indices[cells] = index
      values.append(cells)
    }
    combinations.append(index)
    scores.append(score)
    isFlagged.append(flag)
    if flag { flaggedCount += 1 }
  }

  /// Begins the rows that are compared with those so far, segment by segment.
  package mutating func beginComparedRows() { referenceCount = scores.count }
}

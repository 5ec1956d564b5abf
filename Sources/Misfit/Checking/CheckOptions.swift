import MisfitCore

/// The number of rows that a check may flag in normal data.
package enum AlarmBudget: Sendable, Hashable {
  /// A share of the rows.
  case share(Double)
  /// A number of rows of the data.
  case rows(Int)
  /// A number of rows a day, by the days of the first column of dates; data without dates is one day.
  case rowsPerDay(Int)
}

/// The options of a check.
package struct CheckOptions: Sendable, Hashable {
  /// The number of rows that may be flagged in normal data.
  package var budget = AlarmBudget.share(0.01)
  /// The probability that normal data fails; p-values are adjusted so that it is that of all tests together.
  package var level = 0.01
  /// The least effect that fails: the share of the rows that would have to move for the distributions to be
  /// the same.
  package var leastShift = 0.1
  /// The least change of the share of missing cells that fails.
  package var leastMissingChange = 0.02
  /// The kinds of findings that do not fail.
  package var allowed: Set<CheckFinding.Kind> = []
  /// The number of flagged rows that are listed.
  package var listedCount = 20

  /// The parts of the level: of the tests of columns, of the number of flagged rows, and of the largest
  /// anomaly.
  ///
  /// Their sum is 1, so that all tests together fail normal data no more often than the level.
  static let levelShares = (columns: 0.5, rows: 0.4, size: 0.1)

  /// Creates the default options.
  package init() {}
}

/// Something that a check has found.
package struct CheckFinding: Sendable, Hashable {
  /// The kind of a finding.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Missing and new columns.
    case columns
    /// Cells that are not of their column's kind, and records that cannot be read.
    case types
    /// Levels that training did not have.
    case levels
    /// Missing cells.
    case missing
    /// Distributions of columns.
    case drift
    /// Columns whose values rise or fall along the rows.
    case trend
    /// The number of flagged rows.
    case rows
    /// The size of the largest anomaly.
    case size
  }

  /// The kind of the finding.
  package var kind: Kind
  /// The column; nil for rows.
  package var column: String?
  /// Whether the check fails because of it.
  package var fails: Bool
  /// The size of the effect, a share; nil if it has none.
  package var effect: Double?
  /// The p-value, adjusted for the number of tests; nil for facts that need no test.
  package var pValue: Double?
  /// The finding, as a sentence without a period.
  package var text: String
  /// The rows that cause it, counted from 1; nil if they are spread over the data.
  package var rows: ClosedRange<Int>?
  /// The identifiers of some of the rows that cause it.
  package var examples: [String] = []
  /// Whether it is the drift of a column to levels that are not among those of training.
  var isOfOtherLevels = false
}

/// What a check compared of a column.
package struct CheckedColumn: Sendable, Hashable {
  /// The name of the column.
  package var name: String
  /// The kind of its cells.
  package var kind: String
  /// The shares of missing cells in training and in the data.
  package var missingShares: (training: Double, data: Double) { (trainingMissingShare, missingShare) }
  package var trainingMissingShare: Double
  package var missingShare: Double
  /// The share of the rows that would have to move for the distributions to be the same; nil if they were not
  /// compared.
  package var shift: Double?
  /// The p-value of the comparison, adjusted for the number of tests.
  package var pValue: Double?
  /// The trend of the data along its rows, -1 to 1; nil for too few rows.
  package var trend: Double?
  /// The shares of the rows in at most 16 ranges of values or groups of levels; empty if they were not
  /// compared.
  package var shares: [RangeShare] = []

  /// The share of the rows in a range of values.
  package struct RangeShare: Sendable, Hashable {
    package var training: Double
    package var data: Double
  }
}

import MisfitCore

/// The result of a check of data by a model.
package struct CheckResult: Sendable {
  /// The name of the data.
  package var source: String
  /// The number of rows; 0 if the data could not be scored.
  package var rowCount = 0
  /// The findings, those that fail first.
  package var findings: [CheckFinding] = []
  /// The columns, in the order of the model.
  package var columns: [CheckedColumn] = []
  /// The number of tests that were made together.
  package var testCount = 0
  /// The share of normal rows that may be flagged.
  package var alpha: Double?
  /// The number of flagged rows, and that of normal data.
  package var flaggedCount = 0
  package var expectedCount = 0.0
  /// The probability of at least as many flagged rows in normal data.
  package var flaggedPValue: Double?
  /// Whether more rows are flagged than could be counted.
  package var isTruncated = false
  /// The flagged rows with the highest scores.
  package var flagged: [ScoredSample] = []
  /// Remarks on what could not be checked.
  package var notes: [String] = []

  /// Creates the result of data that has not been read.
  package init(source: String) { self.source = source }

  /// Whether nothing fails.
  package var passes: Bool { !findings.contains(where: \.fails) }
  /// The findings that fail.
  package var failures: [CheckFinding] { findings.filter(\.fails) }
}

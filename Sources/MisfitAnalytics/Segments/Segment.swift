import MisfitCore

/// A segment of rows, with its scores compared with what was expected.
package struct Segment: Sendable, Hashable {
  /// A value of a column.
  package struct Value: Sendable, Hashable {
    /// The name of the column.
    package var column: String
    /// The text of the cells.
    package var text: String
  }

  /// The values that the rows have in common; empty for all rows.
  package var values: [Value]
  /// The number of rows.
  package var rowCount: Int
  /// The number of flagged rows.
  package var flaggedCount: Int
  /// The number of flagged rows that were expected: at the rate of the rows that it is compared with.
  package var expectedCount: Double
  /// The natural logarithm of the probability of scores this high by chance, for this segment alone.
  package var logPValue: Double
  /// The smallest false discovery rate at which the segment is found (Benjamini and Hochberg).
  package var falseDiscoveryRate: Double
  /// Its place among the segments that explain the excess, counted from 1; nil if it does not, or if what it
  /// has is explained by those before it.
  package var rank: Int?

  /// The p-value; 0 if it is too small for a number.
  package var pValue: Double { Mathematics.exp(logPValue) }

  /// The 95 % interval of the share of flagged rows (Wilson, 1927).
  package var shareInterval: ClosedRange<Double> {
    let count = Double(rowCount)
    let share = Double(flaggedCount) / count
    let z = 1.96
    let center = share + z * z / (2 * count)
    let half = z * ((share * (1 - share) + z * z / (4 * count)) / count).squareRoot()
    let scale = 1 + z * z / count
    return max(0, (center - half) / scale)...min(1, (center + half) / scale)
  }
}

/// The segments whose rows score higher than expected.
package struct SegmentAnalysis: Sendable, Hashable {
  /// The names of the columns that segments are made of.
  package var columns: [String]
  /// The number of rows that were compared.
  package var rowCount: Int
  /// The number of segments that were tested: those with at least ``leastRowCount`` rows.
  package var testedCount: Int
  /// The tested segments: first those that explain the excess, by rank, and then the others by p-value.
  package var segments: [Segment]
  /// Whether rows were left out because there are too many combinations of values.
  package var isTooFine: Bool
  /// Whether each segment was compared with its own earlier rows rather than with other rows.
  package var isCompared: Bool

  /// The smallest number of rows of a segment that is tested.
  package static let leastRowCount = 5
  /// The expected share of chance finds among the segments that are found.
  package static let falseDiscoveryRate = 0.05
  /// The maximum number of segments that are found.
  static let rankLimit = 20

  /// The segments that explain the excess, the strongest first.
  package var found: [Segment] { segments.filter { $0.rank != nil } }
}

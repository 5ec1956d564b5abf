import MisfitCore

/// A record of the training rows that a fit left out as the most anomalous.
package struct TrimmingRecord: Sendable, Codable, Hashable {
  /// The number of rows left out; for a network, those of its last epoch.
  package var count: Int
  /// The number of rows that they were chosen from.
  package var rowCount: Int
  /// Whether their number was inferred, not given.
  package var isFound: Bool
  /// The numbers in the source of the first ``recordLimit`` rows left out, counted from 1; empty if they are
  /// not known, as for tiles of images.
  package var records: [Int]

  /// The maximum number of record numbers that are kept.
  package static let recordLimit = 1_000

  /// The record as text: `12 of 400 rows (3 %) were left out of training as the most anomalous`.
  package var text: String {
    guard count > 0 else {
      return "none of \(NumberText.grouped(rowCount)) rows stood out: all of them were learned from"
    }
    let share = rowCount > 0 ? Double(count) / Double(rowCount) * 100 : 0
    let rows = "\(NumberText.grouped(count)) of \(NumberText.grouped(rowCount)) rows"
    return
      "\(rows) (\(NumberText.significant(share, digits: 2)) %) were left out of training as the most "
      + "anomalous"
  }
}

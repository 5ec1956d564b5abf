import MisfitCore
import MisfitIngest

/// The share of the training rows that is taken to be anomalous and left out.
public enum Contamination: Sendable, Hashable {
  /// The rows whose errors stand out, at most a fifth of all; for a model without epochs, a tenth of the
  /// rows.
  case found
  /// This share of the rows, those with the largest errors: at least 0, which leaves out none, and below 1.
  case share(Double)

  /// The share if none is given and none can be inferred during training.
  static let usualShare = 0.1

  /// The given share, or ``usualShare``.
  var fixedShare: Double {
    switch self {
    case .found: Self.usualShare
    case .share(let share): share
    }
  }
}

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

extension TrainingData {
  /// Returns a record of the rows that were left out, given by their indices in ``training``.
  func trimming(_ leftOut: [Int], of rowCount: Int, _ options: FitOptions) -> TrimmingRecord {
    // Tiles have no record numbers of their own.
    let places = trainingTileCounts.isEmpty ? Set(leftOut.prefix(TrimmingRecord.recordLimit)) : []
    let held = options.rows.validationSource == nil ? validation?.rowCount ?? 0 : 0
    var records: [Int] = []
    if held == 0 {
      records = places.map { $0 + 1 }.sorted()
    } else if let last = places.max() {
      let choice = HeldOutRows(
        rowCount: training.rowCount + held, heldOutCount: held, seed: options.seed)
      var (record, row) = (0, -1)
      while row < last, record < training.rowCount + held {
        record += 1
        guard !choice.contains(record: record) else { continue }
        row += 1
        if places.contains(row) { records.append(record) }
      }
    }
    return TrimmingRecord(
      count: leftOut.count, rowCount: rowCount, isFound: options.rows.contamination == .found,
      records: records)
  }

}

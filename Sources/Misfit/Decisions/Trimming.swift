import MisfitCore
import MisfitIngest

/// How much of the data to learn from is taken to be odd, and left out.
public enum Contamination: Sendable, Hashable {
  /// What stands out by its error: see ``TrimmedRows``.
  case found
  /// The worst share, below 1; 0 leaves out none.
  case share(Double)

  /// The share where none is given and none can be found on the way.
  static let usualShare = 0.1

  /// The share given, or the usual one.
  var fixedShare: Double {
    switch self {
    case .found: Self.usualShare
    case .share(let share): share
    }
  }
}

/// What a fit left out as the oddest of the rows that it was to learn from.
package struct TrimmingRecord: Sendable, Codable, Hashable {
  /// The rows left out: of a network, in its last epoch.
  package var count: Int
  /// The rows that they were among.
  package var rowCount: Int
  /// Whether their number was found, and not given.
  package var isFound: Bool
  /// The places of the first ``recordLimit`` of them in the source, from 1; none where places are not known,
  /// as for tiles of images.
  package var records: [Int]

  /// The most places that are kept.
  package static let recordLimit = 1_000

  /// `12 of 400 rows (3 %) were left out of training as the most anomalous`.
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
  /// What was left out, by its places in ``training``.
  func trimming(_ leftOut: [Int], of rowCount: Int, _ options: FitOptions) -> TrimmingRecord {
    // Tiles have no places of their own.
    let places = trainingTileCounts.isEmpty ? Set(leftOut.prefix(TrimmingRecord.recordLimit)) : []
    let held = options.validationSource == nil ? validation?.rowCount ?? 0 : 0
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
      count: leftOut.count, rowCount: rowCount, isFound: options.contamination == .found,
      records: records)
  }

}

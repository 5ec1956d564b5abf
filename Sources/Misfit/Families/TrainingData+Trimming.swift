import MisfitCore
import MisfitIngest

extension TrainingData {
  /// Returns a record of the rows that were left out, given by their indices in ``training``.
  func trimming(_ leftOut: [Int], of rowCount: Int, _ options: FitOptions) -> TrimmingRecord {
    // Tiles have no record numbers of their own.
    let places = trainingImages.isEmpty ? Set(leftOut.prefix(TrimmingRecord.recordLimit)) : []
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

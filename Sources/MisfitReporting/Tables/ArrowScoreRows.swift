import Misfit
import MisfitCore
import MisfitIngest

/// A writer of scores as Arrow data, with the columns of a table of scores in CSV.
///
/// Scores and shares are doubles, flags are Booleans; ids, labels, the columns and values of reasons, and
/// kept cells are texts.
final class ArrowScoreRows {
  private var columns: [ArrowCells]
  private let writer: ArrowFileWriter
  private let kept: KeptNames
  private let reasonCount: Int

  private static let batchRowCount = 1 << 16

  /// Writes the schema.
  ///
  /// - Throws: ``FileError``.
  init(
    _ form: ArrowFileWriter.Form, columns names: [String], kept: KeptNames, reasonCount: Int,
    to file: CompressedOutput
  ) throws(FileError) {
    self.kept = kept
    self.reasonCount = reasonCount
    let numbers: Set = ["score", "percentile", "p_value", "error"]
    columns = names.map { name in
      let isShare = name.hasPrefix("reason_") && name.hasSuffix("_share")
      return ArrowCells(name, name == "flag" ? .flag : numbers.contains(name) || isShare ? .number : .text)
    }
    columns += kept.names.map { ArrowCells($0, .text) }
    writer = try ArrowFileWriter(form, columns: columns) { bytes throws(FileError) in try file.write(bytes) }
  }

  /// Writes the rows of a batch, once there are enough of them.
  ///
  /// - Throws: ``FileError``.
  func write(_ batch: ScoredBatch) throws(FileError) {
    let calibration = batch.detector.calibration
    let hasReasons = reasonCount > 0 && batch.outputShape.imageExtents == nil
    let reasons = hasReasons ? RowReasons(batch.detector) : nil
    for index in 0..<batch.count {
      append(index, of: batch, calibration, reasons)
      if columns[0].count == Self.batchRowCount { try flush() }
    }
  }

  private func append(
    _ index: Int, of batch: ScoredBatch, _ calibration: Calibration, _ reasons: RowReasons?
  ) {
    let score = batch.score(at: index)
    var place = 0
    while place < columns.count, let value = Value(rawValue: columns[place].name) {
      switch value {
      case .id:
        columns[place].append(batch.hasIDs ? batch.id(at: index) : String(batch.record(at: index)))
      case .label: columns[place].append(batch.label(at: index))
      case .score: columns[place].append(score)
      case .percentile: columns[place].append(calibration.percentile(of: score))
      case .pValue: columns[place].append(calibration.pValue(of: score))
      case .flag: columns[place].append(batch.flags(score))
      case .error: columns[place].append(batch.reconstructionError(at: index))
      }
      place += 1
      if value == .error { break }
    }
    if reasonCount > 0 {
      append(reasons.map { batch.reasons(at: index, by: $0, limit: reasonCount) } ?? [], at: &place)
    }
    for cell in kept.isEmpty ? [] : kept.cells(of: batch, at: index) {
      columns[place].append(cell.isEmpty ? nil : cell)
      place += 1
    }
  }

  /// Appends as many cells as there are columns: a sample that is reconstructed exactly has no reasons.
  private func append(_ reasons: [FeatureError], at place: inout Int) {
    for rank in 0..<reasonCount {
      let reason = rank < reasons.count ? reasons[rank] : nil
      for (index, text) in (reason?.fields ?? FeatureError.fieldNames.map { _ in "" }).enumerated() {
        if columns[place].kind == .number {
          columns[place].append(reason?.share)
        } else {
          columns[place].append(text.isEmpty && index > 0 || reason == nil ? nil : text)
        }
        place += 1
      }
    }
  }

  /// Writes the rows that are left, and the end.
  ///
  /// - Throws: ``FileError``.
  func finish() throws(FileError) {
    if columns[0].count > 0 { try flush() }
    try writer.finish()
  }

  private func flush() throws(FileError) {
    try writer.write(columns)
    for index in columns.indices { columns[index].removeAll() }
  }

  /// The columns of every table of scores.
  private enum Value: String {
    case id, label, score, percentile
    case pValue = "p_value"
    case flag, error
  }
}

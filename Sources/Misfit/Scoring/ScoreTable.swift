import MisfitAnalytics
import MisfitCore
import MisfitReports

/// Scores as CSV: one row a sample.
///
/// Columns: `id`; `label`, where the source has labels; `error`; `percentile`, the share of the calibration
/// errors at or below it; `flag`, 1 above the threshold. Numbers are the shortest text that gives the same
/// 32-bit float again.
public final class ScoreTable {
  private let file: OutputFile
  private let hasLabels: Bool
  private let text = CSVText()

  /// Begins the file and writes its header.
  ///
  /// - Throws: ``FileError``.
  public init(_ path: String, hasLabels: Bool) throws(FileError) {
    file = try OutputFile(path)
    self.hasLabels = hasLabels
    try file.write(
      text.row(
        hasLabels ? ["id", "label", "error", "percentile", "flag"] : ["id", "error", "percentile", "flag"]))
  }

  /// Writes the rows of a batch.
  ///
  /// - Throws: ``FileError``.
  public func write(_ batch: ScoredBatch) throws(FileError) {
    let calibration = batch.detector.calibration
    var bytes: [UInt8] = []
    bytes.reserveCapacity(batch.count * 40)
    for index in 0..<batch.count {
      let error = batch.error(at: index)
      var fields = [text.field(batch.id(at: index))]
      if hasLabels { fields.append(text.field(batch.label(at: index) ?? "")) }
      fields.append(CSVText.number(Float(error)))
      fields.append(CSVText.number(calibration.percentile(of: error).map { Float($0) }))
      fields.append(calibration.threshold.flags(error).map { $0 ? "1" : "0" } ?? "")
      bytes.append(contentsOf: fields.joined(separator: ",").utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
    try file.write(bytes)
  }

  /// Finishes the file and puts it in its place.
  ///
  /// - Throws: ``FileError``.
  public func finish() throws(FileError) { try file.commit() }
}

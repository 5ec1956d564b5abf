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
  private var lines: [UInt8] = []

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
    var bytes: [UInt8] = []
    swap(&bytes, &lines)
    bytes.removeAll(keepingCapacity: true)
    let calibration = batch.detector.calibration
    for index in 0..<batch.count { append(index, of: batch, calibration, to: &bytes) }
    try file.write(bytes)
    lines = bytes
  }

  private func append(
    _ index: Int, of batch: ScoredBatch, _ calibration: Calibration, to bytes: inout [UInt8]
  ) {
    if batch.hasIDs {
      text.append(field: batch.id(at: index), to: &bytes)
    } else {
      NumberText.append(batch.record(at: index), to: &bytes)
    }
    if hasLabels {
      bytes.append(Self.comma)
      text.append(field: batch.label(at: index) ?? "", to: &bytes)
    }
    let error = batch.error(at: index)
    bytes.append(Self.comma)
    NumberText.append(shortest: Float(error), to: &bytes)
    bytes.append(Self.comma)
    if let percentile = calibration.percentile(of: error) {
      NumberText.append(shortest: Float(percentile), to: &bytes)
    }
    bytes.append(Self.comma)
    if let isFlagged = calibration.threshold.flags(error) {
      bytes.append(isFlagged ? UInt8(ascii: "1") : UInt8(ascii: "0"))
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private static let comma = UInt8(ascii: ",")

  /// Finishes the file and puts it in its place.
  ///
  /// - Throws: ``FileError``.
  public func finish() throws(FileError) { try file.commit() }
}

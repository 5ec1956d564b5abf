import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitReports

/// A writer of scores as CSV, JSON lines or Arrow data, compressed or not: one row a sample.
///
/// Columns: `id`; `label`, if the source has labels; `score`, by which samples are ranked; `percentile`, the
/// percentage of the calibration scores at or below it, 0 to 100; `p_value`, if there are p-values, see
/// ``Calibration/pValue(of:)``; `flag`, 1 for a sample that the scoring's ``Decision`` flags; `error`, see
/// ``ScoredSample/reconstructionError``. With reasons, the k-th of them has `reason_k`, the name of the
/// column, `reason_k_share` of the error, `reason_k_value`, `reason_k_expected` and `reason_k_direction`,
/// `above` or `below`. In CSV, numbers are the shortest texts that round-trip as 32-bit floats.
package final class ScoreTable {
  private let file: CompressedOutput
  private let arrow: ArrowScoreRows?
  private let hasLabels: Bool
  private let hasPValues: Bool
  private let reasonCount: Int
  private let format: Format
  private let kept: KeptNames
  private let text: CSVText
  // The memory of these is used again for each batch.
  private var lines: [UInt8] = []
  private var scores: [Double] = []
  private var errors: [Double] = []

  /// Creates the file and writes its header.
  ///
  /// `hasPValues` is false if the model learned from the samples that it scores; see
  /// ``Calibration/Origin/hasPValues``. If `escapesFormulas`, spreadsheets do not evaluate text as formulas;
  /// see ``CSVText/escapesFormulas``.
  ///
  /// - Throws: ``FileError``.
  package convenience init(
    _ path: String, hasLabels: Bool, hasPValues: Bool = true, reasonCount: Int = 0,
    escapesFormulas: Bool = false
  ) throws(FileError) {
    try self.init(
      path, hasLabels: hasLabels, hasPValues: hasPValues, reasonCount: reasonCount,
      escapesFormulas: escapesFormulas, in: nil)
  }

  /// Creates the file and writes its header.
  ///
  /// If there is a group, the file appears together with the group's others.
  ///
  /// - Throws: ``FileError``.
  package convenience init(
    _ path: String, hasLabels: Bool, hasPValues: Bool = true, reasonCount: Int,
    escapesFormulas: Bool = false, in group: OutputGroup?
  ) throws(FileError) {
    try self.init(
      path, hasLabels: hasLabels, hasPValues: hasPValues, reasonCount: reasonCount, format: .csv, kept: nil,
      escapesFormulas: escapesFormulas, group: group)
  }

  /// Creates the file and writes its header; the kept columns of `layout` follow the columns of scores.
  ///
  /// - Throws: ``FileError``.
  package convenience init(
    _ path: String, layout: RecordLayout, hasPValues: Bool = true, reasonCount: Int = 0,
    format: Format = .csv, escapesFormulas: Bool = false
  ) throws(FileError) {
    try self.init(
      path, hasLabels: layout.hasLabels, hasPValues: hasPValues, reasonCount: reasonCount, format: format,
      kept: layout, escapesFormulas: escapesFormulas, group: nil)
  }

  private init(
    _ path: String, hasLabels: Bool, hasPValues: Bool, reasonCount: Int, format: Format,
    kept layout: RecordLayout?, escapesFormulas: Bool, group: OutputGroup?
  ) throws(FileError) {
    var text = CSVText()
    text.escapesFormulas = escapesFormulas
    self.text = text
    let file = try CompressedOutput(path, in: group)
    self.file = file
    self.format = format
    self.hasLabels = hasLabels
    self.hasPValues = hasPValues
    self.reasonCount = reasonCount
    let reasons = (0..<reasonCount).flatMap { rank in
      FeatureError.fieldNames.map { "reason_\(rank + 1)\($0)" }
    }
    let columns =
      ["id"] + (hasLabels ? ["label"] : []) + Self.columns.filter { hasPValues || $0 != "p_value" } + reasons
    kept = layout.map { KeptNames($0, beside: columns + Self.membersOfJSON) } ?? KeptNames()
    switch format {
    case .csv: try file.write(text.row(columns + kept.names))
    case .jsonLines: break
    case .arrow:
      let isStream = !file.isRegular || CompressedOutput.name(path).lowercased().hasSuffix(".arrows")
      arrow = try ArrowScoreRows(
        isStream ? .stream : .file, columns: columns, kept: kept, reasonCount: reasonCount, to: file)
      return
    }
    arrow = nil
  }

  /// Writes the rows of a batch.
  ///
  /// - Throws: ``FileError``.
  package func write(_ batch: ScoredBatch) throws(FileError) {
    if let arrow { return try arrow.write(batch) }
    var bytes: [UInt8] = []
    swap(&bytes, &lines)
    bytes.removeAll(keepingCapacity: true)
    switch format {
    case .csv: appendRows(of: batch, to: &bytes)
    case .jsonLines:
      for index in 0..<batch.count {
        bytes += Array(JSONText.compact(.object(object(index, of: batch))).utf8) + [Self.lineFeed]
      }
    case .arrow: break
    }
    try file.write(bytes)
    lines = bytes
  }

  private func appendRows(of batch: ScoredBatch, to bytes: inout [UInt8]) {
    let calibration = batch.detector.calibration
    let hasReasons = reasonCount > 0 && batch.outputShape.imageExtents == nil
    let reasons = hasReasons ? RowReasons(batch.detector) : nil
    batch.write(scores: &scores, errors: &errors)
    for index in 0..<batch.count {
      if batch.hasIDs { text.append(field: batch.id(at: index), to: &bytes) }
      if hasLabels {
        if !batch.hasIDs { NumberText.append(batch.record(at: index), to: &bytes) }
        bytes.append(Self.comma)
        text.append(field: batch.label(at: index) ?? "", to: &bytes)
      }
      let number = batch.hasIDs || hasLabels ? nil : batch.record(at: index)
      let isFlagged = batch.flags(scores[index])
      append(number, scores[index], errors[index], isFlagged, calibration, to: &bytes)
      if reasonCount > 0 {
        append(reasons.map { batch.reasons(at: index, by: $0, limit: reasonCount) } ?? [], to: &bytes)
      }
      if !kept.isEmpty {
        for cell in kept.cells(of: batch, at: index) {
          bytes.append(Self.comma)
          text.append(field: cell, to: &bytes)
        }
      }
      bytes.append(Self.lineFeed)
    }
  }

  /// Appends the columns of numbers: the number of a record that has no identifier, the score, its ranks, the
  /// flag and the error.
  private func append(
    _ number: Int?, _ score: Double, _ error: Double, _ isFlagged: Bool?, _ calibration: Calibration,
    to bytes: inout [UInt8]
  ) {
    var at = bytes.count
    bytes.append(contentsOf: Self.room)
    var span = bytes.mutableSpan
    if let number { NumberText.write(number, to: &span, at: &at) }
    Self.write(score, to: &span, at: &at)
    Self.write(calibration.percentile(of: score), to: &span, at: &at)
    if hasPValues { Self.write(calibration.pValue(of: score), to: &span, at: &at) }
    span[at] = Self.comma
    at += 1
    if let isFlagged {
      span[at] = isFlagged ? UInt8(ascii: "1") : UInt8(ascii: "0")
      at += 1
    }
    Self.write(error, to: &span, at: &at)
    bytes.removeLast(bytes.count - at)
  }

  /// Writes a comma and a number; nothing after the comma for nil.
  private static func write(_ value: Double?, to bytes: inout MutableSpan<UInt8>, at: inout Int) {
    bytes[at] = comma
    at += 1
    if let value { NumberText.write(shortest: Float(value), to: &bytes, at: &at) }
  }

  /// Returns a row as JSON.
  private func object(_ index: Int, of batch: ScoredBatch) -> JSONObject {
    let sample = batch.sample(at: index).json(reasonCount: reasonCount)
    var object = JSONObject(
      sample.members.filter { reasonCount > 0 || $0.key != "reasons" }.map { ($0.key, $0.value) })
    for (name, cell) in zip(kept.names, kept.cells(of: batch, at: index)) {
      object[name] = KeptNames.value(of: cell)
    }
    return object
  }

  /// Appends as many fields as the header has: a sample that is reconstructed exactly has no reasons.
  private func append(_ reasons: [FeatureError], to bytes: inout [UInt8]) {
    for reason in reasons { reason.append(to: &bytes, text) }
    for _ in 0..<(reasonCount - reasons.count) * FeatureError.fieldNames.count { bytes.append(Self.comma) }
  }

  /// The columns of every table after id and label.
  static let columns = ["score", "percentile", "p_value", "flag", "error"]
  /// The members of JSON objects that are not columns.
  private static let membersOfJSON = ["record", "pValue", "extrapolatedTail", "reasons"]
  private static let lineFeed = UInt8(ascii: "\n")
  private static let comma = UInt8(ascii: ",")
  /// Bytes to write the columns of numbers to.
  private static let room = [UInt8](repeating: 0, count: 5 * (NumberText.byteLimit + 1) + 2)

  /// Completes the file and moves it to its path.
  ///
  /// - Throws: ``FileError``.
  package func finish() throws(FileError) {
    try arrow?.finish()
    try file.commit()
  }
}

import Misfit
import MisfitReporting
import MisfitStreams

/// What models of windows found, and the columns of a row by score, as text.
extension ObservationText {
  /// The cells of CSV of models of windows, and the name of what alarmed.
  func windowCells(_ observation: Observation) -> [String] {
    let parts = [observation.shape, observation.joint].flatMap { finding in
      [finding.map { Self.ratio($0.score) } ?? "", finding.map(reasons) ?? ""]
    }
    return [Self.alarmSources(observation).joined(separator: " ")] + parts
  }

  /// The sentences of the models of windows that alarm.
  func windowSentences(_ observation: Observation) -> [String] {
    var sentences: [String] = []
    if let shape = observation.shape, shape.isAlarm {
      sentences.append("anomalous by its shape: \(reasons(shape)) (\(Self.times(shape)))")
    }
    if let joint = observation.joint, joint.isAlarm {
      sentences.append("anomalous together: \(reasons(joint)) (\(Self.times(joint)))")
    }
    return sentences
  }

  /// Returns the names of what alarmed.
  static func alarmSources(_ observation: Observation) -> [String] {
    let sources = [
      ("columns", !observation.alarmedColumns.isEmpty), ("shape", observation.shape?.isAlarm == true),
      ("joint", observation.joint?.isAlarm == true),
    ]
    return sources.filter(\.1).map(\.0)
  }

  private static func ratio(_ score: Double) -> String { NumberText.significant(score, digits: 6) }

  private static func times(_ finding: WindowFinding) -> String {
    "\(NumberText.significant(finding.score, digits: 2)) times the usual distance"
  }

  /// Returns the columns that are not as expected: `flow 3.1 (expected 7.9)`.
  private func reasons(_ finding: WindowFinding) -> String {
    finding.reasons.prefix(reasonCount ?? 3).map { reason in
      let value = NumberText.significant(reason.value, digits: 6)
      return "\(reason.column) \(value) (expected \(NumberText.significant(reason.expected, digits: 6)))"
    }.joined(separator: "; ")
  }

  func json(_ finding: WindowFinding) -> JSONValue {
    let reasons = finding.reasons.prefix(reasonCount ?? 3).map { reason in
      JSONValue.object([
        "column": JSONValue(reason.column), "value": JSONValue(reason.value),
        "expected": JSONValue(reason.expected), "share": JSONValue(reason.share),
      ])
    }
    return .object([
      "score": JSONValue(finding.score), "threshold": JSONValue(finding.threshold),
      "alarm": JSONValue(finding.isAlarm), "reasons": .array(Array(reasons)),
    ])
  }

  // MARK: Columns by score

  /// Returns the reasons of CSV: the columns with the largest scores if several are wanted.
  func reasonCell(_ observation: Observation) -> String {
    guard reasonCount != nil else { return Self.reasons(observation) }
    return observation.rankedColumns.map(Self.text).joined(separator: "; ")
  }

  /// Returns a column in its units: `cpu 76.23 (usually 14.7, nearest seen 16)`.
  static func text(_ column: RankedColumn) -> String {
    let value = "\(column.column) \(NumberText.significant(column.value, digits: 6))"
    guard column.nearest.isFinite else { return value }
    let nearest = NumberText.significant(column.nearest, digits: 6)
    guard column.typical.isFinite else { return "\(value) (nearest seen \(nearest))" }
    return "\(value) (usually \(NumberText.significant(column.typical, digits: 4)), nearest seen \(nearest))"
  }

  static func json(_ column: RankedColumn) -> JSONValue {
    .object([
      "column": JSONValue(column.column), "score": JSONValue(column.score),
      "value": JSONValue(column.value), "nearest": JSONValue(column.nearest),
      "typical": JSONValue(column.typical),
    ])
  }
}

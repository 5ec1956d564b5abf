import Misfit
import MisfitReporting
import MisfitStreams

/// The format of observations.
enum ObservationFormat: String, CaseIterable {
  case csv
  case jsonl
  case text
}

/// Writes observations as lines.
struct ObservationText {
  var format: ObservationFormat
  /// Whether only events are written: their beginning and end, repeated alarms, and moved levels.
  var onlyEvents: Bool
  /// Whether a model scores rows, too.
  var hasModel = false
  /// Whether models of windows score rows, too.
  var hasWindows = false
  /// The number of columns that explain a row; nil for the statistics of the first one.
  var reasonCount: Int?

  /// The header of CSV; empty for other formats.
  var header: String {
    guard format == .csv else { return "" }
    return "row,time,series,score,p_value,threshold,alarm,event,column,value,expected,reason,level_change"
      + (hasWindows ? ",alarm_by,shape_score,shape_reason,joint_score,joint_reason" : "")
      + (hasModel ? ",model_score,model_p_value,model_alarm,model_reason\n" : "\n")
  }

  /// Returns the lines of an observation; empty if there is nothing to write.
  func lines(_ observation: Observation, time: String, _ finding: ModelWatch.Finding?) -> String {
    let isEvent =
      observation.isAlarm || observation.event == .over || !observation.levelChanges.isEmpty
      || finding?.isAlarm == true
    guard isEvent || !onlyEvents else { return "" }
    switch format {
    case .csv: return csv(observation, time, finding)
    case .jsonl: return JSONText.compact(.object(json(observation, time, finding))) + "\n"
    case .text: return text(observation, time, finding)
    }
  }

  // MARK: CSV

  private func csv(_ observation: Observation, _ time: String, _ finding: ModelWatch.Finding?) -> String {
    var cells = [
      String(observation.row), time, observation.series, Self.number(observation.score),
      Self.number(observation.pValue), Self.number(observation.threshold), observation.isAlarm ? "1" : "0",
    ]
    cells += [observation.event?.rawValue ?? "", observation.column]
    cells += [Self.number(observation.value), Self.number(observation.expected)]
    cells += [reasonCell(observation), observation.levelChanges.map(Self.text).joined(separator: "; ")]
    if hasWindows { cells += windowCells(observation) }
    if hasModel {
      cells += [finding.map { Self.number($0.score) } ?? "", finding.map { Self.number($0.pValue) } ?? ""]
      cells += [finding?.isAlarm == true ? "1" : "0", finding.map(modelReasons) ?? ""]
    }
    return cells.map(Self.quoted).joined(separator: ",") + "\n"
  }

  private static func number(_ value: Double) -> String { value.isFinite ? value.description : "" }

  private static func quoted(_ cell: String) -> String {
    guard cell.utf8.contains(where: { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: JSON

  private func json(
    _ observation: Observation, _ time: String, _ finding: ModelWatch.Finding?
  ) -> JSONObject {
    var object: JSONObject = [
      "row": JSONValue(observation.row), "time": JSONValue(time), "series": JSONValue(observation.series),
      "score": JSONValue(observation.score), "pValue": JSONValue(observation.pValue),
      "threshold": JSONValue(observation.threshold), "alarm": JSONValue(observation.isAlarm),
      "event": observation.event.map { JSONValue($0.rawValue) } ?? .null,
      "column": JSONValue(observation.column), "value": JSONValue(observation.value),
      "expected": JSONValue(observation.expected),
    ]
    object["alarmedColumns"] = .array(observation.alarmedColumns.map { JSONValue($0) })
    object["reasons"] = .array(
      observation.reasons.map { reason in
        .object([
          "column": JSONValue(reason.column), "statistic": JSONValue(Self.name(reason.statistic)),
          "value": JSONValue(reason.value), "nearest": JSONValue(reason.nearest),
          "pValue": JSONValue(reason.pValue), "share": JSONValue(reason.share),
        ])
      })
    object["levelChanges"] = .array(
      observation.levelChanges.map { change in
        .object([
          "column": JSONValue(change.column), "before": JSONValue(change.before),
          "after": JSONValue(change.after), "rows": JSONValue(change.rowCount),
          "since": change.seconds.map { JSONValue(TimeStamp.text(seconds: $0)) } ?? .null,
        ])
      })
    if reasonCount != nil { object["columns"] = .array(observation.rankedColumns.map(Self.json)) }
    if hasWindows {
      object["alarmBy"] = .array(Self.alarmSources(observation).map { JSONValue($0) })
      object["shape"] = observation.shape.map(json) ?? .null
      object["joint"] = observation.joint.map(json) ?? .null
    }
    guard hasModel else { return object }
    object["model"] =
      finding.map { finding in
        .object([
          "score": JSONValue(finding.score), "pValue": JSONValue(finding.pValue),
          "alarm": JSONValue(finding.isAlarm), "reasons": JSONValue(modelReasons(finding)),
        ])
      } ?? .null
    return object
  }

  /// Returns the columns with the largest shares of a model's score: `flow 3.1 (expected 7.9)`.
  private func modelReasons(_ finding: ModelWatch.Finding) -> String {
    finding.reasons.prefix(reasonCount ?? 3).map {
      "\($0.feature) \($0.valueText) (expected \($0.expectedText))"
    }
    .joined(separator: "; ")
  }

  // MARK: Text

  private func text(_ observation: Observation, _ time: String, _ finding: ModelWatch.Finding?) -> String {
    let place = [time.isEmpty ? "row \(observation.row)" : time, observation.series]
      .filter { !$0.isEmpty }.joined(separator: " ")
    var lines = observation.levelChanges.map { "\(place): \(Self.text($0))" }
    if let finding, finding.isAlarm {
      let pValue = NumberText.significant(finding.pValue, digits: 2)
      lines.append("\(place): anomalous by the model: \(modelReasons(finding)) (p \(pValue))")
    }
    lines += windowSentences(observation).map { "\(place): \($0)" }
    let isExplained = lines.count > observation.levelChanges.count
    if !observation.alarmedColumns.isEmpty || observation.event == .over || (!onlyEvents && !isExplained) {
      lines.append("\(place): \(sentence(observation))")
    }
    return lines.map { VisibleText.lines($0) + "\n" }.joined()
  }

  private func sentence(_ observation: Observation) -> String {
    if !observation.alarmedColumns.isEmpty {
      let column = observation.reasons.first?.column ?? observation.column
      let others = observation.alarmedColumns.filter { $0 != column }
      let more = others.isEmpty ? "" : "; also \(also(others, observation))"
      let pValue = NumberText.significant(observation.pValue, digits: 2)
      let again = observation.event == .continues ? "still " : ""
      return "\(again)anomalous: \(column) \(Self.reasons(observation))\(more) (p \(pValue))"
    }
    if observation.event == .over { return "normal again" }
    guard !observation.column.isEmpty else { return "no number" }
    let value = NumberText.significant(observation.value, digits: 6)
    let score = NumberText.fixed(observation.score, decimals: 2)
    let threshold = NumberText.fixed(observation.threshold, decimals: 2)
    return
      "\(observation.column) \(value), score \(score) of \(threshold)"
  }

  /// Returns the first reasons in the units of the column: `76.23 (nearest seen 16); mean of 3 34.5 (14.8)`.
  static func reasons(_ observation: Observation) -> String {
    let reasons = observation.reasons.prefix(3).sorted { $0.statistic == .value && $1.statistic != .value }
    return reasons.enumerated().map { index, reason in
      let value = NumberText.significant(reason.value, digits: 6)
      let nearest = NumberText.significant(reason.nearest, digits: 6)
      let name = reason.statistic == .value ? "" : name(reason.statistic) + " "
      guard reason.nearest.isFinite else { return name + value }
      return "\(name)\(value) (\(index == 0 ? "nearest seen " : "")\(nearest))"
    }.joined(separator: "; ")
  }

  /// Returns other columns that alarm, with their values if several reasons are wanted.
  private func also(_ others: [String], _ observation: Observation) -> String {
    guard let reasonCount else { return others.joined(separator: ", ") }
    let ranked = observation.rankedColumns.filter { others.contains($0.column) }
    let named = ranked.prefix(max(reasonCount - 1, 0)).map(Self.text)
    let rest = others.filter { name in !ranked.prefix(named.count).contains { $0.column == name } }
    return (named + rest).joined(separator: ", ")
  }

  static func name(_ statistic: StreamStatistic) -> String {
    switch statistic {
    case .value: "value"
    case .mean(let length): "mean of \(length)"
    case .spread(let length): "spread of \(length)"
    }
  }

  private static func text(_ change: LevelChange) -> String {
    let before = NumberText.significant(change.before, digits: 4)
    let after = NumberText.significant(change.after, digits: 4)
    let since =
      change.seconds.map { "at \(TimeStamp.text(seconds: $0))" } ?? "\(change.rowCount) rows ago"
    return "the level of \(change.column) moved from \(before) to \(after) \(since)"
  }
}

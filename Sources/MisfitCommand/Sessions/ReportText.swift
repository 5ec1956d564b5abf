import Misfit
import MisfitReporting

/// The output of a verb that writes a report.
enum ReportText {
  private static func lineText(of decision: Decision) -> String {
    guard decision.threshold.isFinite else { return "flagged: no score is called anomalous" }
    let value = NumberText.significant(decision.threshold)
    return "above the threshold \(value)\(decision.isExtrapolated ? ", extrapolated" : "")"
  }

  /// Prints the finding, the worst samples, and the path of the page.
  static func print(
    _ summary: ScoreSummary, folder: String, modelPath: String? = nil, shownCount: Int = 5,
    on terminal: Terminal
  ) throws {
    let verb = summary.flaggedCount == 1 ? "is" : "are"
    try terminal.print(
      "\(NumberText.grouped(summary.flaggedCount)) of \(CountText.of(summary.count, "sample")) \(verb) "
        + "\(lineText(of: summary.decision)) (\(summary.detector.calibration.measure.title))"
    )
    if let evaluation = summary.evaluation, let anomalies = summary.anomalyText,
      let area = evaluation.areaUnderROC, let precision = evaluation.averagePrecision
    {
      try terminal.print(
        "AUROC \(NumberText.fixed(area, decimals: 3)), average precision "
          + "\(NumberText.fixed(precision, decimals: 3)) for \(anomalies) (not used in training)"
      )
    }
    for line in summary.evaluationLines { try terminal.print(line) }
    try terminal.print()
    if let events = summary.events {
      for line in EventText.lines(events, shownCount: shownCount) { try terminal.print(line) }
    } else {
      for line in RankingText.lines(Array(summary.worst.prefix(shownCount)), reasonCount: 2) {
        try terminal.print(line)
      }
    }
    try terminal.print()
    if let segments = summary.segments {
      for line in SegmentTable.lines(of: segments) { try terminal.print(line) }
      try terminal.print()
    }
    let page = "\(FolderPath.plain(folder))/report.html"
    if let modelPath { try terminal.print("model  \(modelPath)") }
    try terminal.print("report \(page)")
    var json = summary.json
    var training = summary.detector.training.json
    for member in summary.detector.training.timesJSON.members { training[member.key] = member.value }
    json["training"] = .object(training)
    json["modelPath"] = JSONValue(modelPath)
    json["reportPath"] = JSONValue(page)
    try terminal.finish(json: JSONText.compact(.object(json)))
  }
}

import Misfit

/// What a report shows.
struct ReportFlags: FlagSet {
  var worstCount = 20
  var drawnCount = 12
  var anomalyLabel: String?

  static var arguments: [Argument<ReportFlags>] {
    Group("Report") {
      Flag(
        "-n, --top N", \.worstCount, .integer(in: 1...10_000),
        help: "How many of the worst samples are listed.")
      Flag("--draw N", \.drawnCount, .integer(in: 1...200), help: "How many of them are drawn.")
      Flag(
        "--anomaly-label TEXT", \.anomalyLabel, .text, otherwise: "the rarer of two labels",
        help: "The label of an anomaly, for AUROC and average precision.")
    }
  }

  /// Scores, and writes the folder, together with files that were begun in `group` before.
  ///
  /// `expectedCount` is about the number of samples, where the source does not say.
  func write(
    _ scoring: Scoring, by rule: DecisionRule = .modelThreshold, reasonCount: Int = 0, to folder: String,
    in group: OutputGroup = OutputGroup(), expectedCount: Int? = nil, choices: [Choice], terminal: Terminal
  ) throws -> ScoreSummary {
    var options = ScoreSummary.Options()
    options.worstCount = max(worstCount, drawnCount)
    options.anomalyLabel = anomalyLabel
    if reasonCount > 0 { options.reasonCount = reasonCount }
    let interruption = Interruption.watch()
    defer { interruption.end() }
    var report = DetectionReport(
      try scoring.deciding(by: rule, on: terminal, until: interruption), options: options)
    report.tabledReasons = reasonCount
    report.drawnCount = drawnCount
    report.choices = choices
    report.command = (["misfit"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
    let sampleCount = scoring.source.layout.sampleCount ?? expectedCount
    let progress = RowProgressLine("scoring", terminal.messages)
    defer { progress.finish() }
    let summary = try report.write(to: FolderPath.plain(folder), in: group) { rowCount in
      try interruption.check()
      progress.update(
        rowCount: rowCount, share: sampleCount.map { Double(rowCount) / Double(max($0, 1)) })
    }
    if let anomalyLabel, summary.anomalyLabel == nil {
      terminal.messages.warning("no sample has the label \"\(anomalyLabel)\"")
    }
    return summary
  }
}

/// Folders as people type them.
enum FolderPath {
  /// Refuses standard output, which is no folder.
  static func check(_ path: String) throws(ArgumentError) {
    guard path == "-" else { return }
    throw ArgumentError(
      .conflict(
        "a report is a folder of files, which standard output cannot be", remedy: "give a folder to -o"))
  }

  /// Without the slash at its end.
  static func plain(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}

import Misfit
import MisfitReporting

/// The flags for the content of a report.
struct ReportFlags: FlagSet {
  var worstCount: Int?
  var drawing = Drawing.automatic
  var anomalyLabel: String?
  var isSpreadsheetSafe = false

  static var arguments: [Argument<ReportFlags>] {
    Group("Report", common: ["--top"]) {
      Flag(
        "-n, --top N", \.worstCount, .integer(in: 1...10_000),
        otherwise: "20 in the report, 5 in the terminal",
        help: "The number of most anomalous samples to list.")
      Flag(
        "--draw N", \.drawing, .drawing,
        otherwise: "12, and for images all flagged ones up to 200, with a few examples",
        help:
          """
          The number of them to draw, all or none. Each drawn image has a heat map, a mask and an overlay of \
          its own size in maps/, masks/ and overlays/. With none, regions are not computed either.
          """
      )
      Flag(
        "--anomaly-label TEXT", \.anomalyLabel, .text,
        otherwise:
          "of two labels the one named like an anomaly (bad, fraud; not good, 0), otherwise the rarer",
        help: "The label of an anomaly, for AUROC and average precision.")
      Switch(
        "--spreadsheet-safe", \.isSpreadsheetSafe,
        help: "Put an apostrophe before text in CSV files that a spreadsheet would take for a formula.")
    }
  }

  /// The number of worst samples that the terminal lists.
  var shownCount: Int { worstCount ?? 5 }

  /// Scores the data and writes the folder, together with the files begun in `group` before.
  ///
  /// `expectedCount` is the approximate number of samples, used if the source does not know it.
  func write(
    _ scoring: Scoring, by rule: DecisionRule = .modelThreshold, reasonCount: Int = 0, to folder: String,
    in group: OutputGroup = OutputGroup(), expectedCount: Int? = nil, choices: [Choice],
    annotations: AnnotationFlags = AnnotationFlags(), record: RunRecord? = nil,
    segmentColumns: [String] = [], terminal: Terminal
  ) throws -> ScoreSummary {
    var options = ScoreSummary.Options()
    let rowCount = drawing.rowCount
    let isPicture = scoring.detector.showsPictures
    options.worstCount = worstCount ?? (isPicture ? 20 : max(20, rowCount))
    options.anomalyLabel = anomalyLabel
    if reasonCount > 0 { options.reasonCount = reasonCount }
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let scoring = try scoring.deciding(by: rule, on: terminal, until: interruption)
    var report = DetectionReport(scoring, options: options)
    report.defects = try annotations.evaluation(of: scoring)
    report.tabledReasons = reasonCount
    report.segmentColumns = segmentColumns
    report.drawnCount = min(isPicture ? min(rowCount, 12) : rowCount, options.worstCount)
    report.drawnImages = drawing.images
    report.escapesFormulas = isSpreadsheetSafe
    report.record = record
    report.choices = choices
    report.naming = { OptionFlags.text($0, nil) }
    report.command = (["misfit"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
    let sampleCount = scoring.source.layout.sampleCount ?? expectedCount
    let progress = RowProgressLine("scoring", terminal.messages)
    let drawingProgress = RowProgressLine("drawing", terminal.messages)
    defer {
      progress.finish()
      drawingProgress.finish()
    }
    let summary = try report.write(to: FolderPath.plain(folder), in: group) { rowCount in
      try interruption.check()
      progress.update(
        rowCount: rowCount, share: sampleCount.map { Double(rowCount) / Double(max($0, 1)) })
    } onDrawing: { drawnCount, count in
      try interruption.check()
      progress.finish()
      drawingProgress.update(rowCount: drawnCount, share: Double(drawnCount) / Double(max(count, 1)))
    }
    terminal.messages.warnOfMissingPlots()
    if let text = summary.unscoredText { terminal.messages.warning(text.shown) }
    if summary.unlabelledCount > 0, !summary.labelCounts.isEmpty {
      let count = CountText.of(summary.unlabelledCount, "sample")
      terminal.messages.note("\(count) without a label left out of the evaluation")
    }
    if let anomalyLabel, summary.anomalyLabel == nil {
      terminal.messages.warning("no sample has the label \"\(anomalyLabel)\"")
    }
    if anomalyLabel == nil, summary.labelCounts.count == 2, summary.anomalyLabel == nil {
      let labels = summary.labelCounts.map { "\"\($0.label)\"" }.joined(separator: " or ")
      terminal.messages.warning(
        "which label is the anomaly, \(labels), cannot be told; name it by --anomaly-label for AUROC")
    }
    return summary
  }
}

extension ReportFlags {
  /// The samples that are drawn.
  enum Drawing: Equatable {
    case automatic
    case count(Int)
    case all
    case none

    /// The number of rows in the drawing of the worst.
    var rowCount: Int {
      switch self {
      case .automatic: 12
      case .count(let count): min(count, 200)
      case .all: 200
      case .none: 0
      }
    }

    /// The images of which there are pictures.
    var images: DrawnImages {
      switch self {
      case .automatic: .automatic
      case .count(let count): .worst(count)
      case .all: .all
      case .none: .none
      }
    }
  }
}

extension ValueKind where Value == ReportFlags.Drawing {
  /// A number of samples, `all` or `none`.
  static var drawing: ValueKind {
    ValueKind(
      expectation: "a number from 1 to 10000, all or none", example: "all",
      read: { text in
        switch text {
        case "all": .all
        case "none": ReportFlags.Drawing.none
        default: Int(text).flatMap { (1...10_000).contains($0) ? .count($0) : nil }
        }
      }, write: { _ in nil })
  }
}

/// Paths of folders, as people type them.
enum FolderPath {
  /// Throws if the path is standard output or a folder of the inputs.
  static func check(_ path: String, differsFrom inputs: [String] = []) throws(ArgumentError) {
    guard path != "-" else {
      throw ArgumentError(
        .conflict(
          "a report is a folder of files, which standard output cannot be", remedy: "give a folder to -o"))
    }
    guard inputs.contains(where: { DataFiles.areSame(path, $0) }) else { return }
    throw ArgumentError(
      .conflict(
        "the report would be written among the data in \(path), and read as data next time",
        remedy: "give another folder to -o"))
  }

  /// Returns the path without trailing slashes.
  static func plain(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}

import Misfit
import MisfitReporting

/// The verb `misfit report`.
struct Report: Verb {
  static let name = "report"
  static let summary = "Scores data and writes a folder with a page, pictures, scores and a summary."
  static let details = """
    Writes report.html, scores.csv, reasons.csv for tables, summary.json, training.csv and the pictures as \
    PNG and SVG. For images, also a heat map, a mask and an overlay of each drawn image, and regions.csv \
    with the regions above the threshold; the page shows them side by side.
    """
  static let examples = [
    Example("misfit report model.misfit new.csv -o out/"),
    Example("misfit report model.misfit new.csv -o out/ --by region,app", "the segments to blame"),
    Example("misfit report model.misfit photos/ -o out/ --draw all", "heat maps of all images"),
  ]

  var output = ""
  var flags = ReportFlags()
  var target = TargetPath()
  var segments = SegmentFlags()
  var annotations = AnnotationFlags()
  var region = RegionFlags()
  var decision = ScoringDecision()
  var record = RecordFlag()
  var subject = ModelAndData()
  var badData: BadDataFlags? { subject.input.badData }
  var isSpreadsheetSafe: Bool { flags.isSpreadsheetSafe }

  static var arguments: [Argument<Report>] {
    Flag("-o, --output FOLDER", \.output, .folder, isRequired: true, help: "Folder of the report.")
    Shared(\.flags)
    Shared(\.target)
    Shared(\.segments)
    Shared(\.annotations)
    Shared(\.region)
    Shared(\.decision)
    Shared(\.record)
    Shared(\.subject)
  }

  func check() throws(ArgumentError) {
    try annotations.check()
    try segments.check()
    try FolderPath.check(output, differsFrom: subject.data)
    try decision.check()
    try record.check(data: subject.data, output: output)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    var scoring = try segments.opening {
      try subject.scoring(target, readsTwice: decision.rule.needsAllScores, keeping: segments.kept)
    }
    try segments.check(scoring.detector)
    try region.apply(to: &scoring)
    scoring.printNotes(on: terminal)
    let summary = try flags.write(
      scoring, by: decision.rule, to: output, choices: [], annotations: annotations,
      record: try record.isOn
        ? RunRecord(arguments: RecordFlag.typed, model: subject.model, data: subject.data) : nil,
      segmentColumns: segments.columns, terminal: terminal)
    try ReportText.print(summary, folder: output, shownCount: flags.shownCount, on: terminal)
    return decision.flags.status(flagged: summary.flaggedCount)
  }
}

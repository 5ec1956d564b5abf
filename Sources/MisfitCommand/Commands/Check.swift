import Misfit
import MisfitReporting

/// The verb `misfit check`.
struct Check: Verb {
  static let name = "check"
  static let summary = "Checks new data against a model, and fails if it has changed."
  static let details = """
    For pipelines: exits with status 0 if the data is as the model knows it, 1 if something fails, and 2 on \
    an error. Finds missing and new columns, cells of another type, unseen levels, missing cells, drift and \
    trends of columns, too many flagged rows, and rows far beyond all that the model was calibrated on. \
    Tests are adjusted for their number, and small changes pass however many rows there are.
    """
  static let examples = [
    Example("misfit check model.misfit new.csv && load new.csv", "load the data only if it passes"),
    Example("misfit check model.misfit new.csv --junit check.xml -o check/", "for a CI service, and a page"),
    Example("misfit check model.misfit today.csv --budget 20/day --allow drift"),
  ]

  var output: String?
  var junitPath: String?
  var shownCount = 10
  var flags = CheckFlags()
  var subject = ModelAndData()
  var badData: BadDataFlags? { subject.input.badData }

  init() { subject.input.badData.policy = .missing }

  static var arguments: [Argument<Check>] {
    Flag("-o, --output FOLDER", \.output, .folder, help: "Write a page and a summary into this folder.")
    Flag("--junit FILE", \.junitPath, .path, help: "Write the result as JUnit XML, for CI services.")
    Flag("-n, --top N", \.shownCount, .integer(in: 0...10_000), help: "The number of flagged rows to list.")
    Shared(\.flags)
    Shared(\.subject)
  }

  func check() throws(ArgumentError) {
    try flags.check()
    if let output { try FolderPath.check(output, differsFrom: subject.data) }
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    if let junitPath {
      try DataFiles.check(output: junitPath, differsFrom: [subject.model] + subject.data)
      // Checked before the data is read, which may take long.
      _ = try OutputFile(junitPath)
    }
    let result = try result(on: terminal)
    if let junitPath { try OutputFile.write(JUnitText.bytes(of: result), to: junitPath) }
    var page: String?
    if let output {
      var report = CheckReport(result)
      report.command = (["misfit"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
      page = try report.write(to: FolderPath.plain(output))
    }
    for line in CheckLines.lines(of: result) { try terminal.print(line) }
    if let page { try terminal.print("report \(page)") }
    var json = result.json
    json["modelPath"] = JSONValue(subject.model)
    json["reportPath"] = JSONValue(page)
    try terminal.finish(json: JSONText.compact(.object(json)))
    return result.passes ? .done : .anomaliesFound
  }

  /// Opens and scores the data; columns that the model lacks are a finding, not an error.
  private func result(on terminal: Terminal) throws -> CheckResult {
    let detector = try Detector.load(subject.model)
    var options = subject.input.sourceOptions
    options.threadCount = subject.machine.threadCount
    options.spoolsStandardInput = detector.scoresWindows
    var known = [detector.newColumns(of: subject.data, options: options)].compactMap(\.self)
    var checkOptions = flags.options
    checkOptions.listedCount = shownCount
    var check = DataCheck(detector, options: checkOptions)
    let name = subject.data.count == 1 ? subject.data[0] : "\(subject.data.count) files"
    do {
      var scoring = try detector.score(try detector.open(subject.data, options: options))
      scoring.threadCount = subject.machine.threadCount
      scoring.takesCrossEntropy = false
      scoring.makesPictures = false
      let interruption = Interruption.watch()
      defer { interruption.end() }
      try scoring.forEachBatch(shownOn: terminal, until: interruption) { check.update($0) }
    } catch let error as IngestError {
      guard check.rowCount == 0, let found = detector.findings(of: error) else { throw error }
      known = found + known
    }
    known += detector.findings(of: subject.input.badData.log)
    return check.result(of: name, known: known)
  }
}

/// A check as text for a terminal.
private enum CheckLines {
  static func lines(of result: CheckResult) -> [String] {
    var lines = ["\(result.source): \(result.passes ? "passed" : "failed"). \(result.lead)"]
    if !result.findings.isEmpty {
      let rows = result.findings.map { finding in
        [
          finding.fails ? "FAIL" : "note", finding.kind.rawValue, detail(of: finding),
        ]
      }
      lines += [""] + RankingText.leftAligned(rows)
    }
    if let alpha = result.alpha {
      lines += [
        "",
        """
        \(NumberText.grouped(result.flaggedCount)) of \(CountText.of(result.rowCount, "row")) flagged at \
        \(NumberText.significant(alpha * 100, digits: 2)) %, where normal data has about \
        \(NumberText.significant(result.expectedCount, digits: 2))
        """,
      ]
    }
    if !result.flagged.isEmpty { lines += RankingText.lines(result.flagged, reasonCount: 3) }
    return lines + result.notes.map { "note: \($0)" }
  }

  /// Returns the finding with what proves it and where it is.
  private static func detail(of finding: CheckFinding) -> String {
    var parts = [finding.text]
    if let effect = finding.effect, finding.kind == .drift || finding.kind == .trend {
      parts.append("shift \(NumberText.significant(effect, digits: 2))")
    }
    if !finding.pValueText.isEmpty { parts.append("p \(finding.pValueText)") }
    if finding.kind != .size, !finding.rowsText.isEmpty { parts.append(finding.rowsText) }
    return parts.joined(separator: "; ")
  }
}

import Misfit
import MisfitReporting

/// The verb `misfit score`.
struct Score: Verb {
  static let name = "score"
  static let summary = "Scores data with a model: one output row for each sample."
  static let details = """
    Writes CSV with the columns id, label (if there are labels), score (larger is more anomalous), \
    percentile (of the calibration scores, 0 to 100), p_value (how often normal samples score at least this \
    high), flag (1 for anomalous samples) and error (the reconstruction error: the mean squared error of the \
    scaled values, or the --error that the model was fitted with).

    The score of local and global is relative to the rows learned from: 1 is their average, and it is never \
    negative. The score of neighbors is the mean distance to the nearest rows; of pca, the squared \
    Mahalanobis distance; of a network on a table, the sum of the costs of its cells; of other networks, the \
    reconstruction error. Rows are never stored: data of any length takes the same memory.
    """
  static let examples = [
    Example("misfit score model.misfit new.csv -o scores.csv"),
    Example("misfit score model.misfit new.csv --keep all -o scored.csv", "the table with its scores"),
    Example("misfit score model.misfit new.csv --format jsonl | head -1", "one object for each row"),
    Example("misfit score model.misfit new.arrow -o scores.arrow", "Arrow in and out"),
    Example("zcat log.csv.gz | misfit score model.misfit - | head", "standard input and output"),
  ]

  var output = "-"
  var format: ScoreTable.Format?
  var kept: [String] = []
  var eventsPath: String?
  var precision = Precision.float32
  var target = TargetPath()
  var reasonCount = 0
  var isSpreadsheetSafe = false
  var annotations = AnnotationFlags()
  var region = RegionFlags()
  var decision = ScoringDecision()
  var record = RecordFlag()
  var subject = ModelAndData()
  var badData: BadDataFlags? { subject.input.badData }

  static var arguments: [Argument<Score>] {
    Flag(
      "-o, --output PATH", \.output, .path,
      help:
        """
        Path of the scores; `-` is standard output. A path that ends in .gz or .zst is compressed.
        """
    )
    Flag(
      "--output-format, --format NAME", \.format, .choice,
      otherwise: "by the ending of the path, csv for others",
      help:
        """
        The format: csv, jsonl (one JSON object a line, with nested reasons), or arrow (a stream to standard \
        output or a path that ends in .arrows, a Feather file otherwise).
        """
    )
    Flag(
      "--keep COLUMNS", all: \.kept, .names,
      help:
        """
        Columns of DATA to write beside the scores, separated by commas, or `all`. Cells are copied \
        unchanged.
        """
    )
    Flag(
      "--events PATH", \.eventsPath, .path, otherwise: "events are not written",
      help:
        """
        For a model of series (fit with --time): write the events, flagged rows that follow each other, as \
        CSV, one row an event with its times and what was expected.
        """
    )
    Flag(
      "--precision NAME", \.precision, .choice,
      help:
        """
        The precision of the factors of matrix products. bf16 is faster on processors that have it; scores \
        then differ by a few parts in a thousand from those that the model was calibrated with.
        """
    )
    Shared(\.target)
    Flag(
      "--reasons N", \.reasonCount, .integer(in: 0...1_000),
      help:
        """
        The number of reasons for each sample, the columns with the largest shares of its score: reason_1, \
        reason_1_share, reason_1_value, reason_1_expected, reason_1_direction, and so on.
        """
    )
    Switch(
      "--spreadsheet-safe", \.isSpreadsheetSafe,
      help: "Put an apostrophe before text that a spreadsheet would take for a formula.")
    Shared(\.annotations)
    Shared(\.region)
    Shared(\.decision)
    Shared(\.record)
    Shared(\.subject)
  }

  func check() throws(ArgumentError) {
    try annotations.check()
    try decision.check()
    try record.check(data: subject.data, output: output)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    try DataFiles.check(output: output, differsFrom: [subject.model] + subject.data)
    let format = format ?? ScoreTable.Format(of: output)
    if format == .arrow, output == "-", terminal.isInteractive {
      throw ArgumentError(
        .conflict(
          "Arrow data is not text, and standard output is a terminal",
          remedy: "give a file with -o, or pipe it to a program"), verb: Self.name)
    }
    if self.format != nil {
      try terminal.keepStandardOutputForJSON(from: output, what: "the rows", verb: Self.name)
    }
    var scoring = try subject.scoring(
      target, readsTwice: decision.rule.needsAllScores, keeping: KeptColumns(kept))
    scoring.precision = precision
    scoring.makesPictures = terminal.wantsJSON
    // The table has no cross-entropy but that of a score; the summary has it.
    if !terminal.wantsJSON { scoring.takesCrossEntropy = false }
    try region.apply(to: &scoring)
    if precision == .bfloat16, let reason = BFloat16Support.reasonAgainst {
      terminal.messages.warning("--precision bf16: \(reason) Scores are computed in f32.")
    }
    let interruption = Interruption.watch()
    defer { interruption.end() }
    scoring = try scoring.deciding(by: decision.rule, on: terminal, until: interruption)
    let writesTable = !(terminal.wantsJSON && output == "-")
    let table =
      writesTable
      ? try ScoreTable(
        output, layout: scoring.source.layout, reasonCount: reasonCount,
        format: format, escapesFormulas: isSpreadsheetSafe) : nil
    if !writesTable { terminal.messages.note("--json prints a summary; --format jsonl prints the rows") }
    if let eventsPath { try writeEvents(of: &scoring, to: eventsPath, until: interruption) }
    var options = ScoreSummary.Options()
    options.worstCount = reasonCount > 0 ? 20 : 0
    options.reasonCount = reasonCount
    var summary = ScoreSummary(of: scoring, options: options)
    var flaggedCount = 0
    var defects = try annotations.evaluation(of: scoring)
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { batch in
      try table?.write(batch)
      if decision.flags.failsOnAnomaly { flaggedCount += batch.flaggedCount }
      if terminal.wantsJSON { summary.update(batch) }
      try defects?.update(batch)
    }
    try table?.finish()
    if record.isOn { try writeRecord() }
    summary.defects = defects?.result
    for line in summary.defects?.lines ?? [] { terminal.messages.note(line) }
    var json = summary.json
    json["scoresPath"] = writesTable ? JSONValue(output) : .null
    try terminal.finish(json: JSONText.compact(.object(json)))
    return decision.flags.status(flagged: flaggedCount)
  }

  /// Writes the record of the run beside the scores.
  private func writeRecord() throws {
    let record = try RunRecord(
      arguments: RecordFlag.typed, model: subject.model, data: subject.data, scores: output)
    try OutputFile.write(JSONText.fileBytes(.object(record.json)), to: output + RunRecord.ending)
  }

  /// Writes the events of the scored series, whose scores are kept for the rows.
  private func writeEvents(
    of scoring: inout Scoring, to path: String, until interruption: Interruption
  ) throws {
    guard scoring.detector.scoresWindows else {
      throw ArgumentError(
        .conflict(
          "--events needs a model of series, and this one scores single rows",
          remedy: "fit it with --time, or omit --events"))
    }
    try DataFiles.check(output: path, differsFrom: [subject.model] + subject.data)
    guard path != output else {
      throw ArgumentError(
        .conflict("-o and --events name the same file", remedy: "give the events a path of their own"))
    }
    scoring = try scoring.scoringSeries { _ in try interruption.check() }
    guard let series = scoring.series else { return }
    let decision = scoring.decision ?? scoring.detector.decision()
    try EventTable.write(
      series.events { decision.flags($0) ?? false }, columns: series.columnNames, to: path,
      escapesFormulas: isSpreadsheetSafe)
  }
}

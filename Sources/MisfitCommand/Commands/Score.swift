import Misfit

/// `misfit score`.
struct Score: Verb {
  static let name = "score"
  static let summary = "Scores data with a model: one row a sample."
  static let details = """
    Writes CSV with the columns id, label (where there are labels), error, percentile (the share of the calibration errors at or below this one) and \
    flag (1 above the model's threshold). Rows are never stored: data of any length takes the same memory.
    """
  static let examples = [
    Example("misfit score model.misfit new.csv -o scores.csv"),
    Example("zcat log.csv.gz | misfit score model.misfit - | head", "standard input and output"),
  ]

  var output = "-"
  var precision = Precision.single
  var target = TargetPath()
  var subject = ModelAndData()

  static var arguments: [Argument<Score>] {
    Flag("-o, --output PATH", \.output, .path, help: "Where the scores go; `-` is standard output.")
    Flag(
      "--precision NAME", \.precision, .choice,
      help:
        "What the factors of matrix products are rounded to; bf16 is faster on processors that have it, and errors differ by a few parts in a thousand from those that the model was calibrated with."
    )
    Shared(\.target)
    Shared(\.subject)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    try DataFiles.check(output: output, differsFrom: [subject.model, subject.data])
    var scoring = try subject.scoring(target)
    scoring.precision = precision
    if precision == .bfloat16, let reason = BFloat16Support.reasonAgainst {
      terminal.messages.warning("--precision bf16: \(reason) Scores are computed in f32.")
    }
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let writesTable = !(terminal.wantsJSON && output == "-")
    let table =
      writesTable ? try ScoreTable(output, hasLabels: scoring.source.layout.hasLabels) : nil
    var options = ScoreSummary.Options()
    options.worstCount = 0
    var summary = ScoreSummary(
      detector: scoring.detector, sourceName: scoring.source.name, options: options)
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { batch in
      try table?.write(batch)
      if terminal.wantsJSON { summary.update(batch) }
    }
    try table?.finish()
    var json = summary.json
    json["scoresPath"] = writesTable ? JSONValue(output) : .null
    try terminal.finish(json: JSONText.compact(.object(json)))
    return .done
  }
}

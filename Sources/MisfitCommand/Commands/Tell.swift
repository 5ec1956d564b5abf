import Misfit
import MisfitReporting

/// The verb `misfit tell`.
struct Tell: Verb {
  static let name = "tell"
  static let summary = "Adds feedback to a model: rows that were normal, and rules on columns."
  static let details = """
    Rows like a marked row have other scores from then on, without training, in every verb that scores. A \
    row is like it in the columns that are to blame: in their values, in their shares of the score, and in \
    what remains of the score without them. Five marked rows show how far a kind of rows spreads; one row \
    hides little more than itself.

    Feedback is stored apart from what the model learned: --list shows it, --forget removes it. Scores that \
    only become lower keep p-values valid, and make them cautious; --calibrate-on normal rows makes them \
    exact again.
    """
  static let examples = [
    Example("misfit tell model.misfit --normal 17,42,58 --data new.csv -o model2.misfit"),
    Example(
      "misfit tell model.misfit --normal ids.csv --from scored.csv --in-place",
      "scores that were written with --keep all"),
    Example("misfit tell model.misfit --unless 'cpu < 5' --direction latency=up --in-place"),
    Example("misfit tell model.misfit --list"),
    Example("misfit tell model.misfit --forget 17 --in-place"),
  ]

  var model = ""
  var data: [String] = []
  var scoresPath: String?
  var output: String?
  var isInPlace = false
  var lists = false
  var forgotten: [String] = []
  var normalRows: [String] = []
  var feedback = FeedbackFlags()
  var target = TargetPath()
  var input = InputFlags()
  var machine = MachineFlags()
  var badData: BadDataFlags? { input.badData }

  static var arguments: [Argument<Tell>] {
    Positional("MODEL", \.model, .path, help: "A file that `misfit fit` wrote.")
    Flag(
      "-o, --output PATH", \.output, .path, otherwise: "required without --in-place",
      help: "Path of the model with feedback.")
    Switch("--in-place", \.isInPlace, help: "Replace MODEL itself.")
    Flag(
      "--data FILE", each: \.data, .path,
      help: "The rows that --normal and --anomaly name: whatever `misfit score` reads.")
    Flag(
      "--from SCORES", \.scoresPath, .path,
      help:
        """
        The scores of these rows, as CSV from `misfit score`: they are compared with the model's, so that no \
        other rows are marked. Scores written with --keep all hold the rows, and need no --data.
        """
    )
    Flag(
      "--calibrate-on FILE", each: \.normalRows, .path, otherwise: "the calibration stays",
      help:
        """
        Normal rows, other than those marked: their scores with the feedback replace the calibration scores, \
        as `misfit calibrate` does.
        """
    )
    Shared(\.feedback)
    Group("Changes") {
      Switch("--list", \.lists, help: "Show the feedback of MODEL.")
      Flag(
        "--forget NAMES", all: \.forgotten, .names,
        help: "Remove feedback: the ids of marked rows, the columns of rules, or `all`.")
    }
    Shared(\.target)
    Shared(\.input)
    Shared(\.machine)
  }

  /// Whether the model changes.
  private var changes: Bool { feedback.marksRows || !feedback.rules.isEmpty || !forgotten.isEmpty }

  func check() throws(ArgumentError) {
    func refuse(_ fact: String, _ remedy: String) throws(ArgumentError) {
      throw ArgumentError(.conflict(fact, remedy: remedy))
    }
    if !feedback.marksRows, !data.isEmpty || scoresPath != nil {
      try refuse("no row of the data is marked", "name rows with --normal or --anomaly")
    }
    guard changes else {
      if !normalRows.isEmpty {
        try refuse(
          "there is no feedback to add, and --calibrate-on calibrates with it",
          "use `misfit calibrate \(model) \(normalRows[0]) --in-place`")
      }
      if !lists {
        try refuse("there is no feedback to add", "mark rows with --normal, or show it with --list")
      }
      if output != nil || isInPlace { try refuse("--list changes no model", "omit -o and --in-place") }
      return
    }
    if output == nil, !isInPlace {
      try refuse(
        "a model with feedback needs a path",
        "give one, as in -o model2.misfit, or --in-place to replace \(model)")
    }
    if output != nil, isInPlace { try refuse("-o and --in-place both set the path", "give one of them") }
    if output == "-" { try refuse("a model needs a file, not standard output", "give a path to -o") }
    if feedback.marksRows, data.isEmpty, scoresPath == nil {
      try refuse("the marked rows are in no file", "give the rows with --data new.csv")
    }
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    var detector = try Detector.load(model)
    guard changes else {
      try show(detector, path: model, on: terminal)
      return .done
    }
    let path = output ?? model
    try DataFiles.check(output: path, differsFrom: data + normalRows + (scoresPath.map { [$0] } ?? []))
    if forgotten == ["all"] {
      detector = detector.withFeedback(nil)
    } else if !forgotten.isEmpty {
      detector = try detector.forgetting(forgotten)
    }
    if !feedback.rules.isEmpty { detector = try detector.adding(feedback.rules) }
    var effect: FeedbackEffect?
    if feedback.marksRows {
      let marking = FeedbackMarking(
        data: data, scoresPath: scoresPath, input: input, target: target, threads: machine.threadCount)
      (detector, effect) = try marking.apply(try feedback.verdicts(), to: detector, terminal)
    }
    if !normalRows.isEmpty { detector = try calibrated(detector, terminal) }
    try detector.save(path)
    try show(detector, path: path, effect: effect, on: terminal)
    if normalRows.isEmpty, detector.feedback?.rows.contains(where: { $0.verdict == .anomaly }) ?? false {
      terminal.messages.note(
        """
        rows like a marked anomaly have higher scores than the calibration rows had: for valid p-values, \
        give normal rows with --calibrate-on
        """)
    }
    return .done
  }

  /// Returns a detector calibrated on normal rows.
  private func calibrated(_ detector: Detector, _ terminal: Terminal) throws -> Detector {
    detector.warn(ofTrainingData: normalRows, named: model, on: terminal)
    var options = input.sourceOptions
    options.threadCount = machine.threadCount
    var scoring = try detector.score(try detector.open(normalRows, options: options))
    scoring.threadCount = machine.threadCount
    let interruption = Interruption.watch()
    defer { interruption.end() }
    var scores = CalibrationScores()
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { batch in
      for score in batch.scores { scores.update(score) }
    }
    return try detector.calibrated(with: scores, of: scoring.source.name)
  }

  private func show(
    _ detector: Detector, path: String, effect: FeedbackEffect? = nil, on terminal: Terminal
  ) throws {
    let lines = detector.feedbackLines
    try terminal.print("\(path): \(lines.isEmpty ? "no feedback" : "with feedback")")
    for line in lines { try terminal.print("  \(line)") }
    if let effect { try terminal.print(effect.text) }
    try terminal.finish(
      json: JSONText.compact([
        "modelPath": JSONValue(path), "feedback": detector.feedbackJSON,
        "flaggedBefore": JSONValue(effect?.flaggedBefore), "flaggedAfter": JSONValue(effect?.flaggedAfter),
      ]))
  }
}

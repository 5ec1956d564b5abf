import Misfit
import MisfitReporting

/// The verb `misfit calibrate`.
struct Calibrate: Verb {
  static let name = "calibrate"
  static let summary = "Calibrates a model again on normal rows, without training."
  static let details = """
    Scores DATA, which should be normal rows that the model has not seen, and stores their scores in the \
    model in place of its calibration scores: percentiles, p-values and the threshold follow from them. What \
    was learned stays the same, byte by byte.
    """
  static let examples = [
    Example("misfit calibrate model.misfit normal.csv -o calibrated.misfit"),
    Example("misfit calibrate model.misfit normal.csv --in-place --quantile 0.999"),
  ]

  var output: String?
  var isInPlace = false
  var quantile: Double?
  var target = TargetPath()
  var subject = ModelAndData()
  var badData: BadDataFlags? { subject.input.badData }

  static var arguments: [Argument<Calibrate>] {
    Flag(
      "-o, --output PATH", \.output, .path, otherwise: "required without --in-place",
      help: "Path of the calibrated model.")
    Switch("--in-place", \.isInPlace, help: "Replace MODEL itself.")
    Flag(
      "--quantile Q", \.quantile, .number(between: 0, and: 1), otherwise: "unchanged",
      help: "Flag samples above this quantile of the scores.")
    Shared(\.target)
    Shared(\.subject)
  }

  func check() throws(ArgumentError) {
    guard output != nil || isInPlace else {
      throw ArgumentError(
        .conflict(
          "a calibrated model needs a path",
          remedy: "give one, as in -o calibrated.misfit, or --in-place to replace \(subject.model)"))
    }
    guard output == nil || !isInPlace else {
      throw ArgumentError(
        .conflict("-o and --in-place both set the path of the model", remedy: "give one of them"))
    }
    guard output == "-" else { return }
    throw ArgumentError(
      .conflict("a model needs a file, not standard output", remedy: "give a path, as in -o model.misfit"))
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let path = output ?? subject.model
    try DataFiles.check(output: path, differsFrom: subject.data)
    let scoring = try subject.scoring(target)
    scoring.detector.warn(ofTrainingData: subject.data, named: subject.model, on: terminal)
    let interruption = Interruption.watch()
    defer { interruption.end() }
    var errors = CalibrationScores()
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { batch in
      for score in batch.scores { errors.update(score) }
    }
    let detector = try scoring.detector.calibrated(
      with: errors, of: scoring.source.name, quantile: quantile)
    if errors.nanCount > 0 {
      terminal.messages.warning(
        "\(CountText.of(errors.nanCount, "sample")) with an error that is not a number were ignored")
    }
    try detector.save(path)
    try report(detector, path: path, of: scoring.source.name, on: terminal)
    return .done
  }

  private func report(_ detector: Detector, path: String, of source: String, on terminal: Terminal) throws {
    let calibration = detector.calibration
    try terminal.print(
      "\(path): calibrated on \(CountText.of(calibration.scores.count, "sample")) of \(source)")
    try terminal.print(
      """
      threshold \(NumberText.significant(calibration.threshold.value)) (\(calibration.measure.title)), least \
      p-value \(NumberText.significant(calibration.scores.leastTailProbability ?? .nan, digits: 3))
      """
    )
    try terminal.finish(
      json: JSONText.compact([
        "modelPath": JSONValue(path), "source": JSONValue(source),
        "samples": JSONValue(calibration.scores.count),
        "threshold": JSONValue(calibration.threshold.value),
        "thresholdQuantile": JSONValue(calibration.threshold.quantile),
        "scoreMeasure": JSONValue(calibration.measure.rawValue),
        "leastPValue": JSONValue(calibration.scores.leastTailProbability),
      ]))
  }
}

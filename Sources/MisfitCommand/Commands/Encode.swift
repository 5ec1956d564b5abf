import Misfit
import MisfitReporting

/// The verb `misfit encode`.
struct Encode: Verb {
  static let name = "encode"
  static let summary = "Writes the code of each sample: the bottleneck's values."
  static let details =
    "Also prints the compression ratio: the size of the codes relative to the file and to 32-bit floats."
  static let examples = [
    Example("misfit encode model.misfit data.csv -o codes.csv"),
    Example("misfit encode model.misfit images.idx -o codes.npy", "as NumPy array [samples, code]"),
  ]

  var output = "-"
  var subject = ModelAndData()
  var badData: BadDataFlags? { subject.input.badData }

  static var arguments: [Argument<Encode>] {
    Flag(
      "-o, --output PATH", \.output, .path,
      help: "Where the codes go: NPY for a path that ends in .npy, else CSV.")
    Shared(\.subject)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    try DataFiles.check(output: output, differsFrom: [subject.model] + subject.data)
    try terminal.keepStandardOutputForJSON(from: output, what: "the codes", verb: Self.name)
    var scoring = try subject.reconstruction()
    // Each tile of an image has its own code and reconstruction.
    scoring.stitchesTiles = false
    let interruption = Interruption.watch()
    defer { interruption.end() }
    try scoring.detector.checkJudgesRows(for: .encode)
    let width = scoring.detector.codeCount
    guard width > 0 else { throw NoCodeError(model: subject.model, kind: scoring.detector.kind) }
    let columns = (1...width).map { "code_\($0)" }
    let table = try RowTable(
      output, columns: columns, shape: .row(width), hasLabels: scoring.source.layout.hasLabels)
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { batch in
      try table.write(batch, values: batch.codes)
    }
    try table.finish()
    let storage = CodeStorage(
      of: table, source: scoring.source, sampleWidth: scoring.detector.schema.width)
    if let text = storage.text { terminal.messages.note(text) }
    var json = table.jsonObject
    json["storage"] = .object(storage.json)
    try terminal.finish(json: JSONText.compact(.object(json)))
    return .done
  }
}

/// An error for a model without a code.
struct NoCodeError: DiagnosableError {
  var model: String
  var kind: ModelChoice

  var diagnosis: Diagnosis {
    Diagnosis(
      "a model of the kind \(kind.name) has no code", at: InputPosition(source: model),
      remedy: "give an autoencoder or principal components; `misfit reconstruct` works on any model")
  }
}

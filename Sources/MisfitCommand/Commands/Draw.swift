import Misfit
import MisfitReporting

/// The verb `misfit draw`.
struct Draw: Verb {
  static let name = "draw"
  static let summary =
    "Draws a model: its layers, its first weights and, with data, what its decoder makes of codes."
  static let details = """
    Writes each picture as PNG and SVG: network (the layers), weights (of the first layer, or the principal \
    components, as images or, for tables, a heat map) and explained-variance (of the components). With \
    images as DATA also walk: for a code of two values a grid of decoded codes, otherwise the interpolation \
    from one sample to another, of different labels if there are labels. With any DATA and a code of two \
    values also code-scatter.
    """
  static let examples = [
    Example("misfit draw model.misfit -o pictures/"),
    Example(
      "misfit draw model.misfit images.idx --labels labels.idx -o pictures/", "with walks through the code"),
  ]

  var model = ""
  var data: String?
  var output = ""
  var unitCount = 100
  var scaling = WeightScaling.common
  var gridSide = CodeWalk.Options().gridSide
  var input = InputFlags()
  var badData: BadDataFlags? { input.badData }
  var machine = MachineFlags()

  static var arguments: [Argument<Draw>] {
    Positional("MODEL", \.model, .path, help: "A file that `misfit fit` wrote.")
    Positional("DATA", \.data, .path, help: "Samples whose codes are walked through.")
    Flag("-o, --output FOLDER", \.output, .path, isRequired: true, help: "Folder of the pictures.")
    Flag(
      "--units N", \.unitCount, .integer(in: 1...1024), help: "How many units of the first layer are drawn.")
    Flag(
      "--weight-scale NAME", \.scaling, .choice,
      help:
        """
        Colours mean the same in all images of weights (common), or reach up to each one's own largest \
        weight.
        """
    )
    Flag(
      "--grid N", \.gridSide, .integer(in: 2...40),
      help: "Decoded codes along each side, for a code of two values.")
    Shared(\.input)
    Shared(\.machine)
  }

  func check() throws(ArgumentError) { try FolderPath.check(output) }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let detector = try Detector.load(model)
    try detector.checkJudgesRows(for: .draw)
    let source = try data.map { try detector.open($0, options: input.sourceOptions) }
    let folder = FolderPath.plain(output)
    try FileSystem.makeDirectory(folder)
    let drawings = DetectorDrawings(detector)
    var pictures: [(name: String, drawing: any Drawing)] = []
    if let network = drawings.network { pictures.append(("network", network)) }
    if let weights = drawings.weights(atMost: unitCount, scaling: scaling) {
      pictures.append(("weights", weights))
    }
    if let variance = drawings.explainedVariance { pictures.append(("explained-variance", variance)) }
    if let source { pictures += try walk(detector, source, on: terminal) }
    guard !pictures.isEmpty else { throw NothingToDrawError(model: model, kind: detector.kind) }
    for (name, drawing) in pictures {
      for ending in ["png", "svg"] { try drawing.write(to: "\(folder)/\(name).\(ending)") }
      try terminal.print("\(folder)/\(name).png")
    }
    let json: JSONObject = [
      "model": JSONValue(model), "folder": JSONValue(folder), "pictures": JSONValue(pictures.map(\.name)),
    ]
    try terminal.finish(json: JSONText.compact(.object(json)))
    return .done
  }

  private func walk(
    _ detector: Detector, _ source: any RecordSource, on terminal: Terminal
  ) throws -> [(name: String, drawing: any Drawing)] {
    guard detector.codeCount > 0 else {
      terminal.messages.note("a model of the kind \(detector.kind.name) has no code to walk through")
      return []
    }
    var scoring = try detector.reconstruct(source)
    scoring.threadCount = machine.threadCount
    SourceText.printNotes(of: source, on: terminal)
    var options = CodeWalk.Options()
    options.gridSide = gridSide
    let walk = try CodeWalk(scoring, options: options)
    var pictures: [(name: String, drawing: any Drawing)] = []
    if let drawing = walk.drawing {
      pictures.append(("walk", drawing))
    } else if !detector.outputSchema.isPicture {
      terminal.messages.note("walks are drawn of images of one or three channels alone")
    }
    if let scatter = walk.scatter { pictures.append(("code-scatter", scatter)) }
    return pictures
  }
}

/// An error for a model that cannot be drawn.
struct NothingToDrawError: DiagnosableError {
  var model: String
  var kind: ModelChoice

  var diagnosis: Diagnosis {
    Diagnosis(
      "of a model of the kind \(kind.name) there is nothing to draw", at: InputPosition(source: model),
      remedy: "give an autoencoder or principal components; `misfit report` draws errors of any model")
  }
}

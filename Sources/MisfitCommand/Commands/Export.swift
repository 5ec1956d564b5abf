import Misfit
import MisfitReporting

/// The verb `misfit export`.
struct Export: Verb {
  static let name = "export"
  static let summary = "Writes a model as ONNX, to score raw columns in any runtime."
  static let details = """
    The file takes the columns as they are in the data, a tensor for each or, if all are numbers, one tensor \
    of rows: numbers and dates (in seconds since 1970) as float64, levels as strings, images as float32 \
    [N, H, W, C]. Missing cells are NaN or "". Its outputs are score, error, percentile, p_value, flag and \
    reconstruction. It has standard operators of opset 13, and of ai.onnx.ml 2 for strings.

    Before the file is written, rows are scored by its operators, and compared: scores differ by at most \
    1e-5 of themselves, or of the threshold where that is larger, and no flag does.
    """
  static let examples = [
    Example("misfit export model.misfit -o model.onnx"),
    Example(
      "misfit export model.misfit -o model.onnx --verify data.csv",
      "compares all rows of a file, also in ONNX Runtime if python3 has it"),
  ]

  var model = ""
  var output = ""
  var verified: String?
  var isOfTiles = false
  var target = TargetPath()
  var input = InputFlags()
  var badData: BadDataFlags? { input.badData }

  static var arguments: [Argument<Export>] {
    Positional("MODEL", \.model, .path, help: "A file that `misfit fit` wrote.")
    Flag("-o, --output PATH", \.output, .path, isRequired: true, help: "Path of the ONNX file.")
    Flag(
      "--verify DATA", \.verified, .path,
      otherwise: "rows that are made from what the model knows of its data",
      help: "Rows to compare the file's scores on.")
    Switch(
      "--tiles", \.isOfTiles,
      help: "Export the model of a single tile, for a model that cuts images into tiles; without percentiles."
    )
    Shared(\.target)
    Shared(\.input)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    try DataFiles.check(output: output, differsFrom: [model] + [verified].compactMap { $0 })
    try terminal.keepStandardOutputForJSON(from: output, what: "the file", verb: Self.name)
    let detector = try Detector.load(model)
    let source = try verified.map { try detector.open($0, options: input.sourceOptions) }
    let targets = try target.path.map { try detector.openTargets($0, options: input.targetOptions) }
    let runtime = try source.map { _ in try ONNXRuntime() }
    let export = try detector.exportONNX(
      output, name: name, ofTiles: isOfTiles, verifying: source, targets: targets,
      onBatch: { try runtime?.add($0, scale: $1) },
      onChecked: { bytes in
        guard let runtime else { return }
        let result = try runtime.check(bytes, tolerance: ExportCheck.tolerance)
        terminal.messages.note(result.text)
      })
    try report(export, on: terminal)
    return .done
  }

  /// The name of the model in the file: that of the model's file, without its ending.
  private var name: String {
    let file = FileSystem.lastComponent(of: model)
    return file.hasSuffix(".misfit") ? String(file.dropLast(7)) : file
  }

  private func report(_ export: ONNXExport, on terminal: Terminal) throws {
    try terminal.print(
      """
      \(output): opset \(export.opset), \(NumberText.grouped(export.byteCount)) bytes, \
      \(CountText.of(export.inputs.count, "input"))
      """)
    let difference = NumberText.significant(export.largestDifference, digits: 2)
    try terminal.print(
      """
      \(CountText.of(export.comparedRowCount, "row")) compared: the largest difference of a score is \
      \(difference) of it, or of the threshold if that is larger
      """)
    try terminal.finish(
      json: JSONText.compact([
        "path": JSONValue(output), "opset": JSONValue(export.opset),
        "bytes": JSONValue(export.byteCount), "inputs": JSONValue(export.inputs),
        "outputs": JSONValue(export.outputs), "comparedRows": JSONValue(export.comparedRowCount),
        "largestDifference": JSONValue(export.largestDifference),
      ]))
  }
}

import Misfit
import MisfitReporting

/// A comparison of an exported model with its detector in ONNX Runtime, if `python3` has it.
final class ONNXRuntime {
  /// The result of a comparison.
  enum Result {
    /// The rows were compared; the text of the program.
    case compared(String)
    /// There is no python3, or it has no ONNX Runtime.
    case absent

    /// The result as a sentence.
    var text: String {
      switch self {
      case .compared(let text): text
      case .absent: "not compared in ONNX Runtime: python3 has no module onnxruntime"
      }
    }
  }

  private let folder: String
  private let batches: OutputFile

  /// Creates a temporary folder for the model and the rows.
  ///
  /// - Throws: ``FileError``.
  init() throws(FileError) {
    folder = try WorkingFolder.make()
    batches = try OutputFile("\(folder)/batches.jsonl")
  }

  deinit { WorkingFolder.remove(folder) }

  /// Adds rows to compare; small scores are compared relative to a scale.
  ///
  /// - Throws: ``FileError``.
  func add(_ batch: ExportCheck.Batch, scale: Double) throws(FileError) {
    let inputs = batch.tensors.map { tensor in
      let values = tensor.texts.map { JSONValue($0) } ?? JSONValue(tensor.numbers)
      let parts: JSONValue = [
        "type": JSONValue(tensor.type), "extents": JSONValue(tensor.extents), "values": values,
      ]
      return (tensor.name, parts)
    }
    let line: JSONValue = [
      "inputs": .object(JSONObject(inputs)), "scores": JSONValue(batch.scores), "scale": JSONValue(scale),
      "flags": .array(batch.flags.map { JSONValue($0) }),
    ]
    try batches.write(JSONText.compact(line) + "\n")
  }

  /// Runs a model on the rows that were added.
  ///
  /// - Throws: ``RuntimeDifference`` if scores or flags differ; ``FileError``.
  func check(_ model: [UInt8], tolerance: Double) throws -> Result {
    try batches.commit()
    let file = try OutputFile("\(folder)/model.onnx")
    try file.write(model)
    try file.commit()
    guard
      let outcome = try? ChildProcess.run("python3", ["-c", Self.program, folder, tolerance.description]),
      case .exited(let status) = outcome.ending, status != Self.absentStatus
    else { return .absent }
    let text = outcome.standardError.split(separator: "\n").last.map(String.init) ?? ""
    guard status == 0 else { throw RuntimeDifference(text: text) }
    return .compared(text)
  }

  private static let absentStatus: Int32 = 3

  private static let program = """
    import json, sys
    try:
        import numpy, onnxruntime
    except ImportError:
        sys.exit(3)
    folder, tolerance = sys.argv[1], float(sys.argv[2])
    session = onnxruntime.InferenceSession(folder + "/model.onnx", providers=["CPUExecutionProvider"])
    largest, rows = 0.0, 0
    with open(folder + "/batches.jsonl") as lines:
        for line in lines:
            batch = json.loads(line)
            inputs = {}
            for name, tensor in batch["inputs"].items():
                kind = object if tensor["type"] == "string" else tensor["type"]
                values = [float("nan") if value is None else value for value in tensor["values"]]
                inputs[name] = numpy.array(values, dtype=kind).reshape(tensor["extents"])
            names = [output.name for output in session.get_outputs()]
            outputs = dict(zip(names, session.run(names, inputs)))
            for row, score in enumerate(batch["scores"]):
                if score is None:
                    continue
                rows += 1
                found = float(outputs["score"][row])
                size = max(abs(score), abs(found), batch["scale"])
                difference = abs(score - found) / size if size else 0.0
                largest = max(largest, difference)
                flag = batch["flags"][row]
                if not difference <= tolerance:
                    sys.exit("a score of %r is %r in ONNX Runtime" % (score, found))
                if flag is not None and flag != bool(outputs["flag"][row]):
                    sys.exit("a row with the score %r is flagged differently in ONNX Runtime" % score)
    print("ONNX Runtime %s: %d rows, largest difference %.2g"
          % (onnxruntime.__version__, rows, largest), file=sys.stderr)
    """
}

/// An error for a model whose scores in ONNX Runtime are not the detector's.
struct RuntimeDifference: DiagnosableError, Hashable {
  /// The last line that the program wrote.
  var text: String

  var diagnosis: Diagnosis {
    Diagnosis(
      MessageText(text),
      remedy: "nothing was written; score with `misfit score` instead, and report this model")
  }
}

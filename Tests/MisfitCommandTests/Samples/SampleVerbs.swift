import MisfitCore

@testable import MisfitCommand

enum SampleLoss: String, CaseIterable { case mse, mae, bce }

/// Flags that two sample verbs share.
struct SampleInput: FlagSet {
  var label: String?
  var ignored: [String] = []
  var memoryLimit = 256 << 20

  static var arguments: [Argument<SampleInput>] {
    Group("Input") {
      Flag("--label COLUMN", \.label, .text("a column's name", example: "class"), help: "Holds the truth.")
      Flag(
        "--ignore COLUMN,...", all: \.ignored, .names,
        help: "Columns to leave out. A name with a comma stands in double quotes.")
      Flag(
        "--memory-limit SIZE", \.memoryLimit, .byteCount((1 << 20)...),
        help: "Rows past this size go through a temporary file.")
    }
  }
}

/// A verb with a flag of every kind.
struct SampleFit: Verb {
  static let name = "fit"
  static let summary = "Learns what data normally looks like, and writes it as a model."
  static let details = """
    Reads the data once to learn its columns, then trains an autoencoder on it. Rows are held in memory up to
    --memory-limit.

    Ctrl-C ends at a batch and keeps a checkpoint.
    """
  static let examples = [
    Example("misfit fit train.csv -o model.misfit --hidden 16,4", "Two encoder layers, 16 and 4 wide."),
    Example("misfit generate random:1000x30 | misfit fit - -o random.misfit"),
  ]

  var data = ""
  var output = "model.misfit"
  var input = SampleInput()
  var hidden: [[Int]] = []
  var epochs = 50
  var learningRate = 0.001
  var dropout = 0.0
  var shift = 0.0
  var loss: SampleLoss?
  var validation = ShareOrFile.share(0.1)
  var seed: UInt64 = 42
  var resumes = false

  static var arguments: [Argument<SampleFit>] {
    Positional("DATA", \.data, .path, help: "CSV, IDX, NPY, a folder of PNGs, or - for standard input.")
    Flag("-o, --output MODEL", \.output, .path, help: "Where the model goes.")
    Shared(\.input)
    Group("Network") {
      Flag(
        "--hidden N,N,...", each: \.hidden, .counts, otherwise: "chosen from the width of the data",
        help: "Widths of the encoder's layers; the last is the code.")
      Flag("--dropout SHARE", \.dropout, .number(in: 0...0.9), help: "Share of the inputs set to 0.")
    }
    Group("Training") {
      Flag("-e, --epochs N", \.epochs, .integer(1...), help: "The most passes over the data.")
      Flag(
        "--learning-rate RATE", \.learningRate, .number(above: 0), synonyms: ["--lr"], help: "Adam's step.")
      Flag("--shift NUMBER", \.shift, .number, help: "Added to every value.")
      Flag("--loss NAME", \.loss, .choice, otherwise: "chosen from the data", help: "What is made small.")
      Flag("--validation SHARE|FILE", \.validation, .shareOrFile, help: "Rows to validate on.")
      Flag("--seed N", \.seed, .seed, help: "Same seed, same bits.")
      Switch("-r, --resume", \.resumes, help: "Go on from the checkpoint.")
    }
  }

  func check() throws(ArgumentError) {
    if resumes, !hidden.isEmpty {
      throw ArgumentError(
        .conflict("--resume goes on with the network it began with", remedy: "leave --hidden away"))
    }
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    terminal.messages.note("reading \(data)")
    try terminal.print("\(epochs) epochs")
    try terminal.finish(json: "{\"epochs\":\(epochs)}")
    return .done
  }
}

/// A verb with several models and a data set, as `compare` has them.
struct SampleCompare: Verb {
  static let name = "compare"
  static let summary = "Compares models on the same data."

  var models: [String] = []
  var data = ""
  var output = ""
  var top: Int?

  static var arguments: [Argument<SampleCompare>] {
    Positional("MODEL", each: \.models, .path, help: "Models, as `fit` writes them.")
    Positional("DATA", \.data, .path, help: "What to score.")
    Flag("-o, --output DIR", \.output, .folder, isRequired: true, help: "Where the report goes.")
    Flag("--top N", \.top, .integer(in: 1...1000), help: "How many of the worst to show.")
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    if data == "missing.csv" { throw FileError(.open, path: data, errorNumber: 2) }
    if data == "interrupted" {
      try terminal.print("so far")
      terminal.progressLine().update { "busy" }
      throw Interrupted()
    }
    return data == "anomalies" ? .anomaliesFound : .done
  }
}

extension Program {
  /// A command of the sample verbs.
  static func sample() -> Program {
    Program(
      version: "1.2.3", summary: "Learns what data normally looks like and ranks what does not fit.",
      groups: [
        VerbGroup("Learn", [SampleFit.self]),
        VerbGroup("Look", [SampleCompare.self]),
      ],
      examples: [Example("misfit fit data.csv -o out/")])
  }
}

import Misfit
import MisfitReporting

/// The verb `misfit generate`.
struct Generate: Verb {
  static let name = "generate"
  static let summary = "Writes synthetic data: uniform random numbers, or the handwritten digits that ship."
  static let examples = [
    Example("misfit generate random:100000x30 --seed 42 -o random30.csv"),
    Example("misfit generate random:1000x784 -o noise.npy"),
  ]

  var source = ""
  var output = "-"
  var seed: UInt64 = 42

  static var arguments: [Argument<Generate>] {
    Positional(
      "SOURCE", \.source, .text("a generator", example: "random:1000x30"),
      help: "`random:NxD` (N rows of D numbers in [0, 1)) or `digits`.")
    Flag(
      "-o, --output PATH", \.output, .path,
      help: "Where the data goes: NPY for a path that ends in .npy, else CSV.")
    Flag("--seed N", \.seed, .seed, help: "The same seed gives the same numbers on every machine.")
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    try terminal.keepStandardOutputForJSON(from: output, what: "the data", verb: Self.name)
    var options = SourceOptions()
    options.seed = seed
    let source = try DataSource.open(source, options: options)
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let table = try RecordTable(output, layout: source.layout)
    let progress = RowProgressLine("writing", terminal.messages)
    defer { progress.finish() }
    let reader = try source.makeReader()
    var batch = RecordBatch(layout: source.layout, capacity: source.layout.batchRowCount)
    while try reader.readBatch(into: &batch) {
      try interruption.check()
      try table.write(batch)
      progress.update(
        rowCount: table.rowCount,
        share: source.layout.rowCount.map { Double(table.rowCount) / Double(max($0, 1)) })
    }
    try table.finish()
    try terminal.finish(json: table.json)
    return .done
  }
}

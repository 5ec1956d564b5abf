import Misfit
import MisfitReporting

/// The verb `misfit inspect`.
struct Inspect: Verb {
  static let name = "inspect"
  static let summary = "Shows what is in a table's columns, or in a model."
  static let details = """
    For data: each column's kind and the reason, its missing cells, distinct values and encoding; for \
    images, their sizes and labels. For a model: layers, parameters, schema and training record; \
    `misfit draw` draws them.
    """
  static let examples = [
    Example("misfit inspect data/penguins.csv", "the columns, before anything is learned from them"),
    Example("misfit inspect data/penguins.csv -o penguins.html", "a page on them"),
    Example("misfit inspect model.misfit"), Example("misfit inspect model.misfit --json"),
  ]

  var subjects: [String] = []
  var columnCount = 40
  var dotPath: String?
  var output: String?
  var input = InputFlags()
  var badData: BadDataFlags? { input.badData }
  var columns = ColumnFlags()
  var machine = MachineFlags()

  static var arguments: [Argument<Inspect>] {
    Positional(
      "FILE", each: \.subjects, .path, atLeast: 1,
      help:
        "A model, a table, or images; several tables, folders and quoted patterns become one."
    )
    Flag("--columns N", \.columnCount, .integer(0...), help: "The number of columns to list.")
    Flag(
      "-o, --output PATH", \.output, .path,
      help:
        """
        Write a page on a table: histograms, quantiles, missing cells, levels and correlations. A path that \
        ends in .html is a page, any other a folder.
        """
    )
    Flag(
      "--dot FILE", \.dotPath, .path,
      help: "Write the layers as a graph for Graphviz (dot -Tpng FILE).")
    Shared(\.input)
    Shared(\.columns)
    Shared(\.machine)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let subject = subjects[0]
    guard Self.isModel(subject) else { return try inspectData(terminal) }
    guard subjects.count == 1 else {
      throw ArgumentError(
        .conflict(
          "\(subject) is a model, and only one model can be shown at a time",
          remedy: "give one model, or tables"))
    }
    guard output == nil else {
      throw ArgumentError(
        .conflict(
          "-o writes a page on a table, and \(subject) is a model",
          remedy: "give a table, or use `misfit report` for a page on its scores"))
    }
    let detector = try Detector.load(subject)
    if let dotPath {
      try DataFiles.check(output: dotPath, differsFrom: [subject])
      guard let network = detector.autoencoder else {
        throw ArgumentError(
          .conflict("--dot draws networks", remedy: "omit it for other models"))
      }
      try OutputFile.write(Array(network.graph.utf8), to: dotPath)
    }
    let series = detector.seriesText.map { ["series      \($0)"] } ?? []
    let feedback = detector.feedbackLines.map { "feedback    \($0)" }
    for line in model(of: detector) + series + feedback + [""] + training(of: detector) + [""]
      + schema(of: detector)
    {
      try terminal.print(line)
    }
    try terminal.finish(
      json: JSONText.compact(.object(detector.json(named: subject, naming: OptionFlags.text))))
    return .done
  }

  private func model(of detector: Detector) -> [String] {
    if let network = detector.autoencoder { return layers(of: network, detector) }
    let parameters = "\(NumberText.grouped(detector.model.parameterCount)) numbers kept"
    let summary = "model       \(detector.kind.name): \(detector.model.summary), \(parameters)"
    guard let components = detector.model.asPrincipalComponents else { return [summary] }
    var rows = [["component", "variance", "share", "together"]]
    var together = 0.0
    for (index, share) in components.explainedShares.prefix(columnCount).enumerated() {
      together += share
      rows.append(
        ["\(index + 1)", NumberText.significant(Double(components.variances[index]))]
          + [share, together].map { "\(NumberText.fixed($0 * 100, decimals: 2)) %" })
    }
    let left = components.codeCount - columnCount
    let more = left > 0 ? ["and \(left) more (--columns)"] : []
    return [
      summary, "explained   \(NumberText.significant(components.explainedShare * 100)) % of the variance",
    ]
      + RankingText.leftAligned(rows) + more
  }

  private func layers(of network: Network, _ detector: Detector) -> [String] {
    var rows = [["layer", "output", "activation", "parameters"]]
    rows.append(["input", detector.schema.inputShape.description, "", ""])
    for (index, layer) in network.layerTable.enumerated() {
      let code = index == network.architecture.codeLayer ? " (code)" : ""
      rows.append([
        layer.name + code, layer.outputShape.description, layer.activation,
        NumberText.grouped(layer.parameterCount),
      ])
    }
    let untrained = network.parameterCount - network.trainedParameterCount
    var total = "\(NumberText.grouped(network.parameterCount)) parameters"
    if untrained > 0 { total += ", \(NumberText.grouped(untrained)) of them not trained" }
    return RankingText.leftAligned(rows) + [total, "architecture  \(network.architecture.text)"]
  }

  /// The time limit of the training, preceded by `or`; empty if there is none.
  private func limitText(_ options: TrainingOptions) -> String {
    options.timeLimitSeconds.map { " or \(NumberText.significant($0 / 60, digits: 3)) minutes" } ?? ""
  }

  /// Returns the time of the run, which only files of earlier versions contain.
  private func timeText(_ record: TrainingRecord) -> String {
    record.elapsedSeconds.map { ", \(NumberText.duration(seconds: $0))" } ?? ""
  }

  private func training(of detector: Detector) -> [String] {
    let record = detector.training
    guard let options = record.plan.training else {
      return [
        """
        learned from \(CountText.of(record.rowCount, "row")) of \(record.source), \
        \(NumberText.grouped(record.validationRowCount)) held out, seed \(record.plan.seed)\(timeText(record))
        """,
        threshold(of: detector),
      ]
    }
    let lines = [
      """
      trained on  \(CountText.of(record.rowCount, "row")) of \(record.source), \
      \(NumberText.grouped(record.validationRowCount)) held \
      out\(record.targetSource.map { ", targets of \($0)" } ?? "")
      """,
      """
      training    \(CountText.of(record.epochs.count, "epoch")) of at most \
      \(options.epochs)\(limitText(options)), batches of \
      \(options.batchSize), \(options.optimizer.kind.rawValue) at \
      \(NumberText.significant(options.optimizer.learningRate)), seed \(record.plan.seed), \
      \(options.precision.rawValue)\(timeText(record))
      """,
    ]
    var loss = "loss        \(options.loss.title)"
    if let value = record.trainLoss { loss += ": \(NumberText.significant(value))" }
    if let value = record.validationLoss { loss += ", validation \(NumberText.significant(value))" }
    if let best = record.bestEpoch { loss += " (epoch \(best))" }
    if let count = record.memberCount { loss += ", mean of \(count) networks" }
    return lines + [loss, threshold(of: detector)]
  }

  private func threshold(of detector: Detector) -> String {
    let calibration = detector.calibration
    guard calibration.scores.count > 0 else {
      return "threshold   none: this is the checkpoint of an unfinished run"
    }
    return
      "threshold   \(NumberText.significant(calibration.threshold.value)) \(calibration.measure.title), from "
      + "\(NumberText.grouped(calibration.scores.count)) \(detector.calibrationText)"
  }

  private func schema(of detector: Detector) -> [String] {
    let targets = detector.targetSchema.map { [""] + lines(of: $0, named: "targets") } ?? []
    return lines(of: detector.schema, named: "samples") + targets
  }

  private func lines(of schema: Schema, named name: String) -> [String] {
    guard schema.shape.imageExtents == nil else {
      return ["\(name)     images of \(schema.shape), \(schema.scalingText)"]
        + (schema.preparation.map {
          ["images      \($0.text)\(schema.tileScoreText.isEmpty ? "" : ".")\(schema.tileScoreText)"]
        } ?? [])
    }
    if let table = schema.table { return columns(of: table) }
    var rows = [["column", "mean", "sd", "min", "max", ""]]
    for column in 0..<min(columnCount, schema.width) {
      let figures = [
        schema.means[column], schema.standardDeviations[column], schema.minima[column], schema.maxima[column],
      ]
      rows.append(
        [schema.featureName(at: column)] + figures.map { NumberText.significant($0) } + [
          schema.isConstant(column) ? "constant" : ""
        ])
    }
    var lines = ["\(name)     rows of \(CountText.of(schema.width, "column")), \(schema.scalingText)"]
    lines += RankingText.leftAligned(rows)
    if schema.width > columnCount { lines.append("and \(schema.width - columnCount) more (--columns)") }
    return lines
  }

  private func columns(of table: TableSchema) -> [String] {
    var rows = [["column", "kind", "content", "encoding"]]
    for column in table.columns.prefix(columnCount) {
      rows.append([column.name, column.kind.rawValue, column.contentText(), column.encodingText])
    }
    let left = table.columns.count - columnCount
    return [
      """
      samples     rows of \(CountText.of(table.used.count, "column")) as \
      \(CountText.of(table.inputCount, "input"))
      """
    ] + RankingText.leftAligned(rows)
      + (left > 0 ? ["and \(left) more (--columns)"] : [])
  }
}

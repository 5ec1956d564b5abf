import Misfit
import MisfitReporting

/// The verb `misfit fit`.
struct Fit: Verb {
  static let name = "fit"
  static let summary = "Learns what data normally looks like, and writes a model."
  static let details = """
    For a table and for images of up to 64 pixels a side, keeps samples and reconstructs new ones from \
    their nearest neighbors: those that are reconstructed badly are anomalous. For larger images, and with \
    --model autoencoder or any flag of a network, trains an autoencoder that reconstructs samples, or \
    patches of images, through a narrow code. Options that are not given are chosen from the data and \
    printed.

    DATA is a CSV, JSON or Arrow file (also compressed; delimiter and header are detected), an IDX or NPY \
    file, images (PNG, JPEG, TIFF, WebP, GIF, BMP), a folder of images or tables, `random:NxD`, `digits`, or \
    `-` for standard input, which is copied to a temporary file first. Several tables, folders and quoted \
    patterns such as 'day-*.csv' become one table.
    """
  static let examples = [
    Example("misfit fit data/breast-cancer.csv --label diagnosis -o model.misfit"),
    Example("misfit fit train.csv -o model.misfit --hidden 16,4 --epochs 50"),
    Example(
      "misfit fit normal.csv -o model.misfit --model pca", "keeps the first principal components"),
    Example(
      "misfit fit photos/ -o colour.misfit --resize 64x48 --grey --target photos/",
      "learns to colour; `misfit reconstruct` then does it"),
    Example("misfit fit train.csv -o model.misfit --resume", "goes on where Ctrl-C stopped it"),
  ]

  var data: [String] = []
  var output = "model.misfit"
  var hidden: [Int] = []
  var resumes = false
  var model = ModelFlags()
  var logFolder: String?
  var input = InputFlags()
  var badData: BadDataFlags? { input.badData }
  var columns = ColumnFlags()
  var images = ImageFlags()
  var target = TargetFlags()
  var series = SeriesFlags()
  var training = TrainingFlags()
  var machine = MachineFlags()

  static var arguments: [Argument<Fit>] {
    Positional(
      "DATA", each: \.data, .path, atLeast: 1, help: "What to learn from; several tables become one.")
    Flag("-o, --output PATH", \.output, .path, help: "Path of the model.")
    Flag(
      "--hidden WIDTHS", \.hidden, .counts, otherwise: "chosen from the data",
      help: "The widths of the encoder's layers, as in 16,4; the last is the code.")
    Switch(
      "--resume", \.resumes,
      help:
        """
        Continue an interrupted run, to the same bits as without the interruption. Its options are \
        kept, and others are refused; give the same data and output.
        """
    )
    Shared(\.model)
    Flag(
      "--tensorboard FOLDER", \.logFolder, .folder, otherwise: "nothing is written for it",
      help:
        """
        Write losses, learning rate, weights, errors and reconstructions for TensorBoard; with --resume, \
        more of the same run.
        """
    )
    Shared(\.input)
    Shared(\.columns)
    Shared(\.images)
    Shared(\.target)
    Shared(\.series)
    Shared(\.training)
    Shared(\.machine)
  }

  private var networkOptions: [OptionName] {
    let options = training.networkOptions(hidden: hidden)
    return ProcessGroup.launched == nil || options.contains(.shardCount) ? options : options + [.shardCount]
  }
  private var choice: ModelChoice {
    model.choice(networkOptions: networkOptions, logs: logFolder != nil)
  }

  func check() throws(ArgumentError) {
    try images.check()
    try target.check(data: data, validation: training.validation)
    try training.check(hidden: hidden)
    try model.check(choice, networkOptions: networkOptions)
    guard output == "-" else { return }
    throw ArgumentError(
      .conflict("a model needs a file, not standard output", remedy: "give a path, as in -o model.misfit"))
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let communicator = try ProcessGroup.join(
      reading: data, shardCount: training.options.training.shardCount)
    let isFirst = communicator.rank == 0
    try DataFiles.check(output: output, differsFrom: data + training.validationFiles + target.files)
    // Checked before the fit: a path that cannot be written must not cost a training run.
    let isFile = FileSystem.status(of: output)?.isRegular ?? true
    if isFirst, isFile || FileSystem.status(of: output)?.isDirectory == true { _ = try OutputFile(output) }
    var sourceOptions = input.sourceOptions(images, columns)
    series.apply(to: &sourceOptions)
    let source = try DataFiles.openForFit(
      data, sourceOptions, seed: training.options.seed,
      memoryLimitBytes: training.memoryLimitBytes, threads: machine.threadCount)
    var options = try training.fitOptions(
      hidden: hidden.isEmpty ? nil : hidden, threads: machine.threadCount,
      open: {
        try DataFiles.openForFit(
          [$0], input.sourceOptions(images, columns), seed: training.options.seed,
          memoryLimitBytes: training.memoryLimitBytes, threads: machine.threadCount)
      })
    try target.open(input, images, seed: training.options.seed, into: &options)
    images.apply(to: &options)
    model.apply(choice, to: &options)
    model.keepPatches(of: source, networkOptions: networkOptions, in: &options)
    options.series = series.options
    // A device such as /dev/null has no room for other files beside it.
    options.run.resumes = resumes
    options.communicator = communicator
    if ProcessGroup.launched != nil, options.training.shardCount == nil {
      options.training.shardCount = ProcessGroup.usualShardCount
    }
    let kind = options.modelChoice(for: source)
    if isFirst, isFile, kind.traits.trainsInEpochs { _ = try OutputFile(output + ".training.csv") }
    let isSaved = kind.traits.isResumable && model.contamination == nil
    options.run.checkpointPath = isFile && isSaved ? output + ".checkpoint" : nil
    if let path = options.run.checkpointPath, !resumes, FileSystem.status(of: path) != nil {
      terminal.messages.warning(
        "\(path) holds an unfinished run, which this one replaces; --resume would continue it")
    }
    let log = try (isFirst ? logFolder : nil).map { try TensorBoardLog(FolderPath.plain($0)) }
    if let log, let logFolder, log.continuesRun, !resumes {
      terminal.messages.warning(
        """
        \(logFolder) holds a run already, which TensorBoard shows together with this one; a run has a folder \
        of its own
        """
      )
    }
    let (detector, _) = try FitSession(terminal: terminal, log: log).fit(source, options)
    guard isFirst else { return .done }
    ProcessGroup.noteTraffic(of: communicator, on: terminal)
    let group = OutputGroup()
    if isFile, detector.training.hasEpochs {
      try TrainingLog.write(detector.training, to: output + ".training.csv", in: group)
    }
    try detector.save(output, in: group)
    try group.commit()
    if let path = options.run.checkpointPath { FileSystem.removeFile(path) }
    try log?.finish(detector, source, targets: options.rows.targetSource)
    try report(detector, on: terminal)
    return .done
  }

  private func report(_ detector: Detector, on terminal: Terminal) throws {
    let record = detector.training
    var line =
      "\(output): \(detector.model.summary), \(NumberText.grouped(detector.model.parameterCount)) parameters"
    if record.hasEpochs { line += ", \(CountText.of(record.epochs.count, "epoch"))" }
    if let share = detector.explainedShare {
      line += ", \(NumberText.significant(share * 100)) % of the variance"
    }
    if let loss = record.trainLoss { line += ", loss \(NumberText.significant(loss))" }
    if let loss = record.validationLoss { line += ", validation loss \(NumberText.significant(loss))" }
    try terminal.print(line)
    try terminal.print(
      "threshold \(NumberText.significant(detector.calibration.threshold.value)) "
        + "(\(detector.calibration.measure.title))\(detector.schema.tileScoreText)"
    )
    try terminal.finish(json: JSONText.compact(.object(json(of: detector))))
  }

  private func json(of detector: Detector) -> JSONObject {
    var object: JSONObject = [
      "modelPath": JSONValue(output), "model": JSONValue(detector.kind.name),
      "network": JSONValue(detector.model.summary), "parameters": JSONValue(detector.model.parameterCount),
    ]
    object["explainedVariance"] = JSONValue(detector.explainedShare)
    let training = detector.training
    for member in training.json.members + training.timesJSON.members { object[member.key] = member.value }
    object["threshold"] = JSONValue(detector.calibration.threshold.value)
    object["scoreMeasure"] = JSONValue(detector.calibration.measure.rawValue)
    object["peakMemoryBytes"] = JSONValue(MachineMemory.peakResidentBytes)
    return object
  }
}

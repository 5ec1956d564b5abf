import Misfit
import MisfitReporting

/// The verb `misfit detect`.
struct Detect: Verb {
  static let name = "detect"
  static let summary =
    "Finds the anomalies in one data set: fits a model, ranks the rows and writes a report."
  static let details = """
    Learns from DATA itself, so anomalies should be few. Each row of a table is compared with all the \
    others, and so are images of up to 64 pixels a side; larger ones are compared in patches. \
    Options that are not given are chosen from the data and printed. Writes the \
    model and the files of `misfit report` into a folder. If you have a file of normal rows, \
    `misfit fit` on it and `misfit score` find more.
    """
  static let examples = [
    Example("misfit detect data/breast-cancer.csv --label diagnosis -o out/"),
    Example("misfit detect table.csv --hidden 8,2 -o out/", "with an autoencoder"),
    Example("misfit detect photos/ -o out/ --resize 64x48", "a folder of images"),
  ]

  var data: [String] = []
  var output = "misfit-report"
  var hidden: [Int] = []
  var model = ModelFlags()
  var reasonCount = 0
  var report = ReportFlags()
  var annotations = AnnotationFlags()
  var decision = DecisionFlags()
  var record = RecordFlag()
  var input = InputFlags()
  var badData: BadDataFlags? { input.badData }
  var isSpreadsheetSafe: Bool { report.isSpreadsheetSafe }
  var columns = ColumnFlags()
  var images = ImageFlags()
  var target = TargetFlags()
  var series = SeriesFlags()
  var training = TrainingFlags()
  var machine = MachineFlags()

  static var arguments: [Argument<Detect>] {
    Positional(
      "DATA", each: \.data, .path, atLeast: 1,
      help:
        """
        CSV, JSON, Arrow, IDX, NPY, images (PNG, JPEG, TIFF, WebP, GIF, BMP), a folder of images or tables, \
        `random:NxD`, `digits`, or `-` for standard input. Several tables, folders and quoted patterns such \
        as 'day-*.csv' become one table.
        """
    )
    Flag("-o, --output FOLDER", \.output, .folder, help: "Where model and report go.")
    Flag(
      "--hidden WIDTHS", \.hidden, .counts, otherwise: "chosen from the data",
      help: "The widths of the encoder's layers, as in 16,4; the last is the code.")
    Shared(\.model)
    Flag(
      "--reasons N", \.reasonCount, .integer(in: 0...1_000),
      help:
        """
        The number of reasons for each row in scores.csv, the columns with the largest shares of its score: \
        reason_1, reason_1_share, reason_1_value, reason_1_expected, reason_1_direction, and so on.
        """
    )
    Shared(\.report)
    Shared(\.annotations)
    Shared(\.decision)
    Shared(\.record)
    Shared(\.input)
    Shared(\.columns)
    Shared(\.images)
    Shared(\.target)
    Shared(\.series)
    Shared(\.training)
    Shared(\.machine)
  }

  private var networkOptions: [OptionName] { training.networkOptions(hidden: hidden) }
  private var choice: ModelChoice { model.choice(networkOptions: networkOptions) }

  func check() throws(ArgumentError) {
    try annotations.check()
    try FolderPath.check(output, differsFrom: data)
    try images.check()
    try target.check(data: data, validation: training.validation)
    try decision.check(quantile: training.quantile)
    if decision.discoveryRate != nil, training.validationFiles.isEmpty {
      throw ArgumentError(
        .conflict(
          """
          --fdr needs normal rows to compare the others with, and the rows of one file are only ranked \
          among themselves
          """,
          remedy: "give a file of normal rows, as in --validation normal.csv, or use --contamination"))
    }
    try record.check(data: data, output: output)
    try training.check(hidden: hidden)
    try model.check(choice, networkOptions: networkOptions)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let interruption = Interruption.watch()
    defer { interruption.end() }
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
    options.rows.areScored = true
    try target.open(input, images, seed: training.options.seed, into: &options)
    images.apply(to: &options)
    model.apply(choice, to: &options)
    model.keepPatches(of: source, networkOptions: networkOptions, in: &options)
    options.series = series.options
    let folder = FolderPath.plain(output)
    // Created before the fit: a folder that cannot be created must not cost a training run.
    let group = OutputGroup()
    try group.makeDirectory(folder)
    let (detector, choices) = try FitSession(terminal: terminal).fit(source, options)
    let modelPath = "\(folder)/model.misfit"
    try detector.save(modelPath, in: group)
    var scoring = try detector.score(source, targets: options.rows.targetSource)
    scoring.threadCount = machine.threadCount
    let summary = try report.write(
      scoring, by: decision.rule(), reasonCount: reasonCount, to: folder, in: group,
      expectedCount: detector.training.rowCount + detector.training.validationRowCount,
      choices: choices, annotations: annotations,
      record: try record.isOn
        ? RunRecord(arguments: RecordFlag.typed, model: nil, data: data) : nil, terminal: terminal)
    try ReportText.print(
      summary, folder: folder, modelPath: modelPath, shownCount: report.shownCount, on: terminal)
    return decision.status(flagged: summary.flaggedCount)
  }
}

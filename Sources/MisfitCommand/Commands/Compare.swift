import Misfit
import MisfitReporting

/// The verb `misfit compare`.
struct Compare: Verb {
  static let name = "compare"
  static let summary = "Compares the errors of two or more models on the same samples."
  static let details = """
    With model files, scores DATA with each. With --hidden given once for each network, first fits the \
    networks on DATA, and compares them on the rows held out of training, the same for all. With one model \
    and --against, compares two data sets column by column: which columns' errors changed. Both should be \
    new to the model.
    """
  static let examples = [
    Example("misfit compare a.misfit b.misfit test.csv -o out/"),
    Example("misfit compare model.misfit june.csv --against may.csv -o out/", "which columns changed"),
    Example("misfit compare --hidden 2 --hidden 2,2 random:100000x30 -o out/", "one and two hidden layers"),
  ]

  /// The models and, with several data files, all of those but the last.
  var leading: [String] = []
  var lastData = ""
  private var operands: [String] { leading + [lastData] }
  /// The model files: none with --hidden, one with --against, otherwise all before the data.
  var models: [String] {
    guard hidden.isEmpty else { return [] }
    guard against == nil else { return Array(operands.prefix(1)) }
    return Array(leading.prefix { Inspect.isModel($0) || Self.namesNothing($0) })
  }
  var data: [String] { Array(operands.dropFirst(models.count)) }
  var hidden: [[Int]] = []
  var output = "misfit-comparison"
  var anomalyLabel: String?
  var against: String?
  var segments = SegmentFlags()
  var input = InputFlags()
  var badData: BadDataFlags? { input.badData }
  var columns = ColumnFlags()
  var images = ImageFlags()
  var target = TargetFlags()
  var training = TrainingFlags()
  var machine = MachineFlags()

  static var arguments: [Argument<Compare>] {
    Positional("MODEL", each: \.leading, .path, help: "Two or more models; none with --hidden.")
    Positional(
      "DATA", \.lastData, .path,
      help: "The samples to compare on: whatever `misfit score` reads, several files too.")
    Flag(
      "--against FILE", \.against, .path,
      help: "With one model: the data set to compare DATA with, column by column.")
    Flag("-o, --output FOLDER", \.output, .folder, help: "Folder of the report.")
    Flag(
      "--hidden WIDTHS", each: \.hidden, .counts,
      help: "The encoder widths of a network to fit, as in 16,4; once for each network.")
    Flag(
      "--anomaly-label TEXT", \.anomalyLabel, .text, otherwise: "the rarer of two labels",
      help: "The label of an anomaly, for AUROC and average precision.")
    Shared(\.segments)
    Shared(\.input)
    Shared(\.columns)
    Shared(\.images)
    Shared(\.target)
    Shared(\.training)
    Shared(\.machine)
  }

  func check() throws(ArgumentError) {
    try FolderPath.check(output, differsFrom: data)
    try images.check()
    try segments.check()
    if !segments.columns.isEmpty, against == nil {
      throw ArgumentError(
        .conflict(
          "--by compares the segments of two data sets", remedy: "give the earlier data with --against"))
    }
    try target.check(data: data, validation: training.validation)
    if hidden.isEmpty, !images.preparation.isNothing || target.size != nil || target.isGrey {
      throw ArgumentError(
        .conflict(
          "models prepare images in the way they were fitted",
          remedy: "omit --resize, --grey and --tile, and those of targets"))
    }
    try training.check(hidden: hidden.flatMap(\.self))
    if against != nil {
      guard models.count == 1, hidden.isEmpty else {
        throw ArgumentError(
          .conflict(
            "--against compares two data sets by one model",
            remedy: "give one model file, then the data, and no --hidden"))
      }
      return
    }
    if hidden.isEmpty, models.count < 2 {
      throw ArgumentError(
        .conflict(
          "a comparison needs two models and data",
          remedy: "give two model files and then the data, or --hidden once for each network to fit"))
    }
    if !hidden.isEmpty, operands.count > 1, let model = operands.first(where: Inspect.isModel) {
      throw ArgumentError(
        .conflict(
          "\"\(model)\" is one argument too many: with --hidden, only the data is given",
          remedy: "omit the model files, or --hidden"))
    }
    if hidden.count == 1 {
      throw ArgumentError(
        .conflict(
          "a comparison needs two networks",
          remedy: "give --hidden a second time, as in --hidden 2 --hidden 2,2"))
    }
    if case .share(0)? = training.validation, !hidden.isEmpty {
      throw ArgumentError(
        .conflict(
          "without held-out rows there is nothing to compare", remedy: "give --validation 0.1, or a file"))
    }
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let folder = FolderPath.plain(output)
    let group = OutputGroup()
    try group.makeDirectory(folder)
    if let against { return try compareData(against, folder: folder, terminal) }
    let comparison =
      try hidden.isEmpty ? compareModels(terminal) : compareNetworks(terminal, folder: folder, group)
    var report = ComparisonReport(comparison)
    report.command = (["misfit"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
    let page = try report.write(to: folder, in: group)
    terminal.messages.warnOfMissingPlots()
    try print(comparison, page: page, on: terminal)
    return .done
  }

  /// Returns whether a path names neither a file nor other data, so that it is taken for a misspelled model.
  private static func namesNothing(_ path: String) -> Bool {
    FileSystem.status(of: path) == nil && path != "-" && path != "digits" && !path.hasPrefix("random:")
      && !path.contains { "*?[:".contains($0) }
  }

  private func compareData(
    _ other: String, folder: String, _ terminal: Terminal
  ) throws -> ExitStatus {
    let detector = try Detector.load(models[0])
    try segments.check(detector)
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let progress = RowProgressLine("scoring", terminal.messages)
    defer { progress.finish() }
    for paths in [[other], data] { detector.warn(ofTrainingData: paths, named: models[0], on: terminal) }
    func scoring(_ paths: [String]) throws -> Scoring {
      var options = input.sourceOptions
      options.threadCount = machine.threadCount
      options.keptColumns = segments.kept
      var scoring = try detector.score(try segments.opening { try detector.open(paths, options: options) })
      scoring.threadCount = machine.threadCount
      scoring.printNotes(on: terminal)
      return scoring
    }
    let shift = try ColumnShift(from: scoring([other]), to: scoring(data), segmentColumns: segments.columns) {
      rowCount in
      try interruption.check()
      progress.update(rowCount: rowCount)
    }
    guard let shift else {
      throw ArgumentError(
        .conflict("--against compares columns, and images have none", remedy: "give a table"))
    }
    progress.finish()
    var report = ColumnShiftReport(shift)
    report.command = (["misfit"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
    try print(shift, page: report.write(to: folder), on: terminal)
    return .done
  }

  private func print(_ shift: ColumnShift, page: String, on terminal: Terminal) throws {
    var rows = [["column", "error before", "now", "change", "standard error", "value before", "now"]]
    for column in shift.columns.prefix(20) {
      let figures = [
        column.error.first, column.error.second, column.error.change, column.error.standardError,
        column.value?.first, column.value?.second,
      ]
      rows.append([column.feature] + figures.map { $0.map { NumberText.significant($0, digits: 3) } ?? "" })
    }
    for line in RankingText.leftAligned(rows) { try terminal.print(line) }
    try terminal.print()
    try terminal.print(shift.finding)
    for line in shift.segments.map(SegmentTable.lines) ?? [] { try terminal.print(line) }
    try terminal.print("report \(page)")
    var json = shift.json
    json["reportPath"] = JSONValue(page)
    try terminal.finish(json: JSONText.compact(.object(json)))
  }

  private func compareModels(_ terminal: Terminal) throws -> DetectorComparison {
    let entries = try zip(models, Self.distinctNames(models)).map { path, name in
      DetectorComparison.Entry(name: name, detector: try Detector.load(path))
    }
    for entry in entries { entry.detector.warn(ofTrainingData: data, named: entry.name, on: terminal) }
    // Standard input can be read only once, and every model needs a pass.
    var options = input.sourceOptions
    options.threadCount = machine.threadCount
    options.spoolsStandardInput = true
    var targetOptions = input.targetOptions
    targetOptions.spoolsStandardInput = true
    return try compared(
      entries, terminal,
      openTargets: { detector in
        try target.path.map { try detector.openTargets($0, options: targetOptions) }
      }, open: { try $0.open(data, options: options) })
  }

  private func compareNetworks(
    _ terminal: Terminal, folder: String, _ group: OutputGroup
  ) throws -> DetectorComparison {
    let source = try DataFiles.openForFit(
      data, input.sourceOptions(images, columns), seed: training.options.seed,
      memoryLimitBytes: training.memoryLimitBytes, threads: machine.threadCount)
    var validation: (any RecordSource)?
    var entries: [DetectorComparison.Entry] = []
    var targets: (any RecordSource)?
    for widths in hidden {
      let name = "hidden " + widths.map(String.init).joined(separator: ",")
      var options = try training.fitOptions(hidden: widths, threads: machine.threadCount) { path in
        let opened =
          try validation
          ?? DataFiles.openForFit(
            [path], input.sourceOptions(images, columns), seed: training.options.seed,
            memoryLimitBytes: training.memoryLimitBytes, threads: machine.threadCount)
        validation = opened
        return opened
      }
      // The networks are compared on the rows that all of them hold out, so none needs cross-validation.
      if options.rows.validationShare == nil, options.rows.validationSource == nil {
        options.rows.validationShare = 0.1
      }
      options.scores.calibration = training.calibration ?? .split
      try target.open(input, images, seed: training.options.seed, into: &options)
      images.apply(to: &options)
      targets = options.rows.validationTargetSource ?? options.rows.targetSource
      let (detector, _) = try FitSession(terminal: terminal, name: name, reportsData: entries.isEmpty)
        .fit(source, options)
      try detector.save("\(folder)/\(name.replacingSpaces).misfit", in: group)
      entries.append(DetectorComparison.Entry(name: name, detector: detector))
    }
    if let validation {
      return try compared(entries, terminal, openTargets: { _ in targets }, open: { _ in validation })
    }
    guard let record = entries.first?.detector.training else {
      return try compared(entries, terminal, openTargets: { _ in targets }, open: { _ in source })
    }
    var share = 0.1
    if case .share(let given)? = training.validation { share = given }
    let held = HeldOutRows(
      rowCount: source.layout.grid?.images.count ?? record.rowCount + record.validationRowCount, share: share,
      seed: training.options.seed)
    return try compared(
      entries, terminal, records: { held.contains(record: $0) }, note: "held out of training",
      openTargets: { _ in targets }, open: { _ in source })
  }

  private func compared(
    _ entries: [DetectorComparison.Entry], _ terminal: Terminal, records: (@Sendable (Int) -> Bool)? = nil,
    note: String? = nil, openTargets: (Detector) throws -> (any RecordSource)?,
    open: (Detector) throws -> any RecordSource
  ) throws -> DetectorComparison {
    try DetectorComparison(
      entries, measure: training.options.scores.measure ?? Self.usualMeasure(of: entries), records: records,
      sampleNote: note,
      anomalyLabel: anomalyLabel,
      threadCount: machine.threadCount, openTargets: openTargets, open: open)
  }

  /// Returns the models' own measure if it is the same kind of costs for all of them, else the mean squared
  /// error, which every model has.
  private static func usualMeasure(of entries: [DetectorComparison.Entry]) -> ScoreMeasure {
    let measures = Set(entries.map(\.detector.calibration.measure))
    guard let measure = measures.first, measures.count == 1, !measure.isOwn else {
      return .meanSquared
    }
    return measure
  }

  private func print(_ comparison: DetectorComparison, page: String, on terminal: Terminal) throws {
    try terminal.print(comparison.sampleText)
    for (entry, line) in zip(comparison.entries, comparison.circumstances) {
      try terminal.print("  \(entry.name): \(line)")
    }
    try terminal.print()
    try terminal.print("errors by \(comparison.measure.title)")
    try printTable(of: comparison.result, on: terminal)
    if let scores = comparison.scoreResult {
      try terminal.print()
      try terminal.print("scores, each model by its own measure")
      try printTable(of: scores, on: terminal)
    }
    try terminal.print()
    for finding in comparison.findings { try terminal.print(finding) }
    try terminal.print("report \(page)")
    var json = comparison.json
    json["reportPath"] = JSONValue(page)
    try terminal.finish(json: JSONText.compact(.object(json)))
  }

  /// Prints a table with one line a model.
  private func printTable(of result: ModelComparison, on terminal: Terminal) throws {
    var rows = [["model", "mean", "sd", "median", "95 %", "99 %", "AUROC"]]
    for model in result.models {
      let figures = model.errors
      let values = [
        figures?.mean, figures?.standardDeviation, figures?.median, figures?.quantile(0.95),
        figures?.quantile(0.99),
        model.areaUnderROC,
      ]
      rows.append([model.name] + values.map { $0.map { NumberText.significant($0) } ?? "" })
    }
    if result.models.allSatisfy({ $0.areaUnderROC == nil }) {
      rows = rows.map { Array($0.dropLast()) }
    }
    for line in RankingText.leftAligned(rows) { try terminal.print(line) }
  }

  /// Returns the names of files, replaced by their paths if they repeat.
  private static func distinctNames(_ paths: [String]) -> [String] {
    let names = paths.map { FileSystem.lastComponent(of: $0) }
    return paths.indices.map { index in
      guard names.filter({ $0 == names[index] }).count > 1 else { return names[index] }
      let isRepeated = paths.filter { $0 == paths[index] }.count > 1
      return isRepeated ? "\(paths[index]) (\(index + 1))" : paths[index]
    }
  }
}

extension String {
  /// The text with spaces and commas replaced, for the name of a file.
  fileprivate var replacingSpaces: String { String(map { $0 == " " || $0 == "," ? "-" : $0 }) }
}

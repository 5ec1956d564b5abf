import Misfit
import MisfitReporting

/// The verb `misfit classify`.
struct Classify: Verb {
  static let name = "classify"
  static let summary =
    "Classifies labeled samples by their nearest neighbors, and prints the accuracy."
  static let details = """
    Each sample of TEST gets the most frequent label among its nearest samples of TRAIN; ties go to the \
    first label in order. Distances are Euclidean, between scaled features or, with --model, between codes; \
    the search is exact. TRAIN is held in memory, 4 bytes a value; TEST is not. Writes predictions.csv, \
    confusion-matrix.csv, the matrix as PNG and SVG, and summary.json.
    """
  static let examples = [
    Example("misfit classify train.csv test.csv --label species -o out/"),
    Example(
      """
      misfit classify train.idx test.idx --labels train-labels.idx --test-labels test-labels.idx --model \
      model.misfit -o out/
      """,
      "by the codes of an autoencoder"),
    Example(
      "misfit classify photos/train photos/test -o out/ --resize 32x32",
      "folders of images, one for each label"
    ),
  ]

  var train = ""
  var test = ""
  var output = ""
  var model: String?
  var neighborCount = 7
  var testLabelsPath: String?
  var isSpreadsheetSafe = false
  var memoryLimitBytes = NeighborClassification.Options().memoryLimitBytes
  var input = InputFlags()
  var badData: BadDataFlags? { input.badData }
  var images = ImageFlags()
  var machine = MachineFlags()

  static var arguments: [Argument<Classify>] {
    Positional(
      "TRAIN", \.train, .path,
      help: "Labeled samples: CSV, IDX, NPY, or a folder with a folder of images for each label.")
    Positional(
      "TEST", \.test, .path,
      help: "Labeled samples to classify; one of the two can be standard input (`-`).")
    Flag("-o, --output FOLDER", \.output, .path, isRequired: true, help: "Folder of the results.")
    Flag(
      "--model FILE", \.model, .path, otherwise: "scaled features are compared",
      help: "Compare the codes of this model.")
    Flag(
      "-k, --neighbors N", \.neighborCount, .integer(in: 1...1000), help: "The number of neighbors that vote."
    )
    Flag(
      "--test-labels FILE", \.testLabelsPath, .path,
      help: "A file with the labels of TEST, like --labels for TRAIN.")
    Flag(
      "--memory-limit SIZE", \.memoryLimitBytes, .byteCount((1 << 20)...),
      help: "The maximum memory for the samples of TRAIN.")
    Switch(
      "--spreadsheet-safe", \.isSpreadsheetSafe,
      help: "Put an apostrophe before text in CSV files that a spreadsheet would take for a formula.")
    Shared(\.input)
    Shared(\.images)
    Shared(\.machine)
  }

  func check() throws(ArgumentError) {
    try FolderPath.check(output, differsFrom: [train, test])
    try images.check()
    guard train != "-" || test != "-" else {
      throw ArgumentError(
        .conflict("standard input cannot be both TRAIN and TEST", remedy: "give a file for one of them"))
    }
    guard images.tileSide == nil else {
      throw ArgumentError(
        .conflict(
          "labels belong to whole images",
          remedy: "omit --tile, or resize images with --resize"))
    }
    guard model == nil || images.preparation.isNothing else {
      throw ArgumentError(
        .conflict(
          "models prepare images in the way they were fitted", remedy: "omit --resize, --grey and --tile"))
    }
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let detector = try model.map { try Detector.load($0) }
    let (train, test) = try sources(detector)
    for source in [train, test] { SourceText.printNotes(of: source, on: terminal) }
    if DataFiles.areSame(self.train, self.test) {
      terminal.messages.warning(
        """
        TRAIN and TEST are the same file: each sample finds itself, and the accuracy says nothing about new \
        samples
        """
      )
    }
    var options = NeighborClassification.Options()
    options.detector = detector
    options.neighborCount = neighborCount
    options.threadCount = machine.threadCount
    options.memoryLimitBytes = memoryLimitBytes
    // Created before the search: a folder that cannot be created must not cost a search.
    let folder = FolderPath.plain(output)
    try FileSystem.makeDirectory(folder)
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let progress = RowProgressLine("classifying", terminal.messages)
    defer { progress.finish() }
    let result = try NeighborClassification.run(train: train, test: test, options: options) { count in
      try interruption.check()
      progress.update(
        rowCount: count, share: test.layout.rowCount.map { Double(count) / Double(max($0, 1)) })
    }
    progress.finish()
    var report = ClassificationReport(result)
    report.escapesFormulas = isSpreadsheetSafe
    try report.write(to: folder)
    terminal.messages.warnOfMissingPlots()
    try print(report, folder: folder, on: terminal)
    return .done
  }

  private func sources(_ detector: Detector?) throws -> (train: any RecordSource, test: any RecordSource) {
    var options = input.sourceOptions(images, ColumnFlags())
    // TRAIN is read in two passes.
    options.spoolsStandardInput = true
    options.threadCount = machine.threadCount
    options.memoryLimitBytes = memoryLimitBytes
    var testOptions = options
    testOptions.labelsPath = testLabelsPath
    if let detector {
      return (try detector.open(train, options: options), try detector.open(test, options: testOptions))
    }
    let train = try DataSource.open(train, options: options)
    testOptions.expectShape(of: train)
    return (train, try DataSource.open(test, options: testOptions))
  }

  private func print(_ report: ClassificationReport, folder: String, on terminal: Terminal) throws {
    let result = report.result
    let right = result.predictions.count { $0.actual == $0.found }
    let share = result.accuracy.map { "\(NumberText.fixed($0 * 100, decimals: 2)) %" } ?? "none"
    try terminal.print(
      """
      accuracy  \(share): \(NumberText.grouped(right)) of \
      \(CountText.of(result.predictions.count, "sample")) by \(report.neighbors) among \
      \(NumberText.grouped(result.trainingCount)), \(result.representation)
      """
    )
    try terminal.print(
      """
      time      \(NumberText.duration(seconds: result.searchSeconds)) to search, \
      \(NumberText.duration(seconds: result.encodingSeconds)) to read and encode
      """
    )
    try terminal.print("memory    \(NumberText.bytes(result.memoryBytes)) for the samples and the search")
    try terminal.print()
    for line in RankingText.leftAligned(table(of: result)) { try terminal.print(line) }
    try terminal.print()
    try terminal.print("matrix    \(folder)/confusion-matrix.png")
    var json = report.json
    for member in report.timesJSON.members { json[member.key] = member.value }
    json["folder"] = JSONValue(folder)
    try terminal.finish(json: JSONText.compact(.object(json)))
  }

  private func table(of result: NeighborClassification) -> [[String]] {
    func share(_ value: Double?) -> String {
      value.map { "\(NumberText.fixed($0 * 100, decimals: 1)) %" } ?? ""
    }
    let rows = result.classes.enumerated().map { index, name in
      [
        name, NumberText.grouped(result.confusion.counts[index].reduce(0, +)),
        share(result.confusion.recall(ofClass: index)), share(result.confusion.precision(ofClass: index)),
      ]
    }
    return [["label", "samples", "recall", "precision"]] + rows
  }
}

import Misfit
import MisfitReporting

/// The verb `misfit demo`.
struct Demo: Verb {
  static let name = "demo"
  static let summary = "Shows what Misfit does, on data that ships with it, in under a minute."
  static let details = """
    Finds anomalous rows in a table of 569 breast cancer measurements and badly reconstructed images among \
    1,797 handwritten digits, and compares one and two hidden layers. Writes the \
    tables and the pages into a folder, and prints the pages to open.
    """
  static let examples = [Example("misfit demo -o demo/")]

  var output = "misfit-demo"
  var machine = MachineFlags()

  static var arguments: [Argument<Demo>] {
    Flag("-o, --output FOLDER", \.output, .folder, help: "Folder of the pages.")
    Shared(\.machine)
  }

  func check() throws(ArgumentError) { try FolderPath.check(output) }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let folder = FolderPath.plain(output)
    try FileSystem.makeDirectory(folder)
    var pages: [(title: String, path: String)] = []

    var input = InputFlags()
    input.label = "diagnosis"
    let table = try ShippedData.breastCancer.write(to: "\(folder)/data")
    try terminal.print("Anomalous rows of a table: \(table)")
    pages.append(
      (
        "anomalous rows of a table",
        try detect(table, input, "\(folder)/breast-cancer", terminal)
      ))

    try terminal.print("\nBadly reconstructed images: handwritten digits")
    pages.append(
      ("badly reconstructed digits", try detect("digits", InputFlags(), "\(folder)/digits", terminal)))

    let randomTable = try ShippedData.random30.write(to: "\(folder)/data")
    try terminal.print("\nOne and two hidden layers on random data: \(randomTable)")
    pages.append(
      (
        "one and two hidden layers", try compare(randomTable, "\(folder)/one-and-two-layers", terminal)
      ))

    try terminal.print("\nOpen these pages in a browser:")
    for page in pages { try terminal.print("  \(page.path)  (\(page.title))") }
    let json = pages.map { page -> JSONValue in
      ["title": JSONValue(page.title), "path": JSONValue(page.path)]
    }
    try terminal.finish(json: JSONText.compact(["pages": .array(json)]))
    return .done
  }

  private func detect(_ data: String, _ input: InputFlags, _ folder: String, _ terminal: Terminal) throws
    -> String
  {
    let source = try DataFiles.openForFit([data], input.sourceOptions, seed: 42)
    var options = FitOptions()
    options.run.threadCount = machine.threadCount
    options.rows.areScored = true
    options.model = .automatic
    let (detector, choices) = try FitSession(terminal: terminal, logsEpochs: false).fit(source, options)
    let group = OutputGroup()
    try group.makeDirectory(folder)
    try detector.save("\(folder)/model.misfit", in: group)
    let summary = try ReportFlags().write(
      try detector.score(source), to: folder, in: group, choices: choices, terminal: terminal)
    try terminal.print(
      "\(summary.flaggedCount) of \(summary.count) samples above the threshold; the worst:")
    for line in RankingText.lines(Array(summary.worst.prefix(3)), reasonCount: 1) { try terminal.print(line) }
    return "\(folder)/report.html"
  }

  private func compare(_ data: String, _ folder: String, _ terminal: Terminal) throws -> String {
    let source = try DataFiles.openForFit([data], SourceOptions(), seed: 42)
    var entries: [DetectorComparison.Entry] = []
    for (name, hidden) in [("one layer", [2]), ("two layers", [2, 2])] {
      var options = FitOptions()
      options.network.hidden = hidden
      options.training.epochs = 100
      options.run.threadCount = machine.threadCount
      let (detector, _) = try FitSession(
        terminal: terminal, name: name, reportsData: entries.isEmpty, logsEpochs: false
      )
      .fit(source, options)
      entries.append(DetectorComparison.Entry(name: name, detector: detector))
    }
    let comparison = try DetectorComparison(entries, measure: .meanSquared) { _ in source }
    for finding in comparison.findings { try terminal.print(finding) }
    return try ComparisonReport(comparison).write(to: folder)
  }
}

import Misfit
import MisfitReporting

/// A measurement of models of windows on labelled series: the ranking of rows on NAB, the flags on SKAB.
struct SeriesRun {
  static let help = """
    usage: misfit-benchmark series --data DIR [--only TEXT] [--model NAME] [--window N] [--no-peers]
                                   [--threads N] [--json]

    Fits windows to the first rows of labelled series and scores the others, with the defaults and without
    labels. DIR has nab/ (the Numenta Anomaly Benchmark: data/ and labels/combined_windows.json), skab/ (the
    Skoltech Anomaly Benchmark: valve1/ and so on), or both.

    NAB: the first 15 % of the rows are learned, and the volumes under the surfaces (VUS-PR, VUS-ROC) are
    measured on the rest, beside sub-PCA, nearest neighbors, and the spread of a plain distance.
    SKAB: the first 400 rows of a file are learned, and the flags on the rest of all files are counted.

      --data DIR      the folder of the benchmarks
      --only TEXT     only series whose names contain TEXT
      --model NAME    the model to fit; auto by default
      --window N      the number of rows in a window; chosen from the rows by default
      --no-peers      leave out the other detectors
      --threads N     the number of threads
      --json          print one JSON object a line
    """

  private(set) var folder = ""
  private(set) var only = ""
  private(set) var options = FitOptions()
  private(set) var window: Int?
  private(set) var hasPeers = true
  private(set) var writesJSON = false

  /// Parses the arguments after `series`.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var rest = words[...]
    func value(after flag: String) throws(BenchmarkError) -> String {
      guard let value = rest.popFirst() else { throw BenchmarkError(.usage("\(flag) needs a value")) }
      return value
    }
    func count(after flag: String) throws(BenchmarkError) -> Int {
      let text = try value(after: flag)
      guard let count = Int(text), count >= 1 else {
        throw BenchmarkError(.usage("\(flag) needs a whole number from 1, not \(text)"))
      }
      return count
    }
    while let word = rest.popFirst() {
      switch word {
      case "--json": writesJSON = true
      case "--no-peers": hasPeers = false
      case "--data": folder = try value(after: word)
      case "--only": only = try value(after: word)
      case "--window": window = try count(after: word)
      case "--threads": options.run.threadCount = try count(after: word)
      case "--model":
        let name = try value(after: word)
        guard let model = ModelChoice(rawValue: name) else {
          throw BenchmarkError(.usage("there is no model \(name)"))
        }
        options.model = model
      default: throw BenchmarkError(.usage("unknown flag \(word)"))
      }
    }
    guard !folder.isEmpty else {
      throw BenchmarkError(.usage("series needs the folder of the benchmarks: --data DIR"))
    }
  }

  /// Runs the benchmarks that the folder has.
  ///
  /// - Throws: ``BenchmarkError``, and any error of fitting or reading.
  func run() throws {
    let names = try FileSystem.names(in: folder)
    guard names.contains("nab") || names.contains("skab") else {
      throw BenchmarkError(
        .noData("\(folder) has neither nab nor skab", remedy: "pass the folder above them with --data"))
    }
    if names.contains("nab") { try runNAB() }
    if names.contains("skab") { try runSKAB() }
  }

  private func runNAB() throws {
    let labelled = try NABSeries.all(in: "\(folder)/nab").map(LabelledSeries.init)
    let chosen = labelled.filter { $0.hasEvents && (only.isEmpty || $0.name.contains(only)) }
    var table: [WindowFigures] = []
    for series in chosen {
      let figures = try figures(of: series)
      table.append(figures)
      print(writesJSON ? figures.json : figures.line)
    }
    guard !table.isEmpty else { return }
    let mean = WindowFigures(meanOf: table)
    print(writesJSON ? mean.json : mean.line)
    if !writesJSON { for line in mean.lines { print(line) } }
  }

  /// Fits, scores and measures one series, and its peers.
  ///
  /// - Throws: any error of fitting and scoring.
  func figures(of series: LabelledSeries) throws -> WindowFigures {
    var figures = WindowFigures(series: series.name)
    let (seconds, scores) = try Stopwatch.time { try self.scores(of: series) }
    figures.seconds = seconds
    figures.add("misfit", series.volume(of: scores))
    guard hasPeers, series.values.count >= 2 * WindowPeers.length else { return figures }
    let peers = WindowPeers(values: series.values, learnedCount: series.learnedCount)
    figures.add("sub-PCA", series.volume(of: try peers.components()))
    figures.add("5-NN centered", series.volume(of: peers.neighbors(centered: true)))
    figures.add("5-NN raw", series.volume(of: peers.neighbors(centered: false)))
    figures.add("spread, largest", series.volume(of: peers.spread()))
    figures.add("spread, mean", series.volume(of: peers.meanSpread()))
    return figures
  }

  private func scores(of series: LabelledSeries) throws -> [Double] {
    let work = try WorkFolder()
    let learned = try series.write(to: "\(work.path)/learned.csv", rowCount: series.learnedCount)
    let all = try series.write(to: "\(work.path)/all.csv", rowCount: series.values.count)
    let detector = try detector(learning: learned, SourceOptions(), timeColumn: LabelledSeries.timeColumn)
    let scores = try detector.score(detector.open(all)).scores()
    // Rows without a score are not anomalous: below all others.
    let least = scores.filter { !$0.isNaN }.min() ?? 0
    return scores.map { $0.isNaN ? least - 1 : $0 }
  }

  private func detector(
    learning path: String, _ source: SourceOptions, timeColumn: String
  ) throws -> Detector {
    var options = options
    options.series = SeriesOptions(timeColumn: timeColumn, window: window)
    return try Detector.fit(DataSource.open(path, options: source), options: options)
  }

  private func runSKAB() throws {
    var total = FlagCounts()
    for file in try SKABFile.all(in: "\(folder)/skab") where only.isEmpty || file.name.contains(only) {
      let counts = try counts(of: file)
      total.add(counts)
      print(writesJSON ? counts.json(named: file.name) : counts.line(named: file.name))
    }
    print(writesJSON ? total.json(named: "all") : total.line(named: "all"))
  }

  /// Fits to the first rows of a file, and counts the flags on the others.
  ///
  /// - Throws: ``BenchmarkError``, and any error of fitting and scoring.
  func counts(of file: SKABFile) throws -> FlagCounts {
    let work = try WorkFolder()
    let learned = "\(work.path)/learned.csv"
    let rest = "\(work.path)/rest.csv"
    try file.write(to: learned, rows: 0..<SKABFile.learnedCount)
    try file.write(to: rest, rows: SKABFile.learnedCount..<file.isAnomaly.count)
    let source = SourceOptions(ignoredColumns: SKABFile.labelColumns, delimiter: ";")
    let detector = try detector(learning: learned, source, timeColumn: SKABFile.timeColumn)
    let scoring = try detector.score(detector.open(rest, options: source))
    let decision = detector.decision()
    let flags = try scoring.scores().map { decision.flags($0) ?? false }
    return FlagCounts(flags: flags, isAnomaly: file.isAnomaly.dropFirst(SKABFile.learnedCount).map(\.self))
  }
}

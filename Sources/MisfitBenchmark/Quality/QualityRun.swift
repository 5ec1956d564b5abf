import Misfit
import MisfitReporting

/// A measurement of detection quality on a folder of ADBench tables (Han et al., 2022), by the protocol of
/// the peers' figures.
///
/// Labels are only used to evaluate the scores, and all tables have the same defaults.
struct QualityRun {
  let arguments: QualityArguments

  /// The figures of a table, as means over the seeds.
  struct Figures: Hashable {
    var table: String
    var rowCount: Int
    var columnCount: Int
    var areaUnderROC: Double
    var averagePrecision: Double
    /// The seconds of a fit and a scoring pass.
    var seconds: Double
  }

  /// Runs table by table with a line for each, and then prints a line with the means.
  ///
  /// - Throws: ``BenchmarkError``, and any error of fitting or reading.
  func run() throws {
    let paths = try tablePaths()
    var all: [Figures] = []
    for path in paths {
      let figures = try figures(of: path)
      all.append(figures)
      print(arguments.writesJSON ? json(of: figures) : line(of: figures))
    }
    print(arguments.writesJSON ? json(ofAll: all) : line(ofAll: all))
  }

  /// Returns the paths of the tables that the arguments select.
  ///
  /// - Throws: ``BenchmarkError`` if there are none.
  func tablePaths() throws -> [String] {
    let names = try FileSystem.names(in: arguments.folder).filter { $0.hasSuffix(".npz") }
    let wanted = names.sorted().filter { name in arguments.only.map { name.contains($0) } ?? true }
    guard !wanted.isEmpty else {
      throw BenchmarkError(
        .noData("there is no NPZ table in \(arguments.folder)", remedy: "pass the folder of the tables"))
    }
    return wanted.map { "\(arguments.folder)/\($0)" }
  }

  private func figures(of path: String) throws -> Figures {
    let table = try QualityTable(readingFrom: path)
    var figures = Figures(
      table: String(FileSystem.lastComponent(of: path).dropLast(4)), rowCount: table.rows.count,
      columnCount: table.rows.first?.count ?? 0, areaUnderROC: 0, averagePrecision: 0, seconds: 0)
    let share = 1 / Double(arguments.seedCount)
    for seed in 0..<arguments.seedCount {
      let sample = table.sampled(seed: seed)
      let (seconds, evaluation) = try Stopwatch.time { try self.evaluation(of: sample, seed: seed) }
      figures.seconds += seconds * share
      figures.areaUnderROC += (evaluation.areaUnderROC ?? 0.5) * share
      figures.averagePrecision += (evaluation.averagePrecision ?? 0) * share
    }
    return figures
  }

  /// Fits and scores once.
  func evaluation(of table: QualityTable, seed: UInt32) throws -> Evaluation {
    var options = FitOptions()
    options.model = arguments.model
    options.seed = UInt64(seed)
    options.run.threadCount = arguments.threadCount
    options.neighbors.trimmedShare = arguments.trimmedShare
    options.rows.contamination = arguments.contaminated
    // All of the half is for training; no threshold is needed.
    options.rows.validationShare = 0
    var (training, rest) = (table, table)
    switch arguments.splitting {
    case .transductive: options.rows.areScored = true
    case .oneClass: (training, rest) = table.split(seed: seed, plantedShare: arguments.plantedShare)
    }
    let detector = try Detector.fit(MemorySource(rows: training.rows), options: options)
    var scoring = try detector.score(MemorySource(rows: rest.rows))
    scoring.threadCount = arguments.threadCount
    return Evaluation(scores: try scoring.scores(), isAnomaly: rest.isAnomaly)
  }

  private func line(of figures: Figures) -> String {
    let name = figures.table + String(repeating: " ", count: max(0, 20 - figures.table.count))
    let area = NumberText.fixed(figures.areaUnderROC, decimals: 3)
    let precision = NumberText.fixed(figures.averagePrecision, decimals: 3)
    let seconds = NumberText.duration(seconds: figures.seconds)
    return "\(name) AUROC \(area)  average precision \(precision)  \(seconds)"
  }

  private func line(ofAll all: [Figures]) -> String {
    let means = means(of: all)
    let area = NumberText.fixed(means.area, decimals: 4)
    let precision = NumberText.fixed(means.precision, decimals: 4)
    return "\(arguments.splitting.rawValue), \(arguments.model.name), \(all.count) tables: "
      + "mean AUROC \(area), mean average precision \(precision)"
  }

  private func means(of all: [Figures]) -> (area: Double, precision: Double) {
    let count = Double(all.count)
    return (
      all.reduce(0) { $0 + $1.areaUnderROC } / count, all.reduce(0) { $0 + $1.averagePrecision } / count
    )
  }

  private func json(of figures: Figures) -> String {
    JSONText.compact([
      "table": JSONValue(figures.table), "protocol": JSONValue(arguments.splitting.rawValue),
      "model": JSONValue(arguments.model.name), "planted": JSONValue(arguments.plantedShare),
      "rows": JSONValue(figures.rowCount),
      "columns": JSONValue(figures.columnCount), "seeds": JSONValue(Int(arguments.seedCount)),
      "auroc": JSONValue(figures.areaUnderROC), "averagePrecision": JSONValue(figures.averagePrecision),
      "seconds": JSONValue(figures.seconds),
    ])
  }

  private func json(ofAll all: [Figures]) -> String {
    let means = means(of: all)
    return JSONText.compact([
      "protocol": JSONValue(arguments.splitting.rawValue), "model": JSONValue(arguments.model.name),
      "planted": JSONValue(arguments.plantedShare), "tables": JSONValue(all.count),
      "seeds": JSONValue(Int(arguments.seedCount)),
      "meanAUROC": JSONValue(means.area), "meanAveragePrecision": JSONValue(means.precision),
    ])
  }
}

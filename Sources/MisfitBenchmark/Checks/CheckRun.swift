import Misfit
import MisfitReporting

/// A measurement of how often checks of normal data alarm, on a folder of ADBench tables.
///
/// A model is fitted to a random half of the normal rows, and the other half is checked: the share of flagged
/// rows should be that of the budget, and hardly a check should fail.
struct CheckRun {
  let arguments: QualityArguments

  /// The figures of a table.
  private struct Figures {
    var table: String
    var rowCount = 0
    /// The share of flagged rows, the mean over the seeds.
    var flaggedShare = 0.0
    /// The number of checks that failed, by the kinds of their findings.
    var failures: [String: Int] = [:]
    var failureCount = 0
  }

  /// Runs table by table with a line for each, and then prints a line with the means.
  ///
  /// - Throws: ``BenchmarkError``, and any error of fitting or reading.
  func run() throws {
    var all: [Figures] = []
    for path in try QualityRun(arguments: arguments).tablePaths() {
      let figures = try figures(of: path)
      all.append(figures)
      print(arguments.writesJSON ? JSONText.compact(.object(json(of: figures))) : line(of: figures))
    }
    let share = all.reduce(0) { $0 + $1.flaggedShare } / Double(all.count)
    let failures = all.reduce(0) { $0 + $1.failureCount }
    let count = all.count * Int(arguments.seedCount)
    print(
      arguments.writesJSON
        ? JSONText.compact([
          "tables": JSONValue(all.count), "checks": JSONValue(count), "failures": JSONValue(failures),
          "flaggedShare": JSONValue(share),
        ])
        : "\(all.count) tables, \(count) checks: \(NumberText.fixed(share * 100, decimals: 2)) % of the "
          + "rows flagged at 1 %, \(CountText.of(failures, "check")) failed")
  }

  private func figures(of path: String) throws -> Figures {
    let table = try QualityTable(readingFrom: path)
    var figures = Figures(table: String(FileSystem.lastComponent(of: path).dropLast(4)))
    for seed in 0..<arguments.seedCount {
      let (training, rest) = table.sampled(seed: seed).split(seed: seed, plantedShare: 0)
      let normal = rest.rows.indices.filter { !rest.isAnomaly[$0] }.map { rest.rows[$0] }
      var options = FitOptions()
      options.model = arguments.model
      options.seed = UInt64(seed)
      options.run.threadCount = arguments.threadCount
      let detector = try Detector.fit(MemorySource(rows: training.rows), options: options)
      var check = DataCheck(detector)
      try detector.score(MemorySource(rows: normal)).forEachBatch { check.update($0) }
      let result = check.result(of: figures.table)
      figures.rowCount = normal.count
      figures.flaggedShare +=
        Double(result.flaggedCount) / Double(normal.count) / Double(arguments.seedCount)
      figures.failureCount += result.passes ? 0 : 1
      for kind in Set(result.failures.map(\.kind.rawValue)) { figures.failures[kind, default: 0] += 1 }
    }
    return figures
  }

  private func line(of figures: Figures) -> String {
    let name = figures.table + String(repeating: " ", count: max(0, 20 - figures.table.count))
    let kinds = figures.failures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return "\(name) \(NumberText.fixed(figures.flaggedShare * 100, decimals: 2)) % of "
      + "\(CountText.of(figures.rowCount, "row")) flagged, \(figures.failureCount) of "
      + "\(CountText.of(Int(arguments.seedCount), "check")) failed \(kinds.joined(separator: ", "))"
  }

  private func json(of figures: Figures) -> JSONObject {
    [
      "table": JSONValue(figures.table), "rows": JSONValue(figures.rowCount),
      "flaggedShare": JSONValue(figures.flaggedShare), "failures": JSONValue(figures.failureCount),
      "kinds": .object(
        JSONObject(figures.failures.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })),
    ]
  }
}

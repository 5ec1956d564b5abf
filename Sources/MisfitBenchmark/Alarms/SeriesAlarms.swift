import Misfit

/// The false alarms of a model of windows on new rows of the process that it learned: how many rows are above
/// its threshold at 1 %, and how many events they are.
///
/// A window that is flagged flags all of its rows, so that flags come in runs.
struct SeriesAlarms: Hashable {
  /// The share of the fresh rows that are flagged.
  var rowShare: Double
  /// The number of events in 1,000 fresh rows.
  var eventsPerThousand: Double

  /// Fits to a series, and scores another one of the same process.
  ///
  /// - Throws: any error of fitting and scoring.
  init(_ run: AlarmRun, seed: UInt64) throws {
    var options = FitOptions(model: run.model, series: SeriesOptions(), seed: seed)
    options.run.threadCount = run.threadCount
    func source(_ count: Int, stream: UInt64) throws -> MemorySource {
      let values = Self.values(count: count, coefficient: run.coefficient, seed: seed, stream: stream)
      return try MemorySource(rows: values.map { [$0] }, columns: ["v"])
    }
    let detector = try Detector.fit(source(run.rowCount, stream: 1), options: options)
    var scoring = try detector.score(source(run.freshCount, stream: 2))
    scoring.threadCount = run.threadCount
    let decision = detector.decision()
    let count = Double(run.freshCount)
    rowShare = Double(try scoring.scores().count { decision.flags($0) ?? false }) / count
    eventsPerThousand = Double(try scoring.events().count) / count * 1_000
  }

  /// Returns a stationary autoregressive series with variance 1: each value is the one before times the
  /// coefficient, plus noise.
  static func values(count: Int, coefficient: Double, seed: UInt64, stream: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed, stream: stream)
    // The sum of twelve uniform numbers has variance 1.
    func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + Double(generator.nextUnitFloat()) } }
    let noise = (1 - coefficient * coefficient).squareRoot()
    var values = [normal()]
    while values.count < count { values.append(coefficient * values[values.count - 1] + noise * normal()) }
    return values
  }
}

extension AlarmRun {
  /// Runs series, and prints a line of figures.
  ///
  /// - Throws: any error of fitting and scoring.
  func runSeries() throws {
    let all = try (0..<runCount).map { try SeriesAlarms(self, seed: firstSeed &+ UInt64($0)) }
    let (rows, rowsHalf) = Self.mean(all.map { $0.rowShare * 100 })
    let (events, eventsHalf) = Self.mean(all.map(\.eventsPerThousand))
    let quiet = all.count { $0.eventsPerThousand == 0 }
    func text(_ value: Double) -> String { NumberText.fixed(value, decimals: 2) }
    print(
      "series \(model.name) \(rowCount) rows, coefficient \(coefficient), \(runCount) runs from seed "
        + "\(firstSeed): threshold 1 %: \(text(rows)) % +- \(text(rowsHalf)) of the rows, \(text(events)) +- "
        + "\(text(eventsHalf)) events in 1,000 rows, \(quiet) runs without an event")
  }

  /// Returns the mean, and half the interval of 1.96 standard errors.
  private static func mean(_ values: [Double]) -> (mean: Double, half: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
    return (mean, 1.96 * (variance / count).squareRoot())
  }
}

import Misfit
import MisfitReporting

/// The figures of all runs of one case.
struct CaseFigures {
  /// The runs in order; at least one.
  let runs: [Measurement]
  private let first: Measurement

  /// Creates figures.
  ///
  /// - Precondition: there is at least one run.
  init(_ runs: [Measurement]) {
    precondition(!runs.isEmpty, "figures need a run")
    self.runs = runs
    first = runs[0]
  }

  var name: String { first.caseName }

  /// The median over the runs of each run's median.
  var medianSeconds: Double { Statistics.median(runs.map { Statistics.median($0.seconds) }) }

  /// The shortest time of all.
  var leastSeconds: Double { runs.flatMap(\.seconds).min() ?? medianSeconds }

  var samplesPerSecond: Double? { first.sampleCount.map { Double($0) / medianSeconds } }
  var operationsPerSecond: Double? { first.floatingPointOperations.map { $0 / medianSeconds } }
  var bytesPerSecond: Double? { first.byteCount.map { Double($0) / medianSeconds } }

  /// The rate of the probes that ran with the case; the best of them.
  var arithmeticLimit: Double? { runs.compactMap(\.arithmeticLimit).max() }

  /// The case's operations a second as a share of the limit.
  var shareOfLimit: Double? {
    guard let rate = operationsPerSecond, let limit = arithmeticLimit else { return nil }
    return rate / limit
  }

  /// The largest peak memory of the runs.
  var peakMemoryBytes: Int? { runs.compactMap(\.peakMemoryBytes).max() }

  /// The line for programs.
  var json: JSONObject {
    [
      "case": JSONValue(name), "epochSeconds": .number(medianSeconds),
      "epochSecondsLeast": .number(leastSeconds), "trainLoss": JSONValue(first.trainLoss),
      "validationLoss": JSONValue(first.validationLoss),
      "largestRelativeError": JSONValue(runs.compactMap(\.largestRelativeError).max()),
      "peakMemoryBytes": JSONValue(peakMemoryBytes), "threads": .integer(first.threadCount),
      "seed": .integer(Int(clamping: first.seed)), "samplesPerSecond": JSONValue(samplesPerSecond),
      "gigaflopsPerSecond": JSONValue(operationsPerSecond.map { $0 / 1e9 }),
      "megabytesPerSecond": JSONValue(bytesPerSecond.map { $0 / 1e6 }),
      "limitGigaflopsPerSecond": JSONValue(arithmeticLimit.map { $0 / 1e9 }),
      "shareOfLimit": JSONValue(shareOfLimit), "runs": .integer(runs.count),
      "runSeconds": JSONValue(runs.map { Statistics.median($0.seconds) }),
    ]
  }
}

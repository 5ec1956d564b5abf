import Misfit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A command that this program runs in a separate process, so that neither memory nor warm caches of one case
/// reach the next.
enum HiddenCommand: Codable, Hashable, Sendable {
  /// Creates the files of a case.
  case prepare(String, CaseSetting)
  /// Runs a case once, and returns the measurement.
  case measure(String, CaseSetting)
  /// Scores a table, and returns the peak memory in bytes.
  case scoreTable(TableScoring)
  /// Trains on and scores synthetic rows, and returns the measurement.
  case grow(GrowthPoint)

  /// The first argument of such a process; the second is the command as JSON.
  static let flag = "--in-process"

  /// Runs the command in a new process of `program`, and returns its answer.
  ///
  /// - Throws: ``BenchmarkError``.
  func run(_ program: String, name: String) throws -> String {
    let text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    return try Program.run(program, [Self.flag, text], name: name)
  }

  /// Runs the command in a new process, and parses its answer as a measurement.
  func measurement(_ program: String, name: String) throws -> Measurement {
    try JSONDecoder().decode(Measurement.self, from: Data(run(program, name: name).utf8))
  }

  /// Runs the command `text` inside such a process, and returns the answer.
  static func answer(_ text: String) throws -> String {
    switch try JSONDecoder().decode(HiddenCommand.self, from: Data(text.utf8)) {
    case .prepare(let name, let setting):
      try BenchmarkCases.named(name).first?.prepare(setting)
      return ""
    case .measure(let name, let setting):
      guard let chosen = BenchmarkCases.named(name).first else { return "" }
      return try json(chosen.measure(setting).completed())
    case .scoreTable(let task):
      try task.run()
      return "\(PeakMemory.bytes)"
    case .grow(let point): return try json(point.measure().completed(probes: false))
    }
  }

  private static func json(_ measurement: Measurement) throws -> String {
    String(decoding: try JSONEncoder().encode(measurement), as: UTF8.self)
  }
}

extension Measurement {
  /// Adds the figures that only the process itself has: its peak memory, and then the probe.
  func completed(probes: Bool = true) -> Measurement {
    var measurement = self
    if floatingPointOperations != nil {
      measurement.peakMemoryBytes = peakMemoryBytes ?? PeakMemory.bytes
      if probes {
        measurement.arithmeticLimit = ArithmeticProbe.operationsPerSecond(threadCount: threadCount)
      }
    }
    return measurement
  }
}

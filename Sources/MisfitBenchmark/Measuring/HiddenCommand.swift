import Misfit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What this program tells itself to do in a process of its own, so that neither memory nor warm caches of
/// one case reach the next.
enum HiddenCommand: Codable, Hashable, Sendable {
  /// Makes the files of a case.
  case prepare(String, CaseSetting)
  /// Runs a case once, and answers with the measurement.
  case measure(String, CaseSetting)
  /// Scores a table, and answers with the bytes of memory it took.
  case scoreTable(TableScoring)
  /// Trains and scores made-up rows, and answers with the measurement.
  case grow(GrowthPoint)

  /// The first argument of such a process; the second is the command as JSON.
  static let flag = "--in-process"

  /// Runs the command in a new process of `program`, and gives its answer.
  ///
  /// - Throws: ``BenchmarkError``.
  func run(_ program: String, name: String) throws -> String {
    let text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    return try Program.run(program, [Self.flag, text], name: name)
  }

  /// Runs the command in a new process, and reads its answer as a measurement.
  func measurement(_ program: String, name: String) throws -> Measurement {
    try JSONDecoder().decode(Measurement.self, from: Data(run(program, name: name).utf8))
  }

  /// What such a process does: the command is `text`; gives the answer.
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
  /// Adds what only the process itself knows: its peak memory, and then the probe.
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

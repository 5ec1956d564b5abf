import Misfit

/// The cost of starting the command: whole processes, one after the other.
struct StartCase: BenchmarkCase {
  let name: String
  let summary: String
  let peers: [Peer]
  private let repetitions: Int
  private let detects: Bool

  /// `misfit --version`.
  static let version = StartCase(
    name: "start-version", summary: "the process `misfit --version`", peers: [.importTorch], repetitions: 20,
    detects: false)
  /// `misfit detect` of the table that ships with the project.
  static let detect = StartCase(
    name: "start-detect", summary: "the process `misfit detect` of 569 x 30, report and all", peers: [],
    repetitions: 3, detects: true)

  func obstacle(_ setting: CaseSetting) -> BenchmarkError? {
    guard FileSystem.status(of: setting.commandPath) == nil else { return nil }
    return BenchmarkError(
      .noData(
        "there is no \(setting.commandPath)",
        remedy: "build it with `swift build -c release --product misfit`"))
  }

  func measure(_ setting: CaseSetting) throws -> Measurement {
    let output = setting.workFolder + "/detect"
    let arguments =
      detects
      ? [
        "detect", try ShippedData.breastCancer.write(to: setting.workFolder), "--label", "diagnosis",
        "--threads",
        "\(setting.threadCount)", "-o", output,
      ] : ["--version"]
    let seconds = try (0..<repetitions).map { _ in
      try Stopwatch.time { try Program.run(setting.commandPath, arguments, name: "misfit") }.seconds
    }
    if detects { try check(output + "/scores.csv") }
    return Measurement(name, seconds: seconds, threadCount: setting.threadCount, seed: setting.seed)
  }

  private func check(_ path: String) throws {
    let lineCount = try LineSample(path, every: 1).lineCount
    guard lineCount == 570 else {
      throw BenchmarkError(.wrongAnswer("\(path) has \(lineCount) lines instead of 570"))
    }
  }
}

import Misfit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The figures of one run of a peer.
struct PeerRun: Hashable, Sendable {
  var seconds: Double
  /// The peak memory of the whole process; nil if the peer does not report it.
  var peakMemoryBytes: Int?
}

/// A runner of the scripts in a peers' folder.
struct PeerRunner {
  /// The folder with the scripts.
  var folder: String
  /// The Python interpreter with the packages that they import.
  var python: String

  /// Creates the files that a peer shares with us.
  ///
  /// - Throws: ``BenchmarkError``.
  func prepare(_ peer: Peer, _ setting: CaseSetting) throws(BenchmarkError) {
    guard let script = peer.preparation else { return }
    _ = try output([folder + "/" + script], setting, name: script)
  }

  /// Runs a peer once and returns its figures.
  ///
  /// - Throws: ``BenchmarkError``.
  func run(_ peer: Peer, caseName: String, _ setting: CaseSetting) throws -> PeerRun {
    let words = peer.arguments.flatMap { word -> [String] in
      switch word {
      case "CASE": [caseName]
      case "THREADS": ["\(setting.threadCount)"]
      case "PRECISION": setting.precision == .bfloat16 ? ["--bf16"] : []
      default: [word]
      }
    }
    let script = peer.script.map { [folder + "/" + $0] } ?? []
    let (seconds, text) = try Stopwatch.time { try output(script + words, setting, name: peer.name) }
    if peer.figure == .process { return PeerRun(seconds: seconds, peakMemoryBytes: nil) }
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("{") }
    guard let line = lines.last, let figures = try? JSONDecoder().decode(Figures.self, from: Data(line.utf8)),
      let seconds = figures.seconds(peer.figure)
    else { throw BenchmarkError(.noPeerFigure(peer.name, field: peer.figure.rawValue)) }
    return PeerRun(seconds: seconds, peakMemoryBytes: figures.peakMebibytes.map { Int($0 * 0x1p20) })
  }

  private func output(
    _ arguments: [String], _ setting: CaseSetting, name: String
  ) throws(BenchmarkError) -> String {
    try Program.output(
      of: python, arguments, environment: ["PEER_DATA=\(setting.workFolder)", "PYTHONDONTWRITEBYTECODE=1"],
      name: name)
  }

  /// The subset of a script's output that is compared.
  private struct Figures: Decodable {
    var epochSeconds: Double?
    var scoreSeconds: Double?
    var wall: Double?
    var peakMebibytes: Double?

    enum CodingKeys: String, CodingKey {
      case epochSeconds = "epoch_seconds"
      case scoreSeconds = "score_seconds"
      case wall
      case peakMebibytes = "peak_rss_mb"
    }

    func seconds(_ figure: Peer.Figure) -> Double? {
      switch figure {
      case .epochSeconds: epochSeconds
      case .scoreSeconds: scoreSeconds
      case .wall: wall
      case .process: nil
      }
    }
  }
}

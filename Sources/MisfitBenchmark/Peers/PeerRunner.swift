import Misfit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Runs the scripts of a peers' folder.
struct PeerRunner {
  /// The folder with the scripts.
  var folder: String
  /// The Python that has what they import.
  var python: String

  /// Makes the files that a peer shares with us.
  ///
  /// - Throws: ``BenchmarkError``.
  func prepare(_ peer: Peer, _ setting: CaseSetting) throws(BenchmarkError) {
    guard let script = peer.preparation else { return }
    _ = try output([folder + "/" + script], setting, name: script)
  }

  /// The seconds of one run.
  ///
  /// - Throws: ``BenchmarkError``.
  func seconds(of peer: Peer, caseName: String, _ setting: CaseSetting) throws -> Double {
    let words = peer.arguments.map { word in
      word == "CASE" ? caseName : word == "THREADS" ? "\(setting.threadCount)" : word
    }
    let script = peer.script.map { [folder + "/" + $0] } ?? []
    let (seconds, text) = try Stopwatch.time { try output(script + words, setting, name: peer.name) }
    if peer.figure == .process { return seconds }
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("{") }
    guard let line = lines.last, let figures = try? JSONDecoder().decode(Figures.self, from: Data(line.utf8)),
      let seconds = figures.seconds(peer.figure)
    else { throw BenchmarkError(.noPeerFigure(peer.name, field: peer.figure.rawValue)) }
    return seconds
  }

  private func output(
    _ arguments: [String], _ setting: CaseSetting, name: String
  ) throws(BenchmarkError) -> String {
    try Program.output(
      of: python, arguments, environment: ["PEER_DATA=\(setting.workFolder)", "PYTHONDONTWRITEBYTECODE=1"],
      name: name)
  }

  /// What the scripts print, as far as it is compared.
  private struct Figures: Decodable {
    var epochSeconds: Double?
    var scoreSeconds: Double?
    var wall: Double?

    enum CodingKeys: String, CodingKey {
      case epochSeconds = "epoch_seconds"
      case scoreSeconds = "score_seconds"
      case wall
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

/// The weights of 30-8-30 as the peers' generator writes them.
struct PeerWeights: Decodable {
  private struct Layer: Decodable {
    /// Shapes: [O][I].
    var weight: [[Float]]
    var bias: [Float]
  }

  private var layers: [Layer]

  /// Reads the JSON file.
  ///
  /// - Throws: ``FileError``, `DecodingError`.
  init(readingFrom path: String) throws {
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    self = try JSONDecoder().decode(PeerWeights.self, from: Data(bytes))
  }

  /// Overwrites the parameters of a network of the same shape.
  func copy(into network: Network) throws(BenchmarkError) {
    guard network.tensors.count == 2 * layers.count else {
      throw BenchmarkError(.wrongAnswer("the peer's network has \(layers.count) layers"))
    }
    for (index, layer) in layers.enumerated() {
      let inputs = layer.weight.first?.count ?? 0
      let kernel = (0..<inputs).flatMap { input in layer.weight.map { $0[input] } }
      for (tensor, values) in zip(network.tensors[(2 * index)...], [kernel, layer.bias]) {
        guard tensor.range.count == values.count else {
          throw BenchmarkError(.wrongAnswer("the peer's layer \(index + 1) has another shape"))
        }
        network.parameters[tensor.range].copy(from: values)
      }
    }
  }
}

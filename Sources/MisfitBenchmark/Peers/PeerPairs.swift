import Misfit

/// Our runs and a peer's, taken in turn: A B A B.
struct PeerPairs {
  let caseName: String
  let peerName: String
  /// Pair by pair.
  private(set) var pairs: [(ours: Double, peer: PeerRun)] = []

  init(caseName: String, peerName: String) {
    self.caseName = caseName
    self.peerName = peerName
  }

  mutating func append(ours: Double, peer: PeerRun) { pairs.append((ours, peer)) }

  /// How many times as long as we the peer takes, pair by pair.
  var ratios: [Double] { pairs.map { $0.peer.seconds / $0.ours } }

  /// The median of the ratios.
  ///
  /// - Precondition: there is a pair.
  var medianRatio: Double { Statistics.median(ratios) }

  /// The largest of the peer's runs; nil where it does not say.
  var peerPeakMemoryBytes: Int? { pairs.compactMap(\.peer.peakMemoryBytes).max() }

  /// One line for programs.
  var json: JSONObject {
    [
      "case": JSONValue(caseName), "peer": JSONValue(peerName), "ourSeconds": JSONValue(pairs.map(\.ours)),
      "peerSeconds": JSONValue(pairs.map(\.peer.seconds)), "ratios": JSONValue(ratios),
      "medianRatio": .number(medianRatio), "peerPeakMemoryBytes": JSONValue(peerPeakMemoryBytes),
    ]
  }

  static let titles = ["case, peer", "our s", "peer s", "ratio", "pair by pair", "peer's memory"]

  /// One row for people.
  var row: [String] {
    [
      "\(caseName), \(peerName)",
      NumberText.significant(Statistics.median(pairs.map(\.ours)), digits: 3),
      NumberText.significant(Statistics.median(pairs.map(\.peer.seconds)), digits: 3),
      NumberText.fixed(medianRatio, decimals: 2),
      ratios.map { NumberText.fixed($0, decimals: 1) }.joined(separator: " "),
      peerPeakMemoryBytes.map(NumberText.bytes) ?? "",
    ]
  }
}

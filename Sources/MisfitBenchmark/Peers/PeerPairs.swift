import Misfit
import MisfitReporting

/// Interleaved runs of ours and a peer's: A B A B.
struct PeerPairs {
  let caseName: String
  let peerName: String
  /// The pairs in order.
  private(set) var pairs: [(ours: Double, peer: PeerRun)] = []

  init(caseName: String, peerName: String) {
    self.caseName = caseName
    self.peerName = peerName
  }

  mutating func append(ours: Double, peer: PeerRun) { pairs.append((ours, peer)) }

  /// The peer's time divided by ours, for each pair.
  var ratios: [Double] { pairs.map { $0.peer.seconds / $0.ours } }

  /// The median of the ratios.
  ///
  /// - Precondition: there is a pair.
  var medianRatio: Double { Statistics.median(ratios) }

  /// The peer's largest peak memory; nil if it is not reported.
  var peerPeakMemoryBytes: Int? { pairs.compactMap(\.peer.peakMemoryBytes).max() }

  /// The line for programs.
  var json: JSONObject {
    [
      "case": JSONValue(caseName), "peer": JSONValue(peerName), "ourSeconds": JSONValue(pairs.map(\.ours)),
      "peerSeconds": JSONValue(pairs.map(\.peer.seconds)), "ratios": JSONValue(ratios),
      "medianRatio": .number(medianRatio), "peerPeakMemoryBytes": JSONValue(peerPeakMemoryBytes),
    ]
  }

  static let titles = ["case, peer", "our s", "peer s", "ratio", "pair by pair", "peer's memory"]

  /// The row for people.
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

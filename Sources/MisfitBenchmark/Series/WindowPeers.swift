import Misfit

/// The usual detectors that a model of windows is compared with, on the values of one series.
///
/// Windows have ``length`` rows and begin at every row. The score of a row is the largest of the windows that
/// hold it.
struct WindowPeers {
  /// The values divided by the standard deviation of the learned ones.
  private let values: [Double]
  /// The number of rows that are learned.
  private let learnedCount: Int

  /// The number of rows in a window.
  static let length = 128
  private static let neighborCount = 5
  /// The number of windows that are learned at least.
  private static let leastLearned = 20
  /// The number of rows over which ``spread()`` takes the largest distance.
  private static let spreadLength = 256

  init(values: [Double], learnedCount: Int) {
    let learned = values.prefix(learnedCount)
    let mean = learned.reduce(0, +) / Double(learned.count)
    let variance = learned.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(learned.count)
    let deviation = variance.squareRoot() + 1e-9
    self.values = values.map { ($0 - mean) / deviation }
    self.learnedCount = learnedCount
  }

  private var windowCount: Int { values.count - Self.length + 1 }
  private var learnedWindowCount: Int {
    min(windowCount, max(learnedCount - Self.length + 1, Self.leastLearned))
  }

  /// Returns the windows one after another, minus their means if they are centered.
  private func windows(centered: Bool) -> [Double] {
    var windows: [Double] = []
    windows.reserveCapacity(windowCount * Self.length)
    for start in 0..<windowCount {
      let window = values[start..<start + Self.length]
      let mean = centered ? window.reduce(0, +) / Double(Self.length) : 0
      for value in window { windows.append(value - mean) }
    }
    return windows
  }

  /// Returns the largest score of the windows that hold each row.
  private func ofRows(_ scores: [Double]) -> [Double] {
    Self.runningLargest(scores, before: Self.length - 1, after: 0, count: values.count)
  }

  /// Returns the largest value from `before` places before each of `count` places to `after` behind it.
  static func runningLargest(_ values: [Double], before: Int, after: Int, count: Int) -> [Double] {
    (0..<count).map { place in
      let range = max(0, place - before)..<min(values.count, place + after + 1)
      return values[range].reduce(-.infinity) { max($0, $1) }
    }
  }

  /// Returns the scores of sub-PCA: squares along all components of centered windows, each divided by its
  /// variance.
  ///
  /// - Throws: ``LinearAlgebraError``.
  func components() throws -> [Double] {
    let windows = windows(centered: true)
    let (length, count) = (Self.length, learnedWindowCount)
    var mean = [Double](repeating: 0, count: length)
    for index in 0..<count * length { mean[index % length] += windows[index] / Double(count) }
    var matrix = [Double](repeating: 0, count: length * length)
    for window in 0..<count {
      let row = (0..<length).map { windows[window * length + $0] - mean[$0] }
      for first in 0..<length {
        for second in 0...first { matrix[first * length + second] += row[first] * row[second] }
      }
    }
    for first in 0..<length {
      for second in 0...first {
        let value = matrix[first * length + second] / Double(max(1, count - 1))
        matrix[first * length + second] = value
        matrix[second * length + first] = value
      }
    }
    let found = try SymmetricEigenvectors.of(matrix, size: length)
    let floor = 1e-9 * found.values[0] + 1e-12
    let scores = (0..<windowCount).map { window in
      let row = (0..<length).map { windows[window * length + $0] - mean[$0] }
      return (0..<min(length, count)).reduce(0) { sum, component in
        var product = 0.0
        for index in 0..<length { product += row[index] * found.vectors[component * length + index] }
        return sum + product * product / max(found.values[component], floor)
      }
    }
    return ofRows(scores)
  }

  /// Returns the scores by the mean distance from the five nearest learned windows.
  func neighbors(centered: Bool) -> [Double] {
    let windows = windows(centered: centered)
    let length = Self.length
    let scores = (0..<windowCount).map { window in
      var nearest = [Double](repeating: .infinity, count: Self.neighborCount)
      for learned in 0..<learnedWindowCount {
        let distance = Self.squaredDistance(windows, window * length, learned * length)
        guard distance < nearest[nearest.count - 1] else { continue }
        nearest[nearest.count - 1] = distance
        nearest.sort()
      }
      return nearest.reduce(0) { $0 + $1.squareRoot() } / Double(nearest.count)
    }
    return ofRows(scores)
  }

  private static func squaredDistance(_ windows: [Double], _ first: Int, _ second: Int) -> Double {
    let windows = windows.span
    var sums = SIMD8<Double>(repeating: 0)
    for index in stride(from: 0, to: length, by: 8) {
      var difference = SIMD8<Double>(repeating: 0)
      for lane in 0..<8 {
        difference[lane] = windows[first + index + lane] - windows[second + index + lane]
      }
      sums += difference * difference
    }
    return sums.sum()
  }

  /// Returns the largest distance from the median of the learned rows, among the ``spreadLength`` rows around
  /// each row: it knows nothing of shapes, and the measure rewards that it is wide.
  func spread() -> [Double] {
    let distances = distancesFromMedian
    return Self.runningLargest(
      distances, before: Self.spreadLength / 2, after: Self.spreadLength / 2 - 1, count: values.count)
  }

  /// Returns the mean of the same distances.
  func meanSpread() -> [Double] {
    let distances = distancesFromMedian
    let half = Self.spreadLength / 2
    return distances.indices.map { row in
      let range = distances[max(0, row - half)..<min(distances.count, row + half)]
      return range.reduce(0, +) / Double(range.count)
    }
  }

  private var distancesFromMedian: [Double] {
    let learned = values.prefix(learnedCount).sorted()
    let middle = learned.count / 2
    let median = learned.count % 2 == 1 ? learned[middle] : (learned[middle - 1] + learned[middle]) / 2
    return values.map { abs($0 - median) }
  }
}

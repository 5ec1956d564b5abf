import MisfitCore

/// Numbers mapped to the normal deviates of their ranks among learned numbers.
///
/// The mapping is linear between knots, and constant beyond them. The ``excess(of:)`` of a number outside the
/// learned range grows as the logarithm of the distance in standard deviations.
struct NormalScores: Sendable {
  /// Learned numbers, ascending and distinct; at least two.
  let values: [Double]
  /// The normal deviate of each of them, ascending.
  let deviates: [Double]
  /// The standard deviation of the learned numbers.
  let spread: Double

  /// The maximum number of knots.
  private static let knotLimit = 65

  /// Learns the ranks of numbers; nil if they are all equal.
  init?(of numbers: [Double]) {
    let sorted = numbers.sorted()
    guard let first = sorted.first, let last = sorted.last, last > first else { return nil }
    let count = Double(sorted.count)
    var (values, deviates): ([Double], [Double]) = ([], [])
    var start = 0
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      // Equal numbers share the middle of their ranks.
      values.append(sorted[start])
      deviates.append(NormalDeviate.of(Double(start + end) / 2 / count))
      start = max(end, start + 1)
    }
    let kept = Self.knots(of: deviates)
    self.values = kept.map { values[$0] }
    self.deviates = kept.map { deviates[$0] }
    let mean = sorted.reduce(0, +) / count
    spread = (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  }

  /// Returns the indices of the knots among distinct numbers, evenly spaced by their deviates.
  private static func knots(of deviates: [Double]) -> [Int] {
    let last = deviates.count - 1
    guard last >= knotLimit else { return Array(deviates.indices) }
    var kept: [Int] = []
    var index = 0
    for knot in 0..<knotLimit {
      let share = Double(knot) / Double(knotLimit - 1)
      let deviate = deviates[0] + share * (deviates[last] - deviates[0])
      while index < last, deviates[index] < deviate { index += 1 }
      if kept.last != index { kept.append(index) }
    }
    if kept.last != last { kept.append(last) }
    return kept
  }

  /// Returns how far a number is outside the learned range: below 0 under it, and 0 in it.
  func excess(of value: Double) -> Double {
    let last = values.count - 1
    if value < values[0] { return -Mathematics.log1p((values[0] - value) / spread) }
    if value > values[last] { return Mathematics.log1p((value - values[last]) / spread) }
    return 0
  }

  /// Returns the normal deviate of a number, at most that of the nearest learned one.
  func deviate(of value: Double) -> Double {
    let last = values.count - 1
    if value <= values[0] { return deviates[0] }
    if value >= values[last] { return deviates[last] }
    var (low, upper) = (1, last)
    while low < upper {
      let middle = (low + upper) / 2
      if values[middle] >= value { upper = middle } else { low = middle + 1 }
    }
    let share = (value - values[upper - 1]) / (values[upper] - values[upper - 1])
    return deviates[upper - 1] + share * (deviates[upper] - deviates[upper - 1])
  }
}

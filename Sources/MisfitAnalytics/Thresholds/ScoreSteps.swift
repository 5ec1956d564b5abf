import MisfitCore

/// A step function of a score: bounds, and the number of calibration scores before, between and after them.
///
/// A score that was computed elsewhere differs in its last bits. So a step is not at a calibration score
/// itself, but a little beyond, within ``tolerance`` or half of the way to the next score: a score that
/// belongs to a calibration row then has the row's own rank.
package struct ScoreSteps: Sendable, Hashable {
  /// The ascending bounds: B.
  package private(set) var bounds: [Double] = []
  /// The numbers of scores below the first bound, between two, and above the last: B + 1.
  package private(set) var counts: [Int] = [0]

  /// The relative distance of a step from its score: more than rounding, and so little that hardly any other
  /// score is in between.
  package static let tolerance = 1e-6

  fileprivate mutating func add(_ bound: Double, count: Int) {
    bounds.append(bound)
    counts.append(count)
  }

  /// Adds a step beyond each of some ascending values, on the upper side or the lower one; the counts begin
  /// at `first`.
  fileprivate mutating func add(_ values: [Double], after first: Int, isUpper: Bool) {
    for (index, value) in values.enumerated() {
      let isLast = index + 1 == values.count
      if isUpper, !isLast, values[index + 1] == value { continue }
      if !isUpper, index > 0, values[index - 1] == value {
        counts[counts.count - 1] = first + index + 1
        continue
      }
      let neighbor =
        isUpper ? (isLast ? .infinity : values[index + 1]) : index > 0 ? values[index - 1] : -.infinity
      add(Self.bound(of: value, toward: neighbor), count: first + index + 1)
    }
  }

  /// Returns a bound a little beyond a value in the direction of another one.
  package static func bound(of value: Double, toward neighbor: Double) -> Double {
    guard value.isFinite else { return value }
    let step = min(value.magnitude * tolerance, (neighbor - value).magnitude / 2)
    return neighbor > value ? value + step : value - step
  }
}

extension ScoreCalibration {
  /// The number of calibration scores below a score, from which follows its p-value.
  package var stepsBelow: ScoreSteps {
    var steps = ScoreSteps()
    let first = largest.first.map { Double($0) } ?? .infinity
    switch finite {
    case .values(let values): steps.add(infiniteBelow + values + infiniteAbove, after: 0, isUpper: true)
    case .cumulative(let keys, let cumulative):
      for (key, count) in zip(keys, cumulative) {
        // The upper end of a bucket belongs to it below 0 only.
        let upper = LogLinearBuckets.bounds(ofKey: key).upper
        let bound = key < 0 ? upper : upper.nextDown
        if bound < first { steps.add(bound, count: infiniteBelow.count + count) }
      }
      guard !largest.isEmpty else { return steps }
      steps.add(first.nextDown, count: count - largest.count)
      steps.add(largest.map { Double($0) }, after: count - largest.count, isUpper: true)
    }
    return steps
  }

  /// The number of calibration scores at or below a score, from which follows its percentile.
  package var stepsAtOrBelow: ScoreSteps {
    var steps = ScoreSteps()
    switch finite {
    case .values(let values): steps.add(infiniteBelow + values + infiniteAbove, after: 0, isUpper: false)
    case .cumulative(let keys, let cumulative):
      for (key, count) in zip(keys, cumulative) {
        let lower = LogLinearBuckets.bounds(ofKey: key).lower
        steps.add(key > 0 ? lower : lower.nextUp, count: infiniteBelow.count + count)
      }
    }
    return steps
  }

  /// Returns the smallest calibration score above a score; nil if there is none.
  package func smallest(above score: Double) -> Double? {
    guard let above = count(above: score), above > 0 else { return nil }
    return self.score(ofRank: above)
  }
}

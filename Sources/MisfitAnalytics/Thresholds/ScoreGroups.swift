import MisfitCore

/// Two groups that scores fall into, low and high, if there is a valley between them.
///
/// The logarithms of the scores are taken as a mixture of two normal distributions, which is fitted by
/// expectation maximization (Dempster, Laird and Rubin 1977). There is a valley if the means are more than
/// 3 + 8 / √n standard deviations apart (D of Ashman, Bird and Zepf 1994), and the density between them falls
/// below half of what it is at the lower of the two. The halves of a uniform distribution are 3.5 standard
/// deviations apart, and more by chance if it is known from few scores: with this distance, 1 in 20 samples
/// of 40 to 300 scores has a valley, and with 3 it was every second.
package struct ScoreGroups: Sendable, Hashable {
  /// The score between the groups: above it, a score more likely belongs to the high group.
  package let boundary: Double
  /// The share of the scores above ``boundary``.
  package let shareAbove: Double
  /// The distance of the means over the root mean square of the standard deviations.
  package let separation: Double
  /// The density between the means over that at the lower of them.
  package let valley: Double

  /// The number of quantiles that stand for all scores.
  private static let quantileCount = 512
  private static let stepCount = 200
  /// The least number of scores of a group.
  private static let leastCount = 5.0

  /// Finds the groups of scores; nil if there are fewer than 20, if they are one group, or if either has
  /// fewer than five of them.
  package init?(_ scores: ScoreCalibration) {
    guard scores.count >= 20 else { return nil }
    let logs = (0..<Self.quantileCount).compactMap { index -> Double? in
      let place = (Double(index) + 0.5) / Double(Self.quantileCount)
      guard let score = scores.threshold(atQuantile: place)?.value, score > 0, score.isFinite else {
        return nil
      }
      return Mathematics.log(score)
    }
    guard logs.count == Self.quantileCount, let first = logs.first, let last = logs.last, last > first
    else { return nil }
    var mixture = Mixture(split: logs)
    for _ in 0..<Self.stepCount { mixture.step(logs) }
    let (low, high) = mixture.ordered
    guard low.share > 0, high.share > 0, low.mean < high.mean else { return nil }
    separation =
      2.0.squareRoot() * (high.mean - low.mean)
      / (low.deviation * low.deviation + high.deviation * high.deviation).squareRoot()
    let places = (0...400).map { low.mean + (high.mean - low.mean) * Double($0) / 400 }
    let densities = places.map { low.density($0) + high.density($0) }
    let lowerPeak = min(densities[0], densities[400])
    valley = (densities.min() ?? 0) / lowerPeak
    guard separation > 3 + 8 / Double(scores.count).squareRoot(), valley < 0.5,
      let edge = places.first(where: { high.density($0) > low.density($0) })
    else { return nil }
    boundary = Mathematics.exp(edge)
    shareAbove = Double(logs.count { $0 > edge }) / Double(logs.count)
    let fewest = min(shareAbove, 1 - shareAbove) * Double(scores.count)
    guard fewest >= Self.leastCount else { return nil }
  }
}

/// A normal distribution with its share of a mixture.
private struct Component {
  var share: Double
  var mean: Double
  var deviation: Double

  /// The density, without the constant factor.
  func density(_ value: Double) -> Double {
    let distance = (value - mean) / deviation
    return share * Mathematics.exp(-0.5 * distance * distance) / deviation
  }
}

/// A mixture of two normal distributions.
private struct Mixture {
  private var first: Component
  private var second: Component
  /// Added to each standard deviation, so that none becomes zero.
  private let floor: Double

  /// Creates a mixture from ascending values, at the split with the largest variance between its sides (Otsu
  /// 1979).
  init(split values: [Double]) {
    let total = values.reduce(0, +)
    let count = Double(values.count)
    var (sum, best, place) = (0.0, -1.0, values.count / 2)
    for index in 1..<values.count {
      sum += values[index - 1]
      let (below, above) = (Double(index), count - Double(index))
      let distance = sum / below - (total - sum) / above
      if below * above * distance * distance > best {
        (best, place) = (below * above * distance * distance, index)
      }
    }
    floor = 1e-3 * Self.component(values[...], of: count, floor: 0).deviation
    first = Self.component(values[..<place], of: count, floor: floor)
    second = Self.component(values[place...], of: count, floor: floor)
  }

  var ordered: (low: Component, high: Component) {
    first.mean <= second.mean ? (first, second) : (second, first)
  }

  private static func component(_ values: ArraySlice<Double>, of total: Double, floor: Double) -> Component {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return Component(share: count / total, mean: mean, deviation: variance.squareRoot() + floor)
  }

  /// Improves the mixture by one step of expectation and maximization.
  mutating func step(_ values: [Double]) {
    let weights = values.map { value -> Double in
      let (own, other) = (first.density(value), second.density(value))
      // Far from both, the densities may be 0.
      return own + other > 0 ? own / (own + other) : value <= (first.mean + second.mean) / 2 ? 1 : 0
    }
    let total = Double(values.count)
    let weight = weights.reduce(0, +)
    guard weight > 0, weight < total else { return }
    func moments(_ weight: Double, _ share: (Double) -> Double) -> Component {
      var (mean, variance) = (0.0, 0.0)
      for (value, own) in zip(values, weights) { mean += share(own) * value }
      mean /= weight
      for (value, own) in zip(values, weights) { variance += share(own) * (value - mean) * (value - mean) }
      return Component(share: weight / total, mean: mean, deviation: (variance / weight).squareRoot() + floor)
    }
    (first, second) = (moments(weight) { $0 }, moments(total - weight) { 1 - $0 })
  }
}

import MisfitCore

/// Exact tests of counts.
package enum CountTests {
  /// Returns the probability of at least `count` successes in `draws` draws without replacement from a
  /// population with `successes` of them.
  ///
  /// - Complexity: a number of terms that grows with the standard deviation of the count.
  package static func hypergeometricTail(
    _ count: Int, draws: Int, successes: Int, population: Int
  ) -> Double {
    let (least, most) = (max(0, draws + successes - population), min(draws, successes))
    if count <= least { return 1 }
    if count > most { return 0 }
    let failures = population - successes
    func probability(_ k: Int) -> Double {
      let numerator =
        GammaFunctions.logChoose(successes, k) + GammaFunctions.logChoose(failures, draws - k)
      return Mathematics.exp(numerator - GammaFunctions.logChoose(population, draws))
    }
    func ratio(_ k: Int) -> Double {
      // P(k + 1) / P(k).
      Double(successes - k) * Double(draws - k) / (Double(k + 1) * Double(failures - draws + k + 1))
    }
    if Double(count) > Double(draws) * Double(successes) / Double(population) {
      return sum(from: probability(count), count..<most) { ratio($0) }
    }
    let below = sum(from: probability(count - 1), (least..<count - 1).reversed()) { 1 / ratio($0) }
    return min(max(1 - below, 0), 1)
  }

  /// Returns the probability of at least `count` successes in `trials` independent trials.
  package static func binomialTail(_ count: Int, trials: Int, probability p: Double) -> Double {
    if count <= 0 { return 1 }
    if count > trials || p <= 0 { return 0 }
    if p >= 1 { return 1 }
    let odds = p / (1 - p)
    func probability(_ k: Int) -> Double {
      let rest = Double(trials - k) * Mathematics.log1p(-p)
      return Mathematics.exp(
        GammaFunctions.logChoose(trials, k) + Double(k) * Mathematics.log(p) + rest)
    }
    func ratio(_ k: Int) -> Double { Double(trials - k) / Double(k + 1) * odds }
    if Double(count) > Double(trials) * p {
      return sum(from: probability(count), count..<trials) { ratio($0) }
    }
    let below = sum(from: probability(count - 1), (0..<count - 1).reversed()) { 1 / ratio($0) }
    return min(max(1 - below, 0), 1)
  }

  /// Adds a term and those that follow it by a ratio, until they no longer count.
  private static func sum(
    from first: Double, _ steps: some Sequence<Int>, _ ratio: (Int) -> Double
  ) -> Double {
    var (term, sum) = (first, first)
    for step in steps {
      term *= ratio(step)
      sum += term
      if term < sum * 1e-17 { break }
    }
    return min(sum, 1)
  }

  /// Returns the probability that at least `count` of `total` normal rows reach the calibration score of a
  /// rank.
  ///
  /// The rank counts from 1 for the largest of `calibrationCount` scores. The threshold is itself a random
  /// number, so that the count is beta-binomial rather than binomial: of the largest `count + rank - 1`
  /// scores of all rows together, at least `count` are new.
  package static func exceedanceTail(
    _ count: Int, of total: Int, rank: Int, among calibrationCount: Int
  ) -> Double {
    hypergeometricTail(
      count, draws: min(count + rank - 1, total + calibrationCount), successes: total,
      population: total + calibrationCount)
  }

  /// Returns the p-value of Fisher's exact test that a share is larger in the second sample.
  package static func fisherGreater(
    _ first: (count: Int, total: Int), _ second: (count: Int, total: Int)
  ) -> Double {
    hypergeometricTail(
      second.count, draws: second.total, successes: first.count + second.count,
      population: first.total + second.total)
  }

  /// Returns the p-value of Fisher's exact test that two shares differ: twice the smaller tail.
  package static func fisher(
    _ first: (count: Int, total: Int), _ second: (count: Int, total: Int)
  ) -> Double {
    min(1, 2 * min(fisherGreater(first, second), fisherGreater(second, first)))
  }

  /// Returns p-values adjusted for their number by the procedure of Benjamini and Hochberg (1995).
  ///
  /// Those of at most a level are the discoveries at that false discovery rate.
  package static func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { pValues[$0] > pValues[$1] }
    var adjusted = pValues
    var least = 1.0
    for (position, index) in order.enumerated() {
      let rank = pValues.count - position
      least = min(least, pValues[index] * Double(pValues.count) / Double(rank))
      adjusted[index] = least
    }
    return adjusted
  }
}

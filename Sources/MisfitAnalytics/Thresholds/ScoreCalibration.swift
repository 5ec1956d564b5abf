import MisfitCore

/// The meaning of scores, learned from the scores of normal samples.
///
///     let calibration = ScoreCalibration(sketchOfTrainingErrors)
///     let threshold = calibration.threshold(atQuantile: 0.99)!
///     threshold.flags(0.2)                    // whether 0.2 is above what 99 % of the training errors reach
///     calibration.tailProbability(of: 0.2)    // how often a normal sample scores as high
///
/// If the sketch is not exact, scores within one bucket (about 0.2 %) count as ties, which makes p-values
/// larger and never smaller: the rank of a score is then too low by at most the count of its bucket. The
/// ``largest`` scores are known one by one, and their ranks are exact.
///
/// NaN is excluded from the calibration scores; a query about NaN returns nil.
package struct ScoreCalibration: Sendable {
  /// The calibration scores.
  package let sketch: QuantileSketch
  /// The largest of them, ascending, if the sketch is not exact; see ``CalibrationScores``.
  package let largest: [Float]
  /// A model of the upper tail of the scores; nil if these are too few, or not finite.
  package private(set) var tail: TailFit?
  private let distribution: EmpiricalDistribution
  /// The ranks among the ``largest`` scores.
  private let largestRanks: RankTable<Int32>

  /// Creates a calibration from the sketch of scores, and the largest of them if they are known.
  ///
  /// - Precondition: `largest` ascends.
  package init(_ sketch: QuantileSketch, largest: [Float] = []) {
    self.sketch = sketch
    self.largest = largest
    distribution = sketch.distribution().withRankTable()
    largestRanks = RankTable(largest.map(OrderedBits.of))
    tail = fittedTail()
  }

  /// Creates a calibration from scores.
  package init(scores: [Double]) {
    var sketch = QuantileSketch()
    sketch.update(contentsOf: scores)
    self.init(sketch)
  }

  /// The number of calibration scores.
  package var count: Int { distribution.count }

  /// The finite scores, and the infinite ones below and above them.
  var finite: EmpiricalDistribution.Finite { distribution.finite }
  var infiniteBelow: [Double] { Array(repeating: -.infinity, count: distribution.negativeInfinityCount) }
  var infiniteAbove: [Double] { Array(repeating: .infinity, count: distribution.positiveInfinityCount) }

  /// Returns the threshold that a share `p` of the calibration scores does not exceed; nil if there are none.
  ///
  /// - Precondition: `p` is in 0...1.
  package func threshold(atQuantile p: Double) -> AnomalyThreshold? {
    distribution.quantile(p).map { AnomalyThreshold(value: $0, quantile: p) }
  }

  /// Returns the threshold that new samples drawn like the calibration samples exceed with a probability of
  /// at most 1 - `p`; nil without scores.
  ///
  /// The quantile of n scores themselves is too low for that by about 1 / n: if n is 100, 2 % of new samples
  /// exceed what 1 % of the scores do. If 1 - p is below 1 / (n + 1), which n scores cannot show, the
  /// threshold is the largest of them, and new samples exceed it with a probability of 1 / (n + 1).
  /// - Precondition: `p` is in 0...1.
  package func conformalThreshold(atQuantile p: Double) -> AnomalyThreshold? {
    // The tolerance is for rounding: in doubles, 1 - 0.9 is less than 0.1.
    let rank = max(1, largestRank(withPValueAtMost: 1 - p + 1e-12))
    return score(ofRank: rank).map { AnomalyThreshold(value: $0, quantile: p) }
  }

  /// Returns the probability that a normal sample scores as high or higher: (1 + the number of calibration
  /// scores that do) / (n + 1).
  ///
  /// Counting the sample itself keeps it above 0 and makes it a valid p-value if the sample is drawn like the
  /// calibration samples (Phipson and Smyth, "Permutation p-values should never be zero", 2010). Nil for NaN,
  /// or without scores.
  /// - Complexity: O(log n), and O(1) for scores that are spread evenly.
  package func tailProbability(of score: Double) -> Double? {
    pValueRank(of: score).map { Double($0) / Double(count + 1) }
  }

  /// Returns 1 + the number of calibration scores that are as high or higher; nil for NaN, or without scores.
  ///
  /// - Complexity: O(log n).
  package func pValueRank(of score: Double) -> Int? {
    guard count > 0, !score.isNaN else { return nil }
    let rounded = Float(score)
    if let smallest = largest.first, rounded >= smallest {
      return 1 + largest.count - largestRanks.count(before: OrderedBits.of(rounded), orEqual: false)
    }
    return distribution.count(atOrAbove: score).map { 1 + $0 }
  }

  /// Returns the number of calibration scores above the score of a rank, and at or above it; nil if there are
  /// fewer scores.
  func tie(atRank rank: Int) -> (above: Int, reaching: Int)? {
    guard let score = score(ofRank: rank), let reaching = pValueRank(of: score).map({ $0 - 1 }) else {
      return nil
    }
    if rank <= largest.count {
      let reached = largestRanks.count(before: OrderedBits.of(Float(score)), orEqual: true)
      return (largest.count - reached, reaching)
    }
    return count(above: score).map { ($0, reaching) }
  }

  /// The smallest possible p-value, 1 / (n + 1); nil without scores.
  package var leastTailProbability: Double? { count > 0 ? 1 / Double(count + 1) : nil }

  /// Returns the largest rank from 1 whose p-value is at most `limit`; 0 if there is none.
  package func largestRank(withPValueAtMost limit: Double) -> Int {
    func pValue(_ rank: Int) -> Double { Double(rank) / Double(count + 1) }
    var rank = Int(min(max(limit, 0), 1) * Double(count + 1))
    // The product is rounded, and may be on the wrong side of a whole number.
    if rank > 0, pValue(rank) > limit { rank -= 1 }
    if rank < count, pValue(rank + 1) <= limit { rank += 1 }
    return min(rank, count)
  }

  /// Returns the calibration score of a rank, from 1 for the largest; nil if there are fewer.
  package func score(ofRank rank: Int) -> Double? {
    guard rank >= 1, rank <= count else { return nil }
    return rank <= largest.count
      ? Double(largest[largest.count - rank]) : distribution.value(at: count - rank)
  }

  /// Returns the share of the calibration scores at or below a score; nil for NaN, or without scores.
  ///
  /// - Complexity: O(log n).
  package func fraction(atOrBelow score: Double) -> Double? { distribution.fraction(atOrBelow: score) }

  /// Returns the number of calibration scores strictly above a score; nil for NaN.
  ///
  /// - Complexity: O(log n).
  package func count(above score: Double) -> Int? { distribution.count(above: score) }
}

extension ScoreCalibration: Hashable {
  /// Whether both have the same scores.
  package static func == (a: ScoreCalibration, b: ScoreCalibration) -> Bool {
    a.sketch == b.sketch && a.largest == b.largest
  }

  /// Hashes the sketch.
  package func hash(into hasher: inout Hasher) { hasher.combine(sketch) }
}

extension ScoreCalibration: Codable {
  /// Decodes the sketch, without the largest scores.
  package init(from decoder: any Decoder) throws { self.init(try QuantileSketch(from: decoder)) }

  /// Encodes the sketch; the caller stores the largest scores.
  package func encode(to encoder: any Encoder) throws { try sketch.encode(to: encoder) }
}

/// The score above which a sample is called anomalous.
package struct AnomalyThreshold: Sendable, Hashable {
  /// The score itself, which is not flagged.
  package var value: Double
  /// The quantile of the calibration scores it was taken from; nil if it was given as a score.
  package var quantile: Double?

  /// Creates a threshold.
  package init(value: Double, quantile: Double? = nil) {
    self.value = value
    self.quantile = quantile
  }

  /// Returns whether a score is above the threshold; nil for NaN.
  package func flags(_ score: Double) -> Bool? { score.isNaN ? nil : score > value }
}

extension AnomalyThreshold: Codable {
  private enum Key: String, CodingKey { case value, quantile }

  /// Decodes value and quantile.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    value = try container.decode(PortableDouble.self, forKey: .value).value
    quantile = try container.decodeIfPresent(Double.self, forKey: .quantile)
  }

  /// Encodes value and quantile.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(PortableDouble(value), forKey: .value)
    try container.encodeIfPresent(quantile, forKey: .quantile)
  }
}

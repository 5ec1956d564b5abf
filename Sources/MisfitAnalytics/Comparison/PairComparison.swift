import MisfitCore

/// A comparison of two models' errors on the same samples.
///
/// Samples for which either error is not finite are excluded. A figure is nil if no sample is left for it.
public struct PairComparison: Sendable, Hashable, Codable {
  /// The model with the lower mean error, if the samples show a difference.
  public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// The interval of the mean difference contains 0.
    case noClearDifference
    /// The first model's errors are lower on average.
    case firstIsLower
    /// The second model's errors are lower on average.
    case secondIsLower

    init(_ difference: BootstrapInterval) {
      self =
        difference.containsZero ? .noClearDifference : difference.upper < 0 ? .firstIsLower : .secondIsLower
    }
  }

  /// The first model's name.
  public let first: String
  /// The second model's name.
  public let second: String
  /// The number of samples compared.
  public let sampleCount: Int
  /// The number of samples excluded because an error is not finite.
  public let excludedCount: Int
  /// The two-sample Kolmogorov-Smirnov statistic and p-value.
  public let kolmogorovSmirnov: TwoSample.KolmogorovSmirnov?
  /// The first Wasserstein distance between the distributions of errors.
  public let wassersteinDistance: Double?
  /// The share of samples whose error is lower with the first model; ties count one half.
  public let firstWinRate: Double?
  /// The mean of (first error - second error) with its bootstrap interval; nil for fewer than two samples.
  public let meanDifference: BootstrapInterval?
  /// Spearman's correlation of the two rankings; nil if one model's errors are all equal.
  public let rankCorrelation: Double?
  /// The overlap of the two models' most anomalous samples.
  public let topOverlap: TopOverlap?
  /// The samples that the two models rank most differently, the largest difference first.
  public let disagreements: [Disagreement]

  /// The conclusion from the interval of the mean difference; nil without one.
  public let verdict: Verdict?

  /// Compares two models' errors on the same samples.
  ///
  /// - Precondition: both have the same number of errors, and of identifiers if there are any.
  public init(
    _ first: NamedErrors, _ second: NamedErrors, identifiers: [String]? = nil,
    options: ModelComparison.Options = ModelComparison.Options()
  ) {
    precondition(first.errors.count == second.errors.count, "pairs need errors on the same samples")
    let pairs = FinitePairs(first.errors, second.errors)
    self.first = first.name
    self.second = second.name
    sampleCount = pairs.rows.count
    excludedCount = first.errors.count - pairs.rows.count
    kolmogorovSmirnov = TwoSample.kolmogorovSmirnov(pairs.first, pairs.second)
    wassersteinDistance = TwoSample.wassersteinDistance(pairs.first, pairs.second)
    firstWinRate = pairs.firstWinRate
    meanDifference = BootstrapInterval.ofMean(
      zip(pairs.first, pairs.second).map { $0 - $1 }, resampleCount: options.resampleCount,
      confidence: options.confidence, seed: options.seed)
    let ranks = (averageRanks(pairs.first, order: .largest), averageRanks(pairs.second, order: .largest))
    verdict = meanDifference.map(Verdict.init)
    rankCorrelation = RankCorrelation.correlationOfRanks(ranks.0, ranks.1)
    topOverlap = TopOverlap(pairs.first, pairs.second, topCount: options.topCount)
    disagreements = pairs.disagreements(
      ranks.0, ranks.1, identifiers: identifiers, limit: options.disagreementCount)
  }
}

/// The overlap of the k most anomalous samples of two models.
public struct TopOverlap: Sendable, Hashable, Codable {
  /// The number of samples taken from each model: the requested number, or all if there are fewer.
  public let topCount: Int
  /// The number of shared samples.
  public let sharedCount: Int
  /// The number of shared samples divided by the number of samples in either top, in 0...1.
  public let jaccardIndex: Double

  /// Creates an overlap; nil if there are no samples, or none are requested.
  ///
  /// Ties at the edge are resolved by sample order.
  init?(_ a: [Double], _ b: [Double], topCount: Int) {
    let topCount = min(topCount, a.count)
    guard topCount > 0 else { return nil }
    let topOfA = Set(rankedPositions(a, order: .largest)[..<topCount])
    self.topCount = topCount
    sharedCount = rankedPositions(b, order: .largest)[..<topCount].count { topOfA.contains($0) }
    jaccardIndex = Double(sharedCount) / Double(2 * topCount - sharedCount)
  }
}

/// A sample that two models rank differently.
public struct Disagreement: Sendable, Hashable, Codable {
  /// The sample's number, from 0.
  public let row: Int
  /// The sample's identifier, if samples have them.
  public let identifier: String?
  /// The first model's error.
  public let firstError: Double
  /// The second model's error.
  public let secondError: Double
  /// The sample's rank with the first model, 1 for the most anomalous; ties share the mean of their ranks.
  public let firstRank: Double
  /// The sample's rank with the second model, likewise.
  public let secondRank: Double

  /// The difference between the two ranks.
  public var rankDifference: Double { (firstRank - secondRank).magnitude }
}

/// The samples for which both errors are finite.
private struct FinitePairs {
  var rows: [Int] = []
  var first: [Double] = []
  var second: [Double] = []

  init(_ a: [Double], _ b: [Double]) {
    for row in a.indices where a[row].isFinite && b[row].isFinite {
      rows.append(row)
      first.append(a[row])
      second.append(b[row])
    }
  }

  var firstWinRate: Double? {
    guard !rows.isEmpty else { return nil }
    let wins = zip(first, second).reduce(0.0) { $0 + ($1.0 < $1.1 ? 1 : $1.0 == $1.1 ? 0.5 : 0) }
    return wins / Double(rows.count)
  }

  func disagreements(
    _ firstRanks: [Double], _ secondRanks: [Double], identifiers: [String]?, limit: Int
  ) -> [Disagreement] {
    var top = TopK<Int>(max(limit, 0))
    for (index, row) in rows.enumerated() where firstRanks[index] != secondRanks[index] {
      top.update(score: (firstRanks[index] - secondRanks[index]).magnitude, row: row, payload: index)
    }
    return top.ranking.map { ranked in
      Disagreement(
        row: ranked.row, identifier: identifiers?[ranked.row],
        firstError: first[ranked.payload], secondError: second[ranked.payload],
        firstRank: firstRanks[ranked.payload], secondRank: secondRanks[ranked.payload])
    }
  }
}

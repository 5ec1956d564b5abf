import Testing

@testable import MisfitAnalytics

@Suite("Distances between two samples")
struct TwoSampleTests {
  struct TailCase: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var n: Int
    var x, upperTail: Double
    var testDescription: String { name }
  }

  @Test("agree with SciPy", arguments: PairCase.all)
  func oracle(expected: PairCase) throws {
    let test = try #require(TwoSample.kolmogorovSmirnov(expected.first, expected.second))
    #expect(agree(test.statistic, expected.statistic))
    #expect(agree(test.pValue, expected.pValue, within: 1e-8))
    let distance = TwoSample.wassersteinDistance(expected.first, expected.second)
    #expect(agree(distance, expected.wasserstein, scale: 1))
  }

  @Test(
    "have SciPy's tail of the Kolmogorov distribution",
    arguments: fixtureCases("kolmogorov.json", as: TailCase.self))
  func tail(expected: TailCase) {
    let tail = KolmogorovDistribution.upperTail(of: expected.x, count: expected.n)
    #expect(agree(tail, expected.upperTail, within: 2e-8), "\(tail) instead of \(expected.upperTail)")
  }

  @Test("take samples of different sizes")
  func differentSizes() throws {
    // By hand: the cumulative distributions differ most (by 2/3) between 1 and 2.
    let test = try #require(TwoSample.kolmogorovSmirnov([0, 1, 5], [2, 6]))
    #expect(agree(test.statistic, 2.0 / 3))
    // 1/3 over 0...1, 2/3 over 1...2, 1/6 over 2...5, 1/2 over 5...6.
    #expect(agree(TwoSample.wassersteinDistance([0, 1, 5], [2, 6]), 2))
  }

  @Test("exclude NaN and are nil without values")
  func noData() {
    #expect(TwoSample.kolmogorovSmirnov([], [1]) == nil)
    #expect(TwoSample.wassersteinDistance([1], [.nan]) == nil)
    #expect(TwoSample.wassersteinDistance([1, .nan], [3]) == 2)
    #expect(TwoSample.wassersteinDistance([1], [.infinity]) == nil)
    #expect(TwoSample.kolmogorovSmirnov([1, .infinity], [1, .infinity])?.statistic == 0)
    #expect(TwoSample.kolmogorovSmirnov([1], [2])?.pValue == nil)
  }
}

@Suite("RankCorrelation")
struct RankCorrelationTests {
  @Test("agrees with SciPy's spearmanr", arguments: PairCase.all)
  func oracle(expected: PairCase) {
    #expect(
      agree(RankCorrelation.spearman(expected.first, expected.second), expected.spearman, within: 1e-12))
  }

  @Test("is nil if all values are equal or there are too few")
  func noData() {
    #expect(RankCorrelation.spearman([], []) == nil)
    #expect(RankCorrelation.spearman([1], [2]) == nil)
    #expect(RankCorrelation.spearman([1, 1], [2, 3]) == nil)
    #expect(RankCorrelation.spearman([1, .nan, 3], [2, 5, .infinity]) == 1)
  }
}

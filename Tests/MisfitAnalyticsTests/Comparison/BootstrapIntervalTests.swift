import MisfitCore
import Testing

@testable import MisfitAnalytics

@Suite("BootstrapInterval")
struct BootstrapIntervalTests {
  @Test("is as wide as NumPy's percentile bootstrap, and about the same mean", arguments: PairCase.all)
  func oracle(expected: PairCase) throws {
    let differences = zip(expected.first, expected.second).map { $0 - $1 }
    let interval = try #require(BootstrapInterval.ofMean(differences, seed: 1))
    #expect(agree(interval.mean, expected.meanDifference, within: 1e-12, scale: 1))
    // The ends of 2,000 resamples scatter by about 4 % of the width.
    let width = expected.interval[1] - expected.interval[0]
    #expect((interval.lower - expected.interval[0]).magnitude <= 0.12 * width)
    #expect((interval.upper - expected.interval[1]).magnitude <= 0.12 * width)
    #expect(interval.containsZero == (expected.interval[0] <= 0 && expected.interval[1] >= 0))
  }

  @Test("of many values in groups is as wide as the normal limit, even if neighboring values are similar")
  func groups() throws {
    // Sorted: groups of neighbors would make the interval far too wide.
    let values = Numbers.uniform.make(12_345).sorted()
    var moments = Moments()
    moments.update(contentsOf: values)
    let interval = try #require(BootstrapInterval.ofMean(values, resampleCount: 600, seed: 4))
    let expected = 2 * 1.959964 * (try #require(moments.sampleStandardDeviation)) / 12_345.0.squareRoot()
    #expect(agree(interval.upper - interval.lower, expected, within: 0.12))
    #expect(agree((interval.upper + interval.lower) / 2, interval.mean, within: 0.002))
  }

  @Test("is the same for the same seed, and differs for another")
  func seeds() {
    let values = Numbers.uniform.make(50)
    #expect(BootstrapInterval.ofMean(values, seed: 3) == BootstrapInterval.ofMean(values, seed: 3))
    #expect(BootstrapInterval.ofMean(values, seed: 3) != BootstrapInterval.ofMean(values, seed: 4))
  }

  @Test("is nil for fewer than two values", arguments: [[], [1], [1, .nan], [.infinity, 1]] as [[Double]])
  func noData(values: [Double]) { #expect(BootstrapInterval.ofMean(values) == nil) }
}

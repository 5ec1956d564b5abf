import Testing

@testable import MisfitAnalytics

@Suite("Tests of drift and of counts")
struct CountTestsTests {
  struct TailCase: Decodable, Sendable, CustomTestStringConvertible {
    var name, function: String
    var arguments: [Double]
    var value: Double
    var testDescription: String { name }
  }

  @Test("agree with SciPy", arguments: fixtureCases("drift.json", as: TailCase.self))
  func oracle(expected: TailCase) {
    let arguments = expected.arguments
    let counts = arguments.map { Int($0) }
    let value: Double? =
      switch expected.function {
      case "logGamma": GammaFunctions.logGamma(arguments[0])
      case "upperGamma": GammaFunctions.upperGamma(arguments[0], arguments[1])
      case "hypergeometric":
        CountTests.hypergeometricTail(
          counts[0], draws: counts[1], successes: counts[2], population: counts[3])
      case "binomial":
        CountTests.binomialTail(counts[0], trials: counts[1], probability: arguments[2])
      case "exceedance":
        CountTests.exceedanceTail(counts[0], of: counts[1], rank: counts[2], among: counts[3])
      case "fisherGreater":
        CountTests.fisherGreater((counts[0], counts[1]), (counts[2], counts[3]))
      default: KendallTrend(arguments)?.correlation
      }
    #expect(
      agree(value, expected.value, within: 1e-8, scale: expected.function == "logGamma" ? 1 : 1e-12),
      "\(String(describing: value))")
  }

  @Test("p-values are adjusted as by Benjamini and Hochberg")
  func adjusted() {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.5), "BH").
    let adjusted = CountTests.adjusted([0.01, 0.04, 0.03, 0.5])
    for (value, expected) in zip(adjusted, [0.04, 4 * 0.04 / 3, 4 * 0.04 / 3, 0.5]) {
      #expect(agree(value, expected))
    }
    #expect(CountTests.adjusted([]).isEmpty)
  }

  @Test("the distance of samples in bins is at most that of their values, and its p-value holds")
  func bins() throws {
    let same = try #require(BinnedSamples([10, 20, 30, 0], [10, 20, 30, 0]))
    #expect(same.kolmogorovSmirnov.statistic == 0 && same.kolmogorovSmirnov.pValue == 1)
    #expect(same.totalVariation == 0 && same.chiSquarePValue == 1)
    let moved = try #require(BinnedSamples([100, 100, 0], [50, 100, 50]))
    #expect(agree(moved.kolmogorovSmirnov.statistic, 0.25) && moved.kolmogorovSmirnov.pValue < 1e-5)
    #expect(agree(moved.totalVariation, 0.25))
    // SciPy: chi2_contingency([[100, 100, 0], [50, 100, 50]]).pvalue.
    #expect(agree(moved.chiSquarePValue, 3.3382377953650016e-15, within: 1e-6))
    // In doubles, 49 times 1 / 49 is more than 1.
    let first = Array(repeating: 1.0, count: 49) + Array(repeating: 0, count: 49)
    let apart = try #require(BinnedSamples(first, first.reversed()))
    #expect(apart.kolmogorovSmirnov.statistic <= 1 && agree(apart.kolmogorovSmirnov.statistic, 1))
    #expect(apart.totalVariation <= 1 && agree(apart.totalVariation, 1))
    #expect(BinnedSamples([0, 0], [1, 2]) == nil && BinnedSamples([1, 0], [0, 0]) == nil)
  }

  @Test("weights of rows do not make a sample larger than it is")
  func weights() throws {
    let rows = try #require(BinnedSamples([100, 100], [30, 10]))
    let weighted = try #require(BinnedSamples([100, 100], [240, 80], secondCount: 40))
    #expect(rows.kolmogorovSmirnov == weighted.kolmogorovSmirnov)
    #expect(agree(rows.chiSquarePValue, weighted.chiSquarePValue))
  }

  @Test("the largest range of neighbors is found")
  func ranges() throws {
    let found = try #require(BinnedSamples.largestRange(of: [-1, 2, -1, 3, -5, 3]))
    #expect(found.range == 1...3 && found.sum == 4)
    #expect(BinnedSamples.largestRange(of: [-1, 0]) == nil)
  }

  @Test("a trend needs eight values, and a constant sequence has none")
  func trends() throws {
    #expect(KendallTrend([1, 2, 3]) == nil)
    let flat = try #require(KendallTrend(Array(repeating: 5, count: 12)))
    #expect(flat.correlation == 0 && flat.pValue == 1)
    let rising = try #require(KendallTrend((0..<12).map { Double($0) }))
    #expect(rising.correlation == 1 && rising.pValue < 1e-4)
  }
}

import Foundation
import MisfitAnalytics
import Testing

@Suite("ModelComparison")
struct ModelComparisonTests {
  private let fast: ModelComparison.Options = {
    var options = ModelComparison.Options()
    options.resampleCount = 200
    return options
  }()

  @Test("has the figures of each pair", arguments: PairCase.all)
  func figures(expected: PairCase) throws {
    let models = [
      NamedErrors(name: "a", errors: expected.first), NamedErrors(name: "b", errors: expected.second),
    ]
    let comparison = try ModelComparison(models, options: fast)
    let pair = try #require(comparison.pairs.first)
    #expect(comparison.sampleCount == expected.first.count && pair.sampleCount == expected.first.count)
    #expect(pair.firstWinRate == expected.winRate)
    #expect(agree(pair.rankCorrelation, expected.spearman))
    #expect(agree(pair.kolmogorovSmirnov?.statistic, expected.statistic))
    #expect(agree(pair.wassersteinDistance, expected.wasserstein, scale: 1))
    #expect(agree(pair.meanDifference?.mean, expected.meanDifference, scale: 1))
  }

  @Test("finds the model with the lower errors, or no clear difference")
  func verdicts() throws {
    let base = Numbers.uniform.make(200)
    let noise = Numbers.mixedSigns.make(200).map { $0 * 0.01 }
    let models = [
      NamedErrors(name: "base", errors: base),
      NamedErrors(name: "higher", errors: base.map { $0 + 0.5 }),
      NamedErrors(
        name: "noisy", errors: zip(base, noise.map { $0 - noise.reduce(0, +) / 200 }).map { $0 + $1 }),
    ]
    let comparison = try ModelComparison(models, options: fast)
    #expect(
      comparison.pairs.map { [$0.first, $0.second] } == [
        ["base", "higher"], ["base", "noisy"], ["higher", "noisy"],
      ])
    #expect(comparison.pairs.map(\.verdict) == [.firstIsLower, .noClearDifference, .secondIsLower])
    #expect(comparison.pairs[0].firstWinRate == 1)
    #expect(comparison.pairs[0].rankCorrelation == 1)
    #expect(comparison.pairs[0].disagreements.isEmpty)
  }

  @Test("counts the overlap of the two tops and lists the largest disagreements")
  func tops() throws {
    let first: [Double] = [9, 8, 7, 1, 2, 3]
    let second: [Double] = [9, 1, 7, 8, 2, 3]
    var options = fast
    options.topCount = 3
    options.disagreementCount = 2
    let pair = PairComparison(
      NamedErrors(name: "a", errors: first), NamedErrors(name: "b", errors: second),
      identifiers: ["p", "q", "r", "s", "t", "u"], options: options)
    #expect(pair.topOverlap?.sharedCount == 2)
    #expect(pair.topOverlap?.jaccardIndex == 0.5)
    // Ranks of q: 2 and 6; of s: 6 and 2; the earlier row first.
    #expect(pair.disagreements.map(\.identifier) == ["q", "s"])
    #expect(pair.disagreements.map(\.rankDifference) == [4, 4])
    #expect(pair.disagreements[0].firstRank == 2 && pair.disagreements[0].secondError == 1)
    #expect(pair.firstWinRate == 0.5)
  }

  @Test("evaluates each model if there are labels")
  func labels() throws {
    let models = [
      NamedErrors(name: "good", errors: [1, 2, 3, 4] as [Float]),
      NamedErrors(name: "bad", errors: [4, 3, 2, 1] as [Float]),
    ]
    let comparison = try ModelComparison(models, isAnomaly: [false, false, true, true], options: fast)
    #expect(comparison.models.map(\.areaUnderROC) == [1, 0])
    #expect(comparison.models[0].averagePrecision == 1)
    #expect(try ModelComparison(models, options: fast).models[0].areaUnderROC == nil)
  }

  @Test("excludes samples with an error that is not finite, and counts them")
  func nonFinite() throws {
    let models = [
      NamedErrors(name: "a", errors: [1, Double.nan, 3, .infinity, 5]),
      NamedErrors(name: "b", errors: [2, 2, 2, 2, 2.0]),
    ]
    let comparison = try ModelComparison(models, identifiers: ["v", "w", "x", "y", "z"], options: fast)
    #expect(comparison.pairs[0].sampleCount == 3 && comparison.pairs[0].excludedCount == 2)
    #expect(comparison.pairs[0].disagreements.map(\.identifier) == ["v", "z"])
    #expect(comparison.pairs[0].disagreements.map(\.row) == [0, 4])
    #expect(comparison.pairs[0].rankCorrelation == nil)
    #expect(comparison.models[0].errors?.nanCount == 1 && comparison.models[0].errors?.mean == .infinity)
  }

  @Test("has nil for figures without samples", arguments: [0, 1, 2])
  func fewSamples(count: Int) throws {
    let errors = [Double](repeating: 1, count: count)
    let comparison = try ModelComparison(
      [NamedErrors(name: "a", errors: errors), NamedErrors(name: "b", errors: errors)], options: fast)
    let pair = comparison.pairs[0]
    #expect((pair.firstWinRate == nil) == (count == 0))
    #expect((pair.topOverlap == nil) == (count == 0))
    #expect((pair.wassersteinDistance == nil) == (count == 0))
    #expect((pair.verdict == nil) == (count < 2))
    #expect((comparison.models[0].errors == nil) == (count == 0))
  }

  @Test("survives a round trip through JSON")
  func coding() throws {
    let comparison = try ModelComparison(
      [
        NamedErrors(name: "a", errors: Numbers.withInfinity.make(60)),
        NamedErrors(name: "b", errors: Numbers.uniform.make(60)),
      ], options: fast)
    let decoded = try JSONDecoder().decode(ModelComparison.self, from: JSONEncoder().encode(comparison))
    #expect(decoded == comparison)
  }

  @Test("refuses incomparable input with a reason")
  func errors() {
    let (a, b) = (NamedErrors(name: "a", errors: [1.0, 2]), NamedErrors(name: "b", errors: [1.0]))
    #expect(throws: ComparisonError(.noModels)) { try ModelComparison([]) }
    #expect(throws: ComparisonError(.repeatedName("a"))) { try ModelComparison([a, a]) }
    #expect(throws: ComparisonError(.differentCounts(name: "b", count: 1, expected: 2))) {
      try ModelComparison([a, b])
    }
    #expect(throws: ComparisonError(.identifierCount(1, expected: 2))) {
      try ModelComparison([a], identifiers: ["x"])
    }
    #expect(throws: ComparisonError(.labelCount(0, expected: 2))) { try ModelComparison([a], isAnomaly: []) }
    let error = ComparisonError(.differentCounts(name: "b", count: 1, expected: 2))
    #expect(
      error.description == """
        model "b" has 1 errors where the first model has 2
          score the same samples with every model
        """)
  }
}

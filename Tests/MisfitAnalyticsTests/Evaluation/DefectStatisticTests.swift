import MisfitAnalytics
import Testing

@Suite("Defect statistic")
struct DefectStatisticTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var width: Int
    var threshold: Double
    var maps: [[Int]]
    var masks: [String]
    var rocAUC, averagePrecision, overlap, bestF1, f1, hits, falseRegions, allowedHits: Double
    var allowedThreshold: Double?
    var testDescription: String { name }

    var annotated: [AnnotatedMap] {
      zip(maps, masks).map { map, mask in
        AnnotatedMap(
          width: width, values: map.map { Float($0) / 1024 },
          regions: ConnectedRegions.of(mask.map { $0 == "x" }, width: width))
      }
    }
  }

  @Test("agrees with scikit-learn and NumPy", arguments: fixtureCases("defects.json", as: Case.self))
  func oracle(expected: Case) throws {
    var statistic = DefectStatistic(threshold: expected.threshold)
    for map in expected.annotated { statistic.update(map) }
    let figures = try #require(statistic.value)
    #expect(agree(figures.areaUnderROC, expected.rocAUC))
    #expect(agree(figures.averagePrecision, expected.averagePrecision))
    #expect(agree(figures.areaUnderOverlap, expected.overlap))
    #expect(agree(figures.bestF1, expected.bestF1))
    #expect(agree(figures.hitShareAtOneFalseRegion, expected.allowedHits))
    #expect(figures.oneFalseRegionThreshold == expected.allowedThreshold)
    let atThreshold = try #require(figures.atThreshold)
    #expect(agree(atThreshold.f1, expected.f1))
    #expect(agree(atThreshold.hitShare, expected.hits))
    #expect(agree(atThreshold.falseRegionsPerImage, expected.falseRegions))
  }

  @Test("merges to the statistic of all images", arguments: fixtureCases("defects.json", as: Case.self))
  func merging(expected: Case) {
    var whole = DefectStatistic(threshold: 1)
    var parts = DefectStatistic(threshold: 1)
    for map in expected.annotated {
      whole.update(map)
      var part = DefectStatistic(threshold: 1)
      part.update(map)
      parts.merge(part)
      parts.merge(DefectStatistic(threshold: 1))
    }
    #expect(agree(parts.value?.areaUnderOverlap, whole.value?.areaUnderOverlap))
    #expect(parts.value?.areaUnderROC == whole.value?.areaUnderROC)
    #expect(parts.value?.atThreshold?.falseRegionsPerImage == whole.value?.atThreshold?.falseRegionsPerImage)
  }

  @Test("states the error of scores that share a bin")
  func errorBound() throws {
    var generator = SystemRandomNumberGenerator()
    let values = (0..<2000).map { _ in Float.random(in: 1..<1.01, using: &generator) }
    let isDefect = values.map { $0 + Float.random(in: 0..<0.01, using: &generator) > 1.01 }
    let exact = Evaluation(scores: values, isAnomaly: isDefect)
    var statistic = DefectStatistic()
    statistic.update(
      AnnotatedMap(width: 40, values: values, regions: ConnectedRegions.of(isDefect, width: 40)))
    let figures = try #require(statistic.value)
    let bound = try #require(figures.areaUnderROCError)
    let error = try abs(#require(figures.areaUnderROC) - #require(exact.areaUnderROC))
    #expect(bound > 0 && bound < 0.02 && error <= bound)
  }

  @Test("excludes NaN, orders negative scores and infinities, and equates both zeros")
  func specialValues() throws {
    var statistic = DefectStatistic()
    statistic.update(
      AnnotatedMap(
        width: 3, values: [.nan, -1, -2, .infinity, -.infinity, 0, -0.0, 5, .nan], regions: [[0, 3, 7], [6]]))
    let figures = try #require(statistic.value)
    #expect(statistic.nanCount == 2 && statistic.count == 7)
    #expect(figures.areaUnderROC == (4 + 4 + 3.5) / 12)
    #expect(figures.regionCount == 2)
  }

  @Test("has no figures without data, and no areas without a defect")
  func empty() {
    var statistic = DefectStatistic()
    #expect(statistic.value == nil)
    statistic.update(AnnotatedMap(width: 2, values: [1, 2, 3, 4], regions: []))
    #expect(statistic.value?.areaUnderROC == nil && statistic.value?.areaUnderOverlap == nil)
    #expect(statistic.value?.hitShareAtOneFalseRegion == nil && statistic.value?.imageCount == 1)
  }

  @Test("connects pixels that touch at a corner")
  func regions() {
    let mask = "x..x...x.x..x...x...".map { $0 == "x" }
    #expect(ConnectedRegions.of(mask, width: 4).map { $0.sorted() } == [[0], [3, 7], [9, 12, 16]])
    #expect(ConnectedRegions.of([false], width: 1).isEmpty)
  }

  @Test("counts samples by label and decision")
  func confusion() {
    let counts = ConfusionCounts(
      scores: [5, 4, 4, 3, 2, .nan], isAnomaly: [true, true, false, true, false, true],
      isFlagged: [true, false, true, false, false, true])
    #expect(counts.truePositives == 1 && counts.falsePositives == 1)
    #expect(counts.falseNegatives == 2 && counts.trueNegatives == 1)
    #expect(counts.f1 == 2.0 / 5)
    #expect(counts.bestF1 == 6.0 / 7 && counts.bestF1Threshold == 3)
  }
}

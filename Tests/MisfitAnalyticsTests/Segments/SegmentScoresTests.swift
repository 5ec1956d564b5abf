import MisfitCore
import Testing

@testable import MisfitAnalytics

@Suite("Segments of scores")
struct SegmentScoresTests {
  /// Rows of 12 regions and 15 apps, with exponential scores.
  private struct Simulation {
    var rowsPerPair = 20
    var segments = SegmentScores(columns: ["region", "app"])

    /// Adds rows of all pairs; those of a fault score higher with a probability of `share`.
    mutating func add(
      seed: UInt64, share: Double = 0, isFaulty: (_ region: Int, _ app: Int) -> Bool = { _, _ in false }
    ) {
      var generator = SeededGenerator(seed: seed)
      for region in 0..<12 {
        for app in 0..<15 {
          for _ in 0..<rowsPerPair {
            var score = -Mathematics.log(1 - generator.nextUnitDouble())
            if isFaulty(region, app), generator.nextUnitDouble() < share { score += 4 }
            segments.update(["r\(region)", "a\(app)"], score: score, isFlagged: score > 4.6)
          }
        }
      }
    }
  }

  private func analysis(
    seed: UInt64, share: Double = 0, isFaulty: (_ region: Int, _ app: Int) -> Bool = { _, _ in false }
  ) -> SegmentAnalysis {
    var simulation = Simulation()
    simulation.add(seed: seed, share: share, isFaulty: isFaulty)
    return simulation.segments.analysis()
  }

  private func texts(_ segment: Segment?) -> [String]? { segment?.values.map(\.text) }

  @Test("clean rows have a segment in at most one of twenty files")
  func clean() {
    let found = (0..<40).count { !analysis(seed: 1_000 + $0).found.isEmpty }
    #expect(found <= 5, "\(found)")
  }

  @Test("a fault in one pair is named first, and alone")
  func pair() throws {
    let runs = (0..<20).map { seed in
      analysis(seed: seed, share: 0.7) { $0 == Int(seed) % 12 && $1 == Int(seed) % 15 }
    }
    let first = runs.enumerated().count { texts($1.found.first) == ["r\($0 % 12)", "a\($0 % 15)"] }
    #expect(first >= 19, "\(first)")
    #expect(runs.count { $0.found.count == 1 } >= 17)
    let segment = try #require(runs[3].found.first)
    #expect(segment.rowCount == 20 && segment.flaggedCount >= 5 && segment.expectedCount < 1)
    #expect(segment.shareInterval.contains(Double(segment.flaggedCount) / 20))
  }

  @Test("a fault of a whole app is named as that app, not as its pairs")
  func single() {
    let found = analysis(seed: 5, share: 0.4) { $1 == 7 }.found
    #expect(texts(found.first) == ["a7"] && found.count == 1, "\(found)")
  }

  @Test("two faults are both named, the stronger one first")
  func two() {
    let found = analysis(seed: 6, share: 0.6) { ($0 == 2 && $1 == 3) || $1 == 9 }.found
    #expect(found.map { texts($0) } == [["a9"], ["r2", "a3"]], "\(found)")
  }

  @Test("compared with earlier rows, a segment that always scored higher is not named")
  func compared() {
    var simulation = Simulation()
    simulation.add(seed: 1, share: 0.9) { region, _ in region == 4 }
    #expect(texts(simulation.segments.analysis().found.first) == ["r4"])
    simulation.segments.beginComparedRows()
    simulation.add(seed: 2, share: 0.9) { region, app in region == 4 || (region == 1 && app == 1) }
    let analysis = simulation.segments.analysis()
    #expect(analysis.found.map { texts($0) } == [["r1", "a1"]], "\(analysis.found)")
    #expect(analysis.isCompared && analysis.rowCount == 12 * 15 * 20)
  }

  @Test("when all rows score higher than before, the segment is all rows")
  func allRows() {
    var simulation = Simulation()
    simulation.add(seed: 1)
    simulation.segments.beginComparedRows()
    simulation.add(seed: 2, share: 0.5) { _, _ in true }
    #expect(simulation.segments.analysis().found.map { texts($0) } == [[]])
  }

  @Test("a pair with the rows of a single value is tested once, and small segments are not")
  func candidates() {
    var segments = SegmentScores(columns: ["region", "app"])
    for row in 0..<40 {
      segments.update(["r\(row % 2)", "a\(row % 2)"], score: Double(row), isFlagged: false)
    }
    segments.update(["r0", "rare"], score: 99, isFlagged: true)
    segments.update(["r0", "a0"], score: .nan, isFlagged: false)
    let analysis = segments.analysis()
    // r0, r1 and a0; a1 has the rows of r1, and is a single value, too.
    #expect(analysis.testedCount == 4 && analysis.rowCount == 41 && segments.unscoredCount == 1)
    #expect(!analysis.segments.contains { $0.values.count == 2 })
  }

  @Test("equal scores name nothing")
  func constant() {
    var segments = SegmentScores(columns: ["a"])
    for row in 0..<100 { segments.update(["\(row % 5)"], score: 1, isFlagged: false) }
    #expect(segments.analysis().found.isEmpty)
  }

  @Test(
    "the tail of the gamma distribution, by sums of Poisson probabilities",
    arguments: [(1.0, 3.0), (5, 2), (5, 30), (40, 41), (100, 160), (2_000, 2_100)])
  func gammaTail(shape: Double, x: Double) {
    // P(Gamma(k) >= x) is the probability of fewer than k events at the rate x.
    var term = -x
    var sum = 0.0
    for count in 0..<Int(shape) {
      if count > 0 { term += Mathematics.log(x / Double(count)) }
      sum += Mathematics.exp(term)
    }
    let expected = Mathematics.log(sum)
    #expect(abs(GammaTail.logarithm(shape: shape, x: x) - expected) < 1e-9 * max(1, abs(expected)))
  }

  @Test("a tail that is too small for a number has a logarithm")
  func smallTail() {
    #expect(abs(GammaTail.logarithm(shape: 1, x: 5_000) + 5_000) < 1e-9)
    #expect(GammaTail.logarithm(shape: 3, x: 0) == 0)
  }
}

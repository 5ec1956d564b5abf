import MisfitAnalytics
import MisfitCore
import Testing

@Suite("Two groups of scores")
struct ScoreGroupsTests {
  /// Scores whose logarithms are normal, about each of `means` as often as its count says.
  private func scores(_ groups: [(mean: Double, deviation: Double, count: Int)], seed: UInt64 = 5) -> [Double]
  {
    var generator = SeededGenerator(seed: seed)
    return groups.flatMap { group in
      (0..<group.count).map { _ -> Double in
        // Twelve uniform numbers have a variance of 1, and their sum is nearly normal.
        let sum = (0..<12).reduce(-6.0) { sum, _ in sum + Double(generator.nextUnitFloat()) }
        return Mathematics.exp(group.mean + group.deviation * sum)
      }
    }
  }

  @Test("far apart are found, and the boundary lies between them", arguments: [10, 50, 150])
  func apart(high: Int) throws {
    let scores = scores([(-4, 0.3, 150), (-2, 0.3, high)])
    let groups = try #require(ScoreGroups(ScoreCalibration(scores: scores)))
    #expect(groups.separation > 3 && groups.valley < 0.5)
    let (below, above) = (scores[..<150], scores[150...])
    #expect(below.count { $0 > groups.boundary } <= 1 && above.count { $0 <= groups.boundary } <= 1)
    #expect(abs(groups.shareAbove - Double(high) / Double(150 + high)) < 0.02)
  }

  @Test("of one distribution are none", arguments: Array(1...40) as [UInt64])
  func one(seed: UInt64) {
    let usual = scores([(0, 0.5, 200)], seed: seed)
    #expect(ScoreGroups(ScoreCalibration(scores: usual)) == nil)
  }

  @Test("of a flat distribution are seldom any", arguments: [40, 60, 150])
  func flat(count: Int) {
    var found = 0
    for seed in 1...100 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let scores = (0..<count).map { _ in Mathematics.exp(Double(generator.nextUnitFloat())) }
      if ScoreGroups(ScoreCalibration(scores: scores)) != nil { found += 1 }
    }
    #expect(found <= 10)
  }

  @Test("with heavy tails are none", arguments: Array(1...40) as [UInt64])
  func heavy(seed: UInt64) {
    // The logarithms are a mixture about one mean, with 20 % of a threefold deviation.
    let heavy = scores([(0, 0.3, 160), (0, 0.9, 40)], seed: seed)
    #expect(ScoreGroups(ScoreCalibration(scores: heavy)) == nil)
  }

  @Test("that overlap are none")
  func overlapping() {
    #expect(ScoreGroups(ScoreCalibration(scores: scores([(0, 0.5, 100), (1.2, 0.5, 100)]))) == nil)
  }

  @Test("without a valley between them are none, however far apart their means are")
  func shoulder() {
    // The density falls all the way through the small group.
    #expect(ScoreGroups(ScoreCalibration(scores: scores([(0, 0.3, 1500), (1.05, 0.3, 60)]))) == nil)
  }

  @Test("of too few, equal, zero or infinite scores are none")
  func degenerate() {
    #expect(ScoreGroups(ScoreCalibration(scores: [1, 1, 1, 9, 9, 9])) == nil)
    #expect(ScoreGroups(ScoreCalibration(scores: Array(repeating: 2, count: 50))) == nil)
    #expect(ScoreGroups(ScoreCalibration(scores: Array(repeating: 0, count: 50) + [1, 2])) == nil)
    #expect(ScoreGroups(ScoreCalibration(scores: scores([(0, 0.3, 40)]) + [.infinity])) == nil)
    // Three scores are no group.
    #expect(ScoreGroups(ScoreCalibration(scores: scores([(0, 0.3, 100), (6, 0.1, 3)]))) == nil)
  }

  @Test("of two values each are two")
  func twoValues() throws {
    let groups = try #require(
      ScoreGroups(ScoreCalibration(scores: Array(repeating: 1, count: 30) + Array(repeating: 4, count: 20))))
    #expect(groups.boundary > 1 && groups.boundary < 4 && abs(groups.shareAbove - 0.4) < 0.01)
  }
}

import MisfitAnalytics
import MisfitCore
import Testing

@Suite("The gap below the few highest scores")
struct ScoreGapTests {
  /// Scores with a Pareto tail of the exponent 2, the heaviest that is usual.
  private func scores(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in 1 / (1 - Double(generator.nextUnitFloat())).squareRoot() }
  }

  @Test("is found below one to four scores that lie a million times higher", arguments: 1...4)
  func found(above: Int) throws {
    let usual = scores(40, seed: 1)
    let highest = try #require(usual.max())
    let gross = (1...above).map { highest * 1e6 * (1 + 0.1 * Double($0)) }
    let gap = try #require(ScoreGap(ScoreCalibration(scores: usual + gross)))
    #expect(gap.countAbove == above)
    #expect(gap.boundary > highest && gap.boundary < highest * 1e6)
  }

  @Test("is hardly ever found in heavy tails", arguments: [20, 40, 300])
  func heavyTails(count: Int) {
    let found = (1...300).filter { ScoreGap(ScoreCalibration(scores: scores(count, seed: $0))) != nil }
    #expect(found.count <= 1)
  }

  @Test("is the lowest of several")
  func lowest() throws {
    let usual = (0..<60).map { 1 + 0.01 * Double($0 % 7) }
    let gap = try #require(ScoreGap(ScoreCalibration(scores: usual + [50, 60, 5000])))
    #expect(gap.countAbove == 3 && gap.boundary > 1.06 && gap.boundary < 50)
  }

  @Test("lies above scores that are all equal, or zero", arguments: [0.0, 2.0])
  func equal(score: Double) throws {
    let scores = Array(repeating: score, count: 38) + [7, 8]
    let gap = try #require(ScoreGap(ScoreCalibration(scores: scores)))
    #expect(gap.countAbove == 2 && gap.boundary > score && gap.boundary < 7)
  }

  @Test("is none between scores less than half as high again, of few scores, and of more than a tenth")
  func none() {
    let usual = (0..<60).map { 1 + 0.0001 * Double($0 % 7) }
    #expect(ScoreGap(ScoreCalibration(scores: usual + [1.4])) == nil)
    #expect(ScoreGap(ScoreCalibration(scores: Array(usual.prefix(17)) + [500, 600])) == nil)
    #expect(ScoreGap(ScoreCalibration(scores: usual + (1...7).map { 500 + Double($0) })) == nil)
    #expect(ScoreGap(ScoreCalibration(scores: usual + [.infinity])) == nil)
  }
}

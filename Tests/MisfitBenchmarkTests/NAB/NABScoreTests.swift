import Testing

@testable import MisfitBenchmark

/// Cases by hand: ten rows of probation are 15 % of 67 rows.
@Suite struct NABScoreTests {
  private let series = NABSeries(
    name: "hand", values: Array(repeating: 0, count: 67), windows: [20...29, 40...44])

  private func score(_ alarms: [Int]) -> NABScore {
    var score = NABScore()
    score.add(series, alarms: alarms)
    return score
  }

  @Test(arguments: NABProfile.all)
  func alarmsAtTheFirstRowOfEachWindowScore100(profile: NABProfile) {
    #expect(score([20, 40]).value(profile) == 100)
  }

  @Test(arguments: NABProfile.all) func noAlarmScores0(profile: NABProfile) {
    #expect(score([]).value(profile) == 0)
  }

  @Test func aWindowCountsOnceByItsEarliestAlarm() {
    #expect(score([20, 25, 29, 40]).value(.standard) == 100)
    #expect(score([25, 29]).hitSum == NABScore.hitValue(row: 25, in: 20...29))
  }

  /// -(2 / (1 + exp(-5 * 0.1)) - 1) / -(2 / (1 + exp(-5)) - 1) with the factors of the standard profile.
  @Test func aLateHitIsWorthTheSigmoidOfItsPosition() throws {
    let value = NABScore.hitValue(row: 29, in: 20...29)
    #expect(abs(value - 0.248_241_55) < 1e-7)
    let expected = 100 * (value + 1) / 4
    #expect(abs(try #require(score([29]).value(.standard)) - expected) < 1e-9)
  }

  @Test func aFalseAlarmBeforeTheFirstWindowCostsItsWholeWeight() throws {
    #expect(score([15]).falseAlarmSum == -1)
    #expect(abs(try #require(score([15, 20, 40]).value(.standard)) - 100 * (4 - 0.11) / 4) < 1e-9)
    #expect(abs(try #require(score([15, 20, 40]).value(.lowFalseAlarms)) - 100 * (4 - 0.22) / 4) < 1e-9)
    #expect(abs(try #require(score([15, 20, 40]).value(.lowMisses)) - 100 * (6 - 0.11) / 6) < 1e-9)
  }

  /// One row after a window of ten rows: 2 / (1 + exp(5 / 9)) - 1.
  @Test func aFalseAlarmJustAfterAWindowCostsLittle() {
    #expect(abs(NABScore.falseAlarmValue(row: 30, after: 20...29) + 0.270_847_12) < 1e-7)
    #expect(NABScore.falseAlarmValue(row: 66, after: 20...29) == -1)
  }

  @Test func alarmsInTheProbationDoNotCount() {
    #expect(score([0, 5, 9]) == score([]))
  }

  @Test func aWindowThatEndsInTheProbationDoesNotCount() {
    var score = NABScore()
    score.add(NABSeries(name: "early", values: series.values, windows: [2...8]), alarms: [3])
    #expect(score.windowCount == 0)
    #expect(score.value(.standard) == nil)
  }
}

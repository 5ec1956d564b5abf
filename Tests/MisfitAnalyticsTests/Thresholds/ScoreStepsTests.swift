import Testing

@testable import MisfitAnalytics

@Suite("Steps of scores")
struct ScoreStepsTests {
  private func count(_ steps: ScoreSteps, _ score: Double, orEqual: Bool) -> Int {
    steps.counts[steps.bounds.count { orEqual ? $0 <= score : $0 < score }]
  }

  @Test("A score that is a calibration score, up to its last bits, has its rank")
  func ties() {
    let calibration = ScoreCalibration(scores: [1, 2, 2, 2, 5, -3, .infinity])
    let (below, atOrBelow) = (calibration.stepsBelow, calibration.stepsAtOrBelow)
    for score in [-4, -3, 0, 1, 1.5, 2, 3, 5, 6, Double.infinity] {
      for factor in [1 - 1e-7, 1, 1 + 1e-7] {
        let rank = calibration.count + 1 - count(below, score * factor, orEqual: false)
        #expect(rank == calibration.pValueRank(of: score))
        let share = Double(count(atOrBelow, score * factor, orEqual: true)) / Double(calibration.count)
        #expect(share == calibration.fraction(atOrBelow: score))
      }
    }
  }

  @Test("More scores than are kept one by one have the ranks of the calibration")
  func buckets() {
    var scores = CalibrationScores()
    for index in 0..<20_000 { scores.update(Double(index * index % 19_997) / 100 - 7) }
    for calibration in [scores.calibration, ScoreCalibration(scores.calibration.sketch)] {
      #expect(!calibration.sketch.isExact)
      for score in [-9, -6.98, 0.013, 1.7, 55.5, 130.03, 300] {
        let rank = calibration.count + 1 - count(calibration.stepsBelow, score, orEqual: false)
        #expect(rank == calibration.pValueRank(of: score))
        let share =
          Double(count(calibration.stepsAtOrBelow, score, orEqual: true)) / Double(calibration.count)
        #expect(share == calibration.fraction(atOrBelow: score))
      }
    }
  }

  @Test("Without scores there are no steps")
  func empty() {
    let steps = ScoreCalibration(scores: []).stepsBelow
    #expect(steps.bounds.isEmpty && steps.counts == [0])
  }
}

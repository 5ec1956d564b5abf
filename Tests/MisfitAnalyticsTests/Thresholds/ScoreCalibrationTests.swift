import Foundation
import MisfitAnalytics
import Testing

@Suite("ScoreCalibration")
struct ScoreCalibrationTests {
  @Test("takes its threshold at a quantile, which is not anomalous itself")
  func threshold() throws {
    let calibration = ScoreCalibration(scores: (0...100).map(Double.init))
    let threshold = try #require(calibration.threshold(atQuantile: 0.99))
    #expect(threshold == AnomalyThreshold(value: 99, quantile: 0.99))
    #expect(threshold.flags(99) == false)
    #expect(threshold.flags(99.5) == true)
    #expect(threshold.flags(.infinity) == true)
    #expect(threshold.flags(.nan) == nil)
  }

  @Test("says how often an ordinary sample scores as high, never 0")
  func tailProbability() {
    let calibration = ScoreCalibration(scores: [1, 2, 3, 3, 4, .nan])
    #expect(calibration.count == 5)
    #expect(calibration.tailProbability(of: 5) == 1.0 / 6)
    #expect(calibration.tailProbability(of: 3) == 4.0 / 6)
    #expect(calibration.tailProbability(of: 0) == 1)
    #expect(calibration.tailProbability(of: .nan) == nil)
    #expect(calibration.fraction(atOrBelow: 3) == 0.8)
    #expect(calibration.count(above: 3) == 1)
  }

  @Test("knows nothing without scores")
  func empty() {
    let calibration = ScoreCalibration(scores: [.nan])
    #expect(calibration.threshold(atQuantile: 0.5) == nil)
    #expect(calibration.tailProbability(of: 1) == nil)
    #expect(calibration.fraction(atOrBelow: 1) == nil)
  }

  @Test("flags about the share beyond its quantile of many scores")
  func manyScores() throws {
    let scores = Numbers.uniform.make(20_000)
    let threshold = try #require(ScoreCalibration(scores: scores).threshold(atQuantile: 0.95))
    #expect((950...1050).contains(scores.count { threshold.flags($0) == true }))
  }

  @Test("comes back from JSON as it was", arguments: [0, 17, 5000])
  func coding(size: Int) throws {
    let calibration = ScoreCalibration(scores: Numbers.withInfinity.make(size))
    let decoded = try JSONDecoder().decode(ScoreCalibration.self, from: JSONEncoder().encode(calibration))
    #expect(decoded == calibration)
    #expect(decoded.tailProbability(of: 0.4) == calibration.tailProbability(of: 0.4))
    let threshold = AnomalyThreshold(value: .infinity)
    #expect(
      try JSONDecoder().decode(AnomalyThreshold.self, from: JSONEncoder().encode(threshold)) == threshold)
  }
}

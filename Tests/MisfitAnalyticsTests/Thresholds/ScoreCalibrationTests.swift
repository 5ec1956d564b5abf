import Foundation
import MisfitAnalytics
import Testing

@Suite("ScoreCalibration")
struct ScoreCalibrationTests {
  @Test("has a threshold at a quantile, which is not flagged itself")
  func threshold() throws {
    let calibration = ScoreCalibration(scores: (0...100).map(Double.init))
    let threshold = try #require(calibration.threshold(atQuantile: 0.99))
    #expect(threshold == AnomalyThreshold(value: 99, quantile: 0.99))
    #expect(threshold.flags(99) == false)
    #expect(threshold.flags(99.5) == true)
    #expect(threshold.flags(.infinity) == true)
    #expect(threshold.flags(.nan) == nil)
  }

  @Test("estimates how often a normal sample scores as high, never as 0")
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

  @Test(
    "a new score exceeds the conformal threshold as often as its quantile says",
    arguments: [99, 100, 199, 1_000])
  func conformal(count: Int) throws {
    let calibration = ScoreCalibration(scores: (1...count).map(Double.init))
    for rate in [0.01, 0.05, 0.1] {
      let threshold = try #require(calibration.conformalThreshold(atQuantile: 1 - rate))
      // Of n + 1 equally probable ranks, those above.
      let above = Double(count + 1) - threshold.value
      #expect(above / Double(count + 1) <= rate && (above + 1) / Double(count + 1) > rate)
      #expect(threshold.quantile == 1 - rate)
      #expect(calibration.tailProbability(of: threshold.value + 0.5).map { $0 <= rate } == true)
    }
  }

  @Test("the threshold is the largest score if there are too few for a rate")
  func fewScores() {
    let calibration = ScoreCalibration(scores: [3, 1, 2])
    #expect(calibration.conformalThreshold(atQuantile: 0.99)?.value == 3)
    #expect(calibration.conformalThreshold(atQuantile: 1)?.value == 3)
    #expect(calibration.conformalThreshold(atQuantile: 0)?.value == 1)
    #expect(ScoreCalibration(scores: []).conformalThreshold(atQuantile: 0.99) == nil)
  }

  @Test("an extrapolated probability is never 0, whatever the tail and the score")
  func neverZero() throws {
    for power in [0.2, 1.0, 4.0] {
      let scores = Numbers.uniform.make(500).map { pow($0, power) }
      let tail = try #require(ScoreCalibration(scores: scores).tail)
      for score in [1.0, 1.5, 1e3, 1e30, .greatestFiniteMagnitude, .infinity] {
        let bounded = try #require(tail.boundedProbability(above: score))
        let plain = try #require(tail.probability(above: score))
        #expect(bounded >= plain && bounded >= 1e-12 && bounded <= 1, "\(power) \(score)")
      }
    }
  }

  @Test("has no threshold and no probabilities without scores")
  func empty() {
    let calibration = ScoreCalibration(scores: [.nan])
    #expect(calibration.threshold(atQuantile: 0.5) == nil)
    #expect(calibration.tailProbability(of: 1) == nil)
    #expect(calibration.fraction(atOrBelow: 1) == nil)
  }

  @Test("flags about the share of many scores above its quantile")
  func manyScores() throws {
    let scores = Numbers.uniform.make(20_000)
    let threshold = try #require(ScoreCalibration(scores: scores).threshold(atQuantile: 0.95))
    #expect((950...1050).contains(scores.count { threshold.flags($0) == true }))
  }

  @Test("survives a round trip through JSON", arguments: [0, 17, 5000])
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

import MisfitAnalytics
import MisfitCore
import Testing

@Suite("Decision")
struct DecisionTests {
  private let usual = AnomalyThreshold(value: 97)
  private let hundred = ScoreCalibration(scores: (1...99).map(Double.init))

  @Test("a false alarm rate flags the p-values at or below it, which are the scores above its threshold")
  func alpha() throws {
    for (rate, above) in [(0.05, 95.0), (0.01, 99), (0.07, 93), (0.29, 71), (0.999, 1)] {
      let decision = Decision(.falseAlarmRate(rate), hundred, usual: usual)
      #expect(decision.threshold == above && !decision.isExtrapolated, "\(rate)")
      for score in (0...200).map({ Double($0) / 2 }) {
        let expected = try #require(hundred.tailProbability(of: score)) <= rate
        #expect(decision.flags(score) == expected && expected == (score > above), "\(rate), \(score)")
      }
      #expect(decision.flags(.nan) == nil)
    }
  }

  @Test("a rate below 1 / (n + 1) is marked as extrapolated, or flags nothing with few scores")
  func beyond() throws {
    let few = Decision(.falseAlarmRate(0.005), hundred, usual: usual)
    #expect(few.flags(.greatestFiniteMagnitude) == false && few.threshold == .infinity)
    #expect(!few.isExtrapolated)
    var generator = SeededGenerator(seed: 5)
    let many = ScoreCalibration(scores: (0..<500).map { _ in exponential(&generator) })
    let counted = Decision(.falseAlarmRate(1.0 / 501), many, usual: usual)
    let guessed = Decision(.falseAlarmRate(1.0 / 5_000), many, usual: usual)
    #expect(!counted.isExtrapolated && guessed.isExtrapolated)
    #expect(guessed.threshold >= counted.threshold && guessed.threshold.isFinite)
    #expect(guessed.flags(guessed.threshold * 1.01) == true && guessed.flags(guessed.threshold) == false)
  }

  @Test("a quantile, a threshold and the model's threshold compare scores")
  func lines() {
    #expect(Decision(.quantile(0.5), hundred, usual: usual).threshold == 50)
    #expect(Decision(.threshold(-3), hundred, usual: usual).flags(-2.9) == true)
    #expect(Decision(.modelThreshold, hundred, usual: usual).flags(97) == false)
    #expect(Decision(.modelThreshold, hundred, usual: usual).flags(97.5) == true)
  }

  @Test(
    "a contamination flags the highest share of scores, and all or none of a tie, whichever is nearer",
    arguments: [200, 9_000])
  func contamination(count: Int) {
    let scores = Numbers.uniform.make(count)
    for share in [0.001, 0.05, 0.5, 0.999] {
      let decision = decision(.contamination(share), hundred, of: scores)
      let flagged = scores.count { decision.flags($0) == true }
      #expect(flagged == Int((share * Double(count)).rounded()), "\(share)")
    }
    let ties = decision(.contamination(0.1), hundred, of: [1, 1, 1, 1, 2, 2, 3, 3, 3, 3])
    #expect(ties.flags(3) == false && ties.flags(4) == true && ties.tiedShare == 0)
    let many = decision(.contamination(0.3), hundred, of: [1, 1, 1, 1, 2, 2, 3, 3, 3, 3])
    #expect(many.flags(3) == true && many.flags(2) == false && many.tiedShare == 0.4)
    #expect(decision(.contamination(0.4), hundred, of: [1, 1, 1, 1, 2, 2, 3, 3, 3, 3]).tiedShare == nil)
  }

  @Test("the scores above the largest one that is not flagged are flagged", arguments: [200, 9_000])
  func largestUnflagged(count: Int) {
    let scores = Numbers.uniform.make(count).map { $0 - 0.5 } + [0, -0.0, .infinity, -.infinity]
    let rules: [DecisionRule] = [.falseAlarmRate(0.05), .contamination(0.3), .contamination(0.7)]
    for rule in rules + [.falseDiscoveryRate(0.1), .threshold(-0.2), .threshold(.infinity)] {
      let decision = decision(rule, ScoreCalibration(scores: scores), of: scores)
      let limit = decision.largestUnflagged
      #expect(scores.allSatisfy { decision.flags($0) == ($0 > limit) }, "\(rule)")
      #expect(decision.flags(limit) != true || limit == -.infinity)
      #expect(decision.flags(limit.nextUp) == true || limit == .infinity)
    }
    var collected = CalibrationScores()
    collected.update(contentsOf: scores)
    let later = DecisionScores(contamination: 0.3, of: collected).decision(usual: usual)
    #expect(later == decision(.contamination(0.3), hundred, of: scores))
  }

  @Test("discoveries are those of Benjamini and Hochberg, computed by hand")
  func discoveries() {
    // p-values 0.01, 0.02, 0.02, 0.03, 0.31, 1: the lines of level 0.05 are 1/120, 2/120, …, 6/120.
    let scores: [Double] = [100, 98.5, 98.2, 97.5, 69.5, 0, .nan]
    let strict = decision(.falseDiscoveryRate(0.05), hundred, of: scores)
    #expect(scores.map { strict.flags($0) } == [true, true, true, true, false, false, nil])
    let stricter = decision(.falseDiscoveryRate(0.03), hundred, of: scores)
    #expect(scores.compactMap { stricter.flags($0) } == Array(repeating: false, count: 6))
    #expect(stricter.threshold == .infinity)
  }

  @Test("p-values of a large calibration are exact in its tail and never too small elsewhere")
  func exactTail() throws {
    var generator = SeededGenerator(seed: 6)
    let values = (0..<250_000).map { _ in exponential(&generator) }
    let calibration = CalibrationScores.of(values)
    #expect(calibration.largest.count == CalibrationScores.exactLimit)
    let sorted = values.map { Float($0) }.sorted(by: >)
    for rank in [1, 2, 77, 1_000, 99_999, 100_000] {
      #expect(calibration.pValueRank(of: Double(sorted[rank - 1])) == rank + 1)
    }
    for score in [0.05, 0.3, 0.6, 0.8] {
      let exact = 1 + values.count { $0 >= score }
      let rank = try #require(calibration.pValueRank(of: score))
      #expect(rank >= exact && rank - exact < values.count / 400, "\(rank) for \(exact)")
    }
  }

  private func decision(
    _ rule: DecisionRule, _ calibration: ScoreCalibration, of scores: [Double]
  ) -> Decision {
    var all = DecisionScores(rule, calibration)
    for score in scores { all.update(score) }
    return all.decision(usual: usual)
  }
}

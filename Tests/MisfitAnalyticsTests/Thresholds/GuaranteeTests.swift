import MisfitAnalytics
import MisfitCore
import Testing

/// The guarantees of decision rules, over 200 seeds of new scores.
@Suite("Guaranteed rates")
struct GuaranteeTests {
  private static let seedCount = 200
  private static let usual = AnomalyThreshold(value: .infinity)

  @Test(
    "the false alarm rate of --alpha is within its binomial interval",
    arguments: [(99, 0.05), (500, 0.01), (240, 0.1)])
  func falseAlarms(calibrationCount: Int, rate: Double) {
    var alarms = 0
    for seed in 0..<UInt64(Self.seedCount) {
      var generator = SeededGenerator(seed: seed, stream: 1)
      let calibration = ScoreCalibration(
        scores: (0..<calibrationCount).map { _ in exponential(&generator) })
      let decision = Decision(.falseAlarmRate(rate), calibration, usual: Self.usual)
      // One new row a calibration: rows that share one are not independent, and have no binomial interval.
      if decision.flags(exponential(&generator)) == true { alarms += 1 }
    }
    // The rank of a new score is uniform, so that the rate is a whole number of (n + 1)-ths.
    let exact = (rate * Double(calibrationCount + 1)).rounded(.down) / Double(calibrationCount + 1)
    let interval = binomialInterval(Self.seedCount, exact)
    #expect(interval.contains(alarms), "\(alarms) of \(Self.seedCount) at \(rate): \(interval)")
  }

  @Test("the mean false alarm rate of whole files is that of --alpha")
  func fileRates() {
    let (rate, fileCount) = (0.05, 400)
    var rates: [Double] = []
    for seed in 0..<UInt64(Self.seedCount) {
      var generator = SeededGenerator(seed: seed, stream: 2)
      let calibration = ScoreCalibration(scores: (0..<199).map { _ in exponential(&generator) })
      let decision = Decision(.falseAlarmRate(rate), calibration, usual: Self.usual)
      let alarms = (0..<fileCount).count { _ in decision.flags(exponential(&generator)) == true }
      rates.append(Double(alarms) / Double(fileCount))
    }
    // A file's rate has the beta distribution of the order statistic, and its own binomial part.
    let mean = rates.reduce(0, +) / Double(rates.count)
    let variance = rate * (1 - rate) * (1 / 201 + 1 / Double(fileCount))
    #expect(abs(mean - rate) < 3 * (variance / Double(Self.seedCount)).squareRoot(), "\(mean)")
  }

  @Test("the share of false discoveries of --fdr is at most its level", arguments: [0.05, 0.1, 0.3])
  func falseDiscoveries(level: Double) {
    var (sum, found) = (0.0, 0)
    for seed in 0..<UInt64(Self.seedCount) {
      var generator = SeededGenerator(seed: seed, stream: 3)
      let calibration = ScoreCalibration(scores: (0..<999).map { _ in exponential(&generator) })
      var all = DecisionScores(.falseDiscoveryRate(level), calibration)
      let ordinary = (0..<180).map { _ in exponential(&generator) }
      let odd = (0..<20).map { _ in 6 + 2 * exponential(&generator) }
      for score in ordinary + odd { all.update(score) }
      let decision = all.decision(usual: Self.usual)
      let isFlagged = { decision.flags($0) == true }
      let flagged = (ordinary + odd).count(where: isFlagged)
      if flagged > 0 { sum += Double(ordinary.count(where: isFlagged)) / Double(flagged) }
      found += odd.count(where: isFlagged)
    }
    let rate = sum / Double(Self.seedCount)
    #expect(rate <= level, "\(rate)")
    // It keeps to its level by finding things, and not by flagging nothing.
    #expect(rate > level * 0.6 && found > Self.seedCount * 15, "\(rate), \(found)")
  }

  /// Three standard deviations about the mean: wider than 99.7 %.
  private func binomialInterval(_ count: Int, _ rate: Double) -> ClosedRange<Int> {
    let mean = Double(count) * rate
    let spread = 3 * (mean * (1 - rate)).squareRoot()
    return Int((mean - spread).rounded(.up))...Int(mean + spread)
  }
}

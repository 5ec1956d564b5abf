import MisfitAnalytics
import MisfitCore

/// The flagged rows of checked data, by a budget.
struct FlaggedRows {
  private let detector: Detector
  private let options: CheckOptions
  /// The decision; nil for a number of rows, which becomes a share once all rows are counted.
  private let decision: Decision?
  /// The largest scores, if the decision comes last.
  private var scores: TopK<Void>
  private var largest: TopK<ScoredSample>
  private var count = 0
  private var flaggedCount = 0

  private static let scoreLimit = 1 << 16

  init(_ detector: Detector, _ options: CheckOptions) {
    self.detector = detector
    self.options = options
    if case .share(let alpha) = options.budget {
      decision = detector.decision(.falseAlarmRate(alpha))
    } else {
      decision = nil
    }
    scores = TopK(decision == nil ? Self.scoreLimit : 0)
    largest = TopK(options.listedCount)
  }

  mutating func update(_ batch: ScoredBatch) {
    for index in 0..<batch.count {
      let score = batch.score(at: index)
      if decision?.flags(score) == true { flaggedCount += 1 }
      if decision == nil { scores.update(score: score, row: batch.record(at: index)) }
      largest.update(score: score, row: batch.record(at: index), payload: batch.sample(at: index))
    }
    count += batch.count
  }

  /// Adds the flagged rows to a result, and findings on their number and the size of the largest.
  func report(in result: inout CheckResult, days: (column: String, count: Int)?) {
    guard count > 0, detector.calibration.scores.count > 0 else { return }
    let alpha = alpha(days, &result.notes)
    let decision = decision ?? detector.decision(.falseAlarmRate(alpha))
    let kept = scores.ranking.count { decision.flags($0.score) == true }
    result.isTruncated = self.decision == nil && kept == Self.scoreLimit
    result.alpha = alpha
    result.flaggedCount = self.decision == nil ? kept : flaggedCount
    result.expectedCount = alpha * Double(count)
    result.flagged = largest.ranking.map { rank in
      var sample = rank.payload
      sample.isFlagged = decision.flags(rank.score)
      return sample
    }.filter { $0.isFlagged == true }
    if !detector.calibration.origin.hasPValues {
      result.notes.append(
        """
        the model was calibrated on the rows that it learned from, so the number of flagged rows is not \
        tested; calibrate it on other normal rows
        """)
      return
    }
    if decision.isExtrapolated {
      result.notes.append(
        """
        a share of \(CheckText.percent(alpha)) is less than 1 in \
        \(NumberText.grouped(detector.calibration.scores.count + 1)), which the calibration rows can show: \
        the tail is extrapolated
        """)
    }
    addCountFinding(to: &result, alpha)
    addSizeFinding(to: &result)
  }

  private func alpha(_ days: (column: String, count: Int)?, _ notes: inout [String]) -> Double {
    switch options.budget {
    case .share(let alpha): return alpha
    case .rows(let rows): return min(1, Double(rows) / Double(count))
    case .rowsPerDay(let rows):
      let dayCount = days?.count ?? 1
      let source = days.map { "by \($0.column)" } ?? "as it has no column of dates"
      notes.append("the data is of \(CountText.of(dayCount, "day")), \(source)")
      return min(1, Double(rows) * Double(dayCount) / Double(count))
    }
  }

  /// Tests the number of flagged rows, with the uncertainty of a threshold that few calibration rows set.
  private func addCountFinding(to result: inout CheckResult, _ alpha: Double) {
    let calibration = detector.calibration.scores
    let rank = calibration.largestRank(withPValueAtMost: alpha)
    let pValue =
      rank > 0
      ? CountTests.exceedanceTail(result.flaggedCount, of: count, rank: rank, among: calibration.count)
      : CountTests.binomialTail(result.flaggedCount, trials: count, probability: alpha)
    result.flaggedPValue = pValue
    let adjusted = min(1, pValue / CheckOptions.levelShares.rows)
    guard adjusted <= options.level, Double(result.flaggedCount) >= 2 * result.expectedCount else {
      return
    }
    let expected = NumberText.significant(result.expectedCount, digits: 2)
    result.findings.append(
      CheckFinding(
        kind: .rows, fails: true, effect: Double(result.flaggedCount) / Double(count), pValue: adjusted,
        text: """
          \(result.isTruncated ? "at least " : "")\(CountText.of(result.flaggedCount, "row")) of \
          \(NumberText.grouped(count)) are flagged, where normal data has about \(expected)
          """, examples: result.flagged.prefix(3).map(\.id)))
  }

  /// Reports a score far beyond all of the calibration rows.
  private func addSizeFinding(to result: inout CheckResult) {
    let calibration = detector.calibration.scores
    guard let worst = largest.ranking.first, let highest = calibration.score(ofRank: 1),
      let median = calibration.threshold(atQuantile: 0.5)?.value, highest > median,
      let tail = calibration.tail?.boundedProbability(above: worst.score)
    else { return }
    let pValue = min(1, tail * Double(count) / CheckOptions.levelShares.size)
    let ratio = (worst.score - median) / (highest - median)
    guard pValue <= options.level, ratio >= 3 else { return }
    let reasons = worst.payload.reasons.prefix(2).map(\.text).joined(separator: ", ")
    result.findings.append(
      CheckFinding(
        kind: .size, fails: true, pValue: pValue,
        text: """
          \(worst.payload.title) has the score \(NumberText.significant(worst.score)), where the highest of \
          \(NumberText.grouped(calibration.count)) calibration rows is \
          \(NumberText.significant(highest))\(reasons.isEmpty ? "" : ": \(reasons)")
          """, rows: worst.row...worst.row, examples: [worst.payload.id]))
  }
}

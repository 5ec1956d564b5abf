import MisfitAnalytics
import MisfitCore

/// The tests of one column of checked data against training.
struct ColumnComparison {
  /// A test and what it found; the finding fails if the adjusted p-value is small, too.
  struct Test {
    var pValue: Double
    var finding: CheckFinding
  }

  let tally: ColumnTally
  let blockRowCount: Int
  let usedBlockCount: Int
  let rowCount: Int
  let options: CheckOptions
  let names: [Int: String]

  init(_ tally: ColumnTally, of data: DataTally, _ options: CheckOptions) {
    self.tally = tally
    (blockRowCount, usedBlockCount, rowCount) = (data.blockRowCount, data.usedBlockCount, data.rowCount)
    (self.options, names) = (options, data.names)
  }

  private var plan: CheckedColumnPlan { tally.plan }

  var tests: [Test] { [missingTest, burstTest, levelTest, driftTest, trendTest].compactMap(\.self) }

  // MARK: Missing cells

  var missingShare: Double { Double(tally.missingCount) / Double(max(1, rowCount)) }
  var trainingMissingShare: Double { Double(plan.missingCount) / Double(max(1, plan.cellCount)) }

  private var missingTest: Test? {
    guard tally.missingCount > 0 || plan.missingCount > 0 else { return nil }
    let pValue = CountTests.fisher(
      (plan.missingCount, plan.cellCount), (tally.missingCount, rowCount))
    let change = missingShare - trainingMissingShare
    let rows = rows(of: [ColumnTally.classCount], expecting: trainingMissingShare)
    return Test(
      pValue: pValue,
      finding: finding(
        .missing, effect: change, fails: change.magnitude >= options.leastMissingChange,
        """
        \(percent(missingShare)) of the cells of \(plan.name) are missing, \
        \(percent(trainingMissingShare)) in training
        """, rows, examples: change > 0 ? [ColumnTally.classCount] : []))
  }

  /// Whether missing cells are far more frequent in some of the rows than in training.
  private var burstTest: Test? {
    guard tally.missingCount >= 8, usedBlockCount >= 8,
      let rows = rows(of: [ColumnTally.classCount], expecting: trainingMissingShare + 0.5)
    else { return nil }
    let blocks = (rows.lowerBound - 1) / blockRowCount...(rows.upperBound - 1) / blockRowCount
    let count = blocks.reduce(0) { $0 + Int(tally.weight(block: $1, class: ColumnTally.classCount)) }
    let usual = Double(plan.missingCount + 1) / Double(plan.cellCount + 2)
    let tail = CountTests.binomialTail(count, trials: rows.count, probability: usual)
    // Any range of blocks could have been the one.
    let pValue = min(1, tail * Double(usedBlockCount * (usedBlockCount + 1) / 2))
    let share = Double(count) / Double(rows.count)
    return Test(
      pValue: pValue,
      finding: finding(
        .missing, effect: share - trainingMissingShare, fails: count >= 8,
        """
        \(NumberText.grouped(count)) cells of \(plan.name) are missing in a burst, \(percent(share)) of \
        those rows; \(percent(trainingMissingShare)) in training
        """, rows, examples: [ColumnTally.classCount]))
  }

  // MARK: Levels

  /// Whether unseen levels are more frequent than training lets one expect: there, a cell had a level of its
  /// own as often as some levels have a single cell.
  private var levelTest: Test? {
    guard case .levels(_, hasOthers: false) = plan.content, tally.unseenCount > 0 else { return nil }
    let single = plan.counts.count { $0 == 1 }
    let pValue = CountTests.fisherGreater(
      (single, plan.cellCount - plan.missingCount), (tally.unseenCount, tally.presentCount))
    let levels = tally.unseenTexts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let list = levels.prefix(5).map { "\"\($0.key)\" (\(NumberText.grouped($0.value)))" }
    let more = levels.count > 5 ? " and \(levels.count - 5) more" : ""
    let other = tally.classIndex(plan.binCount - 1)
    return Test(
      pValue: pValue,
      finding: finding(
        .levels, effect: Double(tally.unseenCount) / Double(max(1, tally.presentCount)), fails: true,
        """
        \(plan.name) has \(levels.count == 1 ? "a level" : "levels") that training did not have: \
        \(list.joined(separator: ", "))\(more)
        """, rows(of: [other], expecting: 0), examples: plan.binCount <= ColumnTally.classCount ? [other] : []
      ))
  }

  // MARK: Distributions

  private var samples: BinnedSamples? {
    guard !plan.counts.isEmpty, tally.squaredWeights > 0 else { return nil }
    let sum = tally.counts.reduce(0, +)
    return BinnedSamples(
      plan.counts.map { Double($0) }, tally.counts, secondCount: sum * sum / tally.squaredWeights)
  }

  /// The share of the rows that would have to move for the distributions to be the same.
  var shift: Double? {
    guard let samples else { return nil }
    if case .numbers = plan.content { return samples.kolmogorovSmirnov.statistic.magnitude }
    return samples.totalVariation
  }

  /// The shares of the rows in each class of bins.
  var shares: [CheckedColumn.RangeShare] {
    guard let samples else { return [] }
    let (n, m) = (samples.first.reduce(0, +), samples.second.reduce(0, +))
    var shares: [CheckedColumn.RangeShare] = []
    for bin in samples.first.indices {
      let index = tally.classIndex(bin)
      if index == shares.count { shares.append(.init(training: 0, data: 0)) }
      shares[index].training += samples.first[bin] / n
      shares[index].data += samples.second[bin] / m
    }
    return shares
  }

  private var driftTest: Test? {
    guard let samples, let shift, let (bins, _) = BinnedSamples.largestRange(of: samples.changes) else {
      return nil
    }
    let share = { (counts: [Double], bins: [Int]) in
      bins.reduce(0) { $0 + counts[$1] } / counts.reduce(0, +)
    }
    var pValue = samples.kolmogorovSmirnov.pValue
    var (grown, text) = (Array(bins), rangeText(bins))
    var isOfOtherLevels = false
    if case .levels(let levels, _) = plan.content {
      pValue = samples.chiSquarePValue
      let most = samples.changes.indices.max { samples.changes[$0] < samples.changes[$1] } ?? 0
      (grown, text) = ([most], most < levels.count ? "\"\(levels[most])\"" : "another level")
      isOfOtherLevels = most == levels.count
    }
    let usual = share(samples.first, grown)
    var test = Test(
      pValue: pValue,
      finding: finding(
        .drift, effect: shift, fails: shift >= options.leastShift,
        """
        \(plan.name) is \(text) in \(percent(share(samples.second, grown))) of the rows, \
        \(percent(usual)) in training
        """, rows(of: Array(Set(grown.map(tally.classIndex))).sorted(), expecting: usual),
        examples: exampleClasses(grown, samples)))
    test.finding.isOfOtherLevels = isOfOtherLevels
    return test
  }

  /// Returns the classes of bins that gained most, whose rows are examples.
  private func exampleClasses(_ bins: [Int], _ samples: BinnedSamples) -> [Int] {
    let changes = samples.changes
    return bins.max { changes[$0] < changes[$1] }.map { [tally.classIndex($0)] } ?? []
  }

  private func rangeText(_ bins: ClosedRange<Int>) -> String {
    guard case .numbers(let edges) = plan.content else { return "" }
    func text(_ edge: Int) -> String { NumberText.significant(edges[edge]) }
    switch (bins.lowerBound, bins.upperBound) {
    case (0, edges.count): return "any number"
    case (0, let last): return "at most \(text(last))"
    case (let first, edges.count): return "above \(text(first - 1))"
    case (let first, let last): return "from \(text(first - 1)) to \(text(last))"
    }
  }

  // MARK: Trend

  /// The mean ranks of the values in blocks of rows: 0 to 1 by the distribution in training.
  private var blockMeans: [Double] {
    (0..<usedBlockCount).compactMap { block in
      var (sum, weight) = (0.0, 0.0)
      for index in 0..<ColumnTally.classCount {
        weight += tally.weight(block: block, class: index)
        sum += tally.weight(block: block, class: index) * (Double(index) + 0.5)
      }
      return weight > 0 ? sum / weight / Double(ColumnTally.classCount) : nil
    }
  }

  var trend: Double? {
    guard case .numbers = plan.content, usedBlockCount >= 16 else { return nil }
    return KendallTrend(blockMeans)?.correlation
  }

  private var trendTest: Test? {
    guard case .numbers = plan.content, usedBlockCount >= 16, plan.counts.count > 3 else { return nil }
    let means = blockMeans
    guard let trend = KendallTrend(means) else { return nil }
    let quarter = means.count / 4
    let rise = (means.suffix(quarter).reduce(0, +) - means.prefix(quarter).reduce(0, +)) / Double(quarter)
    let isUsual = plan.trend.magnitude >= 0.3 && (plan.trend > 0) == (trend.correlation > 0)
    let fails = trend.correlation.magnitude >= 0.4 && rise.magnitude >= options.leastShift && !isUsual
    return Test(
      pValue: trend.pValue,
      finding: finding(
        .trend, effect: rise, fails: fails,
        """
        \(plan.name) \(rise > 0 ? "rises" : "falls") along the rows, from rank \
        \(NumberText.fixed(means.prefix(quarter).reduce(0, +) / Double(quarter), decimals: 2)) in the first \
        quarter to \(NumberText.fixed(means.suffix(quarter).reduce(0, +) / Double(quarter), decimals: 2)) in \
        the last; training had no such trend
        """, nil, examples: []))
  }

  // MARK: Rows

  /// Returns the rows in which classes are more frequent than expected; nil if these are nearly all rows.
  private func rows(of classes: [Int], expecting share: Double) -> ClosedRange<Int>? {
    let excess = (0..<usedBlockCount).map { block in
      let end = min((block + 1) * blockRowCount, rowCount)
      return classes.reduce(0) { $0 + tally.weight(block: block, class: $1) }
        - share * Double(end - block * blockRowCount)
    }
    guard let (range, _) = BinnedSamples.largestRange(of: excess) else { return nil }
    let rows = range.lowerBound * blockRowCount + 1...min((range.upperBound + 1) * blockRowCount, rowCount)
    return rows.count * 5 > rowCount * 4 ? nil : rows
  }

  private func finding(
    _ kind: CheckFinding.Kind, effect: Double, fails: Bool, _ text: String, _ rows: ClosedRange<Int>?,
    examples: [Int]
  ) -> CheckFinding {
    CheckFinding(
      kind: kind, column: plan.name, fails: fails, effect: effect, text: text, rows: rows,
      examples: examples.flatMap { tally.examples[$0] }.prefix(3).compactMap { names[$0] })
  }

  private func percent(_ share: Double) -> String { CheckText.percent(share) }
}

/// Figures in the sentences of a check.
enum CheckText {
  /// Returns a share in percent: `12 %`, `0.3 %`.
  static func percent(_ share: Double) -> String { "\(NumberText.significant(share * 100, digits: 2)) %" }
}

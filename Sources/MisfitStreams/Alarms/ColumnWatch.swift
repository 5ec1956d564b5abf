import MisfitCore

/// What a value means for its column.
struct ColumnFinding {
  var score = 0.0
  /// The threshold that the score was compared with.
  var threshold = 0.0
  /// The nearest value seen before; NaN for the first one.
  var nearest = Double.nan
  /// The slow mean of the values before this one.
  var typical = Double.nan
  var isAlarm = false
  var isKnownKind = false
  /// Whether the score is over the threshold, after the warm-up.
  var isOver = false
  var isJudged = false
  var change: LevelMonitor.Change?
  /// The statistics that are new, if the score is over the threshold.
  var reasons: [StreamReason] = []
  var shape: ShapeWatch.Finding?
  /// The kind of an alarm; nil without one.
  var kind: KnownKinds.Kind?
}

/// The detector of one column of one series, and its alarms.
struct ColumnWatch {
  private(set) var detector: ColumnDetector
  private(set) var threshold: AlarmThreshold
  private(set) var kinds = KnownKinds()
  private(set) var level = LevelMonitor()
  /// The number of values seen.
  private(set) var valueCount = 0
  /// The values at and after the last alarm, and its time; nil without one.
  private(set) var lastAlarm: (valueCount: Int, seconds: Double)?
  /// For each of the last rows whether its score was over the threshold, the latest in the lowest bit.
  private(set) var overBits: UInt64 = 0
  /// The model of windows; nil if none is wanted.
  private(set) var shape: ShapeWatch?

  init(_ options: WatchOptions, base: Double) {
    detector = ColumnDetector(options.recipe)
    threshold = AlarmThreshold(base)
    if options.learnedRowCount > 0 { shape = ShapeWatch(learnedCount: options.learnedRowCount) }
  }

  /// Creates a watch in a stored state.
  init(
    detector: ColumnDetector, threshold: Double, kinds: KnownKinds, level: LevelMonitor, valueCount: Int,
    lastAlarm: (valueCount: Int, seconds: Double)?, overBits: UInt64, shape: ShapeWatch?
  ) {
    self.detector = detector
    self.threshold = AlarmThreshold(threshold)
    self.kinds = kinds
    self.level = level
    self.valueCount = valueCount
    self.lastAlarm = lastAlarm
    self.overBits = overBits
    self.shape = shape
  }

  /// Scores a finite value, decides on an alarm, and learns it.
  ///
  /// `canAlarm` is false if a condition on the row forbids it, and `isNormal` is true if a user called an
  /// event of this row normal.
  mutating func find(
    _ value: Double, named name: String, at seconds: Double?, _ decision: AlarmDecision, canAlarm: Bool,
    isNormal: Bool
  ) -> ColumnFinding {
    let options = decision.options
    let typical = detector.novelties.first?.center
    detector.observe(value, options.recipe)
    var finding = ColumnFinding(score: detector.score, threshold: max(decision.base, threshold.value))
    let isOver = finding.score >= finding.threshold
    overBits = overBits << 1 | (isOver ? 1 : 0)
    finding.isJudged = valueCount >= options.recipe.warmUpCount
    if isOver, canAlarm, wants(value, named: name, options) {
      decide(&finding, at: seconds ?? 0, options, isNormal: isNormal)
    }
    threshold.update(
      finding.isAlarm, base: decision.base, step: options.recipe.thresholdStep, budget: decision.budget)
    finding.isOver = isOver && finding.isJudged
    if shape != nil {
      compareShape(
        of: value, named: name, at: seconds ?? 0, decision, canAlarm: canAlarm, isNormal: isNormal, &finding)
    }
    valueCount += 1
    if let nearest = detector.novelties.first?.latest.nearest { finding.nearest = nearest }
    if valueCount > 1, let typical { finding.typical = typical }
    if options.driftRate > 0 { finding.change = level.observe(value, at: seconds, rate: options.driftRate) }
    if finding.isOver { finding.reasons = reasons(column: name, options.recipe) }
    return finding
  }

  /// Calls the kind of an earlier alarm normal.
  mutating func addNormal(_ kind: AlarmKind) {
    guard kind.values.count == detector.novelties.count, kind.deviations.count == kind.values.count else {
      return
    }
    kinds.addNormal(kind.values, deviations: kind.deviations)
  }

  /// Compares the shape of the last values with the known ones, and learns it.
  private mutating func compareShape(
    of value: Double, named name: String, at seconds: Double, _ decision: AlarmDecision, canAlarm: Bool,
    isNormal: Bool, _ finding: inout ColumnFinding
  ) {
    let rule = decision.options.rules[name]
    finding.shape = shape?.observe(
      value, named: name, at: seconds, isOver: finding.isOver, canAlarm: canAlarm && finding.isJudged,
      isNormal: isNormal, rowsSinceAlarm: lastAlarm.map { valueCount - $0.valueCount } ?? .max, decision
    ) { rule?.wants(deviation: $0) ?? true }
  }

  /// Decides whether a score over the threshold alarms.
  private mutating func decide(
    _ finding: inout ColumnFinding, at seconds: Double, _ options: WatchOptions, isNormal: Bool
  ) {
    let remembersKinds = options.recipe.similarity > 0
    guard valueCount >= options.recipe.burnInCount, isLoud(seconds, options) else { return }
    guard finding.isJudged || remembersKinds else { return }
    finding.isKnownKind = isNormal || kinds.contain(detector, similarity: options.recipe.similarity)
    finding.isAlarm = finding.isJudged && !finding.isKnownKind
    if finding.isAlarm { finding.kind = KnownKinds.kind(of: detector) }
    if remembersKinds || isNormal { kinds.add(detector, isNormal: isNormal) }
    if finding.isAlarm || !finding.isJudged { lastAlarm = (valueCount, seconds) }
  }

  /// Returns whether the rule of the column allows an alarm for a value.
  private func wants(_ value: Double, named name: String, _ options: WatchOptions) -> Bool {
    guard !options.rules.isEmpty, let rule = options.rules[name] else { return true }
    return rule.wants(deviation: value - (detector.novelties.first?.center ?? value))
  }

  /// Returns whether the quiet time has passed, and enough of the last rows were over the threshold.
  private func isLoud(_ seconds: Double, _ options: WatchOptions) -> Bool {
    if options.neededRowCount > 1 {
      let mask: UInt64 = options.windowRowCount >= 64 ? .max : 1 << UInt64(options.windowRowCount) - 1
      guard (overBits & mask).nonzeroBitCount >= options.neededRowCount else { return false }
    }
    guard let lastAlarm else { return true }
    switch options.quietTime {
    case .rows(let count): return valueCount - lastAlarm.valueCount > count
    case .seconds(let length):
      // A clock that was set back must not silence a column.
      return seconds - lastAlarm.seconds > length || seconds < lastAlarm.seconds
    }
  }

  /// The statistics of the latest value that are new, with the largest share first.
  private func reasons(column: String, _ recipe: WatchRecipe) -> [StreamReason] {
    let total = detector.score * recipe.totalWeight
    guard total > 0 else { return [] }
    let reasons = recipe.terms.indices.map { index in
      let outcome = detector.novelties[index].latest
      let share =
        outcome.pValue < 1 ? -recipe.terms[index].weight * Mathematics.log(outcome.pValue) / total : 0
      return StreamReason(
        column: column, statistic: recipe.terms[index].statistic, value: outcome.value,
        nearest: outcome.nearest ?? .nan, pValue: outcome.pValue, share: share)
    }
    return reasons.filter { $0.share > 0 }.sorted { $0.share > $1.share }
  }
}

/// What decides about alarms of all columns of a series.
struct AlarmDecision {
  var options: WatchOptions
  /// The lowest threshold of each column.
  var base: Double
  /// The share of rows that may alarm, for each column.
  var budget: Double
  /// What concerns models of windows.
  var windows: WindowDecision

  /// Creates the decision for a number of columns, which share the wanted rate.
  init(_ options: WatchOptions, columnCount: Int, refreshCount: Int = 0) {
    self.options = options
    windows = WindowDecision(
      learnedCount: options.learnedRowCount, refreshInterval: options.refreshInterval,
      refreshCount: refreshCount, similarity: options.recipe.similarity)
    budget = options.alpha / Double(max(columnCount, 1))
    base = options.recipe.threshold(alpha: budget)
  }
}

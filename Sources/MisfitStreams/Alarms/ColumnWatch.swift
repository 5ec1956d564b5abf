import MisfitCore

/// The detector of one column of one series, and its alarms.
struct ColumnWatch {
  /// What a row means for the column.
  struct Verdict {
    var isAlarm = false
    var isKnownKind = false
    /// Whether the score is over the threshold.
    var isOver = false
  }

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

  init(_ recipe: WatchRecipe, base: Double) {
    detector = ColumnDetector(recipe)
    threshold = AlarmThreshold(base)
  }

  /// Creates a watch in a stored state.
  init(
    detector: ColumnDetector, threshold: Double, kinds: KnownKinds, level: LevelMonitor, valueCount: Int,
    lastAlarm: (valueCount: Int, seconds: Double)?, overBits: UInt64
  ) {
    self.detector = detector
    self.threshold = AlarmThreshold(threshold)
    self.kinds = kinds
    self.level = level
    self.valueCount = valueCount
    self.lastAlarm = lastAlarm
    self.overBits = overBits
  }

  /// The threshold of the next row.
  func currentThreshold(base: Double) -> Double { max(base, threshold.value) }

  /// Scores a finite value and decides on an alarm.
  ///
  /// `canAlarm` is false if a condition on the row forbids it, and `isNormal` is true if a user called an
  /// event of this row normal.
  mutating func observe(
    _ value: Double, at seconds: Double, _ decision: AlarmDecision, canAlarm: Bool, isNormal: Bool
  ) -> Verdict {
    let recipe = decision.options.recipe
    detector.observe(value, recipe)
    let limit = currentThreshold(base: decision.base)
    var verdict = Verdict(isOver: detector.score >= limit)
    overBits = overBits << 1 | (verdict.isOver ? 1 : 0)
    let isWarm = valueCount >= recipe.warmUpCount
    let isCandidate = verdict.isOver && valueCount >= recipe.burnInCount && isLoud(seconds, decision.options)
    if isCandidate, canAlarm, isWarm || recipe.similarity > 0 {
      verdict.isKnownKind = isNormal || kinds.contain(detector, similarity: recipe.similarity)
      verdict.isAlarm = isWarm && !verdict.isKnownKind
      if recipe.similarity > 0 || isNormal { kinds.add(detector, isNormal: isNormal) }
      if verdict.isAlarm || !isWarm { lastAlarm = (valueCount, seconds) }
    }
    threshold.update(
      verdict.isAlarm, base: decision.base, step: recipe.thresholdStep, budget: decision.budget)
    valueCount += 1
    verdict.isOver = verdict.isOver && isWarm
    return verdict
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
    case .seconds(let length): return seconds - lastAlarm.seconds > length
    }
  }

  /// Adds a value to the test of the level.
  mutating func observeLevel(_ value: Double, at seconds: Double?, rate: Double) -> LevelMonitor.Change? {
    level.observe(value, at: seconds, rate: rate)
  }

  /// The statistics of the latest value that are new, with the largest share first.
  func reasons(column: String, _ recipe: WatchRecipe) -> [StreamReason] {
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

  /// Creates the decision for a number of columns, which share the wanted rate.
  init(_ options: WatchOptions, columnCount: Int) {
    self.options = options
    budget = options.alpha / Double(max(columnCount, 1))
    base = options.recipe.threshold(alpha: budget)
  }
}

import MisfitCore

/// The alarms of a model of windows: a distance is compared with a high quantile of the recent ones.
///
/// The score is the logarithm of their ratio. Nothing is excluded from the recent distances, so that a change
/// that lasts becomes usual.
struct WindowAlarm {
  /// A decision about one row.
  struct Decision {
    /// The distance over the high quantile of the recent ones.
    var score = 0.0
    /// The score above which a row alarms.
    var threshold = 0.0
    var isOver = false
    var isAlarm = false
    /// Whether it would alarm if it were not of a kind that a user called normal.
    var isKnownKind = false
  }

  /// What a decision depends on beside the distance.
  struct Circumstances {
    /// The ratio that alarms at an `alpha` of 0.001.
    var ratio: Double
    /// The share of rows that may alarm.
    var budget: Double
    /// The distance below which ratios say nothing.
    var leastDistance: Double
    /// The number of rows without another alarm, which the window of one still holds.
    var quietRowCount: Int
    var quietTime: QuietTime
    /// Whether an alarm is allowed by the row and its column.
    var canAlarm: Bool
  }

  /// The recent distances.
  private(set) var distances: RecentDistances
  /// The threshold of the logarithm of the ratio.
  private(set) var threshold: AlarmThreshold
  /// The row and time of the last alarm; nil without one.
  private(set) var lastAlarm: (row: Int, seconds: Double)?

  static let distanceCapacity = 4000
  /// The number of distances that are needed for a quantile.
  static let neededCount = 200
  /// The quantile that distances are compared with.
  static let quantile = 0.99
  /// The step of the threshold after an alarm.
  static let step = 0.1
  /// The largest score above the base of the threshold.
  ///
  /// In n rows there are at most 1 + 40 + budget * n alarms.
  private static let largestExcess = 4.0
  /// The change of the threshold for an `alpha` that is e times smaller.
  private static let slope = 0.2

  init() {
    distances = RecentDistances(capacity: Self.distanceCapacity)
    threshold = AlarmThreshold(0)
  }

  /// Creates alarms in a stored state.
  init(distances: [Double], threshold: Double, lastAlarm: (row: Int, seconds: Double)?) {
    self.distances = RecentDistances(capacity: Self.distanceCapacity, inOrder: distances)
    self.threshold = AlarmThreshold(threshold)
    self.lastAlarm = lastAlarm
  }

  /// Returns the lowest threshold of the logarithm of the ratio.
  static func base(_ ratio: Double, alpha: Double) -> Double {
    max(0.05, Mathematics.log(ratio) + slope * Mathematics.log(0.001 / alpha))
  }

  /// Replaces the recent distances.
  mutating func seed(_ values: [Double]) {
    distances = RecentDistances(
      capacity: Self.distanceCapacity, inOrder: Array(values.suffix(Self.distanceCapacity)))
  }

  /// Decides about the distance of a row, then remembers it.
  ///
  /// `isKnown` returns whether an alarm would be of a kind that a user called normal; such a one has its
  /// quiet time, too.
  mutating func judge(
    _ distance: Double, row: Int, at seconds: Double, _ circumstances: Circumstances, isKnown: () -> Bool
  ) -> Decision {
    var decision = Decision()
    let position = distances.position(of: distance)
    if let usual = distances.value(atQuantile: Self.quantile), distances.count >= Self.neededCount {
      let base = Self.base(circumstances.ratio, alpha: circumstances.budget)
      let level = max(base, threshold.value)
      decision.score = distance / max(usual, circumstances.leastDistance)
      decision.threshold = Mathematics.exp(level)
      let excess = decision.score > 0 ? min(Mathematics.log(decision.score), base + Self.largestExcess) : 0
      decision.isOver = decision.score > 0 && excess >= level
      if decision.isOver, circumstances.canAlarm, isLoud(row, seconds, circumstances) {
        decision.isKnownKind = isKnown()
        decision.isAlarm = !decision.isKnownKind
        lastAlarm = (row, seconds)
      }
      threshold.update(decision.isAlarm, base: base, step: Self.step, budget: circumstances.budget)
    }
    distances.append(distance, at: position)
    return decision
  }

  private func isLoud(_ row: Int, _ seconds: Double, _ circumstances: Circumstances) -> Bool {
    guard let lastAlarm else { return true }
    guard row - lastAlarm.row > circumstances.quietRowCount else { return false }
    switch circumstances.quietTime {
    case .rows(let count): return row - lastAlarm.row > count
    case .seconds(let length): return seconds - lastAlarm.seconds > length || seconds < lastAlarm.seconds
    }
  }
}

/// What decides about the alarms and refreshes of all models of windows of a series.
struct WindowDecision {
  /// The number of rows to learn from; 0 without models of windows.
  var learnedCount = 0
  /// The time after which models are learned again; nil for never.
  var refreshInterval: QuietTime?
  /// The number of refreshes that were requested.
  var refreshCount = 0
  /// The kinds of alarms of the series that a user called normal.
  var normalKinds: [ReasonKind] = []
  /// How similar alarms of one kind are; see ``WatchRecipe/similarity``.
  var similarity = 0.0

  /// Returns whether an alarm with these reasons is of a kind that a user called normal.
  func isNormal(_ source: String, _ reasons: [WindowReason]) -> Bool {
    guard !normalKinds.isEmpty else { return false }
    let kind = ReasonKind(source: source, reasons: reasons)
    return normalKinds.contains { $0.contains(kind, similarity: similarity) }
  }

  /// Returns whether a model of an age is learned again.
  func isDue(since learned: WindowAge, row: Int, seconds: Double) -> Bool {
    if learned.refreshCount != refreshCount { return true }
    switch refreshInterval {
    case nil: return false
    case .rows(let count): return row - learned.row >= max(count, 1)
    case .seconds(let length): return seconds - learned.seconds >= max(length, 1)
    }
  }
}

/// When a model of windows was learned.
struct WindowAge: Hashable {
  var row = 0
  var seconds = 0.0
  var refreshCount = 0
}

import Misfit

/// The weights of hits, false alarms and misses.
struct NABProfile: Hashable {
  var name: String
  var hit: Double
  var falseAlarm: Double
  var miss: Double

  static let standard = NABProfile(name: "standard", hit: 1, falseAlarm: 0.11, miss: 1)
  static let lowFalseAlarms = NABProfile(name: "lowFP", hit: 1, falseAlarm: 0.22, miss: 1)
  static let lowMisses = NABProfile(name: "lowFN", hit: 1, falseAlarm: 0.11, miss: 2)
  static let all = [standard, lowFalseAlarms, lowMisses]
}

/// The score of alarms on series: 100 for every window found at its first row without a false alarm, and 0
/// for no alarm at all.
///
/// A window counts once, by its earliest alarm. A false alarm costs little just after a window, and its whole
/// weight before the first window and long after one. Windows within the probation do not count.
struct NABScore: Hashable {
  /// The number of windows with an alarm.
  private(set) var hitCount = 0
  private(set) var windowCount = 0
  private(set) var falseAlarmCount = 0
  /// The sum of the values of hits: 1 at the first row of a window.
  private(set) var hitSum = 0.0
  /// The sum of the values of false alarms: -1 each at most.
  private(set) var falseAlarmSum = 0.0

  /// Adds a series with the rows of its alarms.
  mutating func add(_ series: NABSeries, alarms: [Int]) {
    let scored = alarms.filter { $0 >= series.probation }
    for window in series.windows where window.upperBound >= series.probation {
      windowCount += 1
      guard let first = scored.first(where: window.contains) else { continue }
      hitCount += 1
      hitSum += Self.hitValue(row: first, in: window)
    }
    for row in scored where !series.windows.contains(where: { $0.contains(row) }) {
      falseAlarmCount += 1
      falseAlarmSum += Self.falseAlarmValue(row: row, after: series.windows.last { $0.upperBound < row })
    }
  }

  /// Adds the counts and sums of another score.
  mutating func add(_ other: NABScore) {
    hitCount += other.hitCount
    windowCount += other.windowCount
    falseAlarmCount += other.falseAlarmCount
    hitSum += other.hitSum
    falseAlarmSum += other.falseAlarmSum
  }

  /// Returns the score by a profile; nil without windows.
  func value(_ profile: NABProfile) -> Double? {
    guard windowCount > 0 else { return nil }
    let total =
      profile.hit * hitSum + profile.falseAlarm * falseAlarmSum
      - profile.miss * Double(windowCount - hitCount)
    let worst = -profile.miss * Double(windowCount)
    return 100 * (total - worst) / (profile.hit * Double(windowCount) - worst)
  }

  static func hitValue(row: Int, in window: ClosedRange<Int>) -> Double {
    sigmoid(-Double(window.upperBound - row + 1) / Double(window.count)) / sigmoid(-1)
  }

  static func falseAlarmValue(row: Int, after window: ClosedRange<Int>?) -> Double {
    guard let window else { return -1 }
    return sigmoid(Double(row - window.upperBound) / Double(window.count - 1))
  }

  /// Returns the scaled sigmoid of a position relative to the end of a window.
  private static func sigmoid(_ position: Double) -> Double {
    position > 3 ? -1 : 2 / (1 + Mathematics.exp(5 * position)) - 1
  }
}

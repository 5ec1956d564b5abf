/// A threshold that follows the data: each alarm raises it by a step, and each row without lowers it
/// again, down to its base.
///
/// It is adaptive conformal inference (Gibbs and Candès, 2021) on the level, in one direction: a quiet stream
/// never has alarms forced on it. On any data, the number of alarms among n rows is at most
/// 1 + (largest score - base) / step + budget * n.
struct AlarmThreshold {
  /// The current threshold.
  private(set) var value: Double

  init(_ value: Double) { self.value = value }

  /// Updates the threshold after a row.
  mutating func update(_ isAlarm: Bool, base: Double, step: Double, budget: Double) {
    value = max(base, value + step * ((isAlarm ? 1 : 0) - budget))
  }
}

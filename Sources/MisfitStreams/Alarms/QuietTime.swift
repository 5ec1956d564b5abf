/// The time after an alarm in which the same column does not alarm again.
public enum QuietTime: Sendable, Hashable {
  /// A number of rows.
  case rows(Int)
  /// A number of seconds, by the time of the rows.
  case seconds(Double)

  /// Creates a time from text: `100`, `100rows`, `30s`, `30m`, `12h` or `1d`; nil for anything else.
  public init?(_ text: String) {
    let units: [(String, Double)] = [
      ("ms", 0.001), ("s", 1), ("min", 60), ("m", 60), ("h", 3600), ("d", 86_400),
    ]
    if let count = Int(text), count >= 0 {
      self = .rows(count)
    } else if text.hasSuffix("rows"), let count = Int(text.dropLast(4)), count >= 0 {
      self = .rows(count)
    } else if let (unit, seconds) = units.first(where: { text.hasSuffix($0.0) }),
      let count = Double(text.dropLast(unit.utf8.count)), count >= 0, count.isFinite
    {
      self = .seconds(count * seconds)
    } else {
      return nil
    }
  }
}

/// The kind of an alarm of one column: the values of its statistics, and their distances from typical levels.
package struct AlarmKind: Sendable, Hashable, Codable {
  /// The name of the column.
  var column: String
  /// The values of the statistics.
  var values: [Double]
  /// Their distances from the typical levels.
  var deviations: [Double]
}

/// An alarm of a stream that a user may call normal.
struct PastAlarm: Sendable, Hashable, Codable {
  /// The number of the row.
  var row: Int
  /// The time as it was written.
  var time: String
  var series: String
  var kinds: [AlarmKind]
  /// The kinds of alarms of models of windows; nil without any.
  var windowKinds: [ReasonKind]?

  /// The number of alarms that are remembered.
  static let limit = 256

  /// Returns whether one of the texts names the alarm, by its time or the number of its row.
  func isNamed(in events: Set<String>) -> Bool { events.contains(time) || events.contains(String(row)) }
}

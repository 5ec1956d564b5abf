/// One row of a stream.
public struct StreamRow: Sendable, Hashable {
  /// The values, one for each column of the watcher; NaN and infinity are missing.
  public var values: [Double]
  /// The time in seconds from 1970; nil if there is none.
  public var seconds: Double?
  /// The time as it was written.
  public var time: String
  /// The name of the series; empty if there is only one.
  public var series: String

  /// Whether no condition on a column that is not watched forbids an alarm.
  package var canAlarm = true
  /// The cells of the columns that a model reads, in its order; nil for columns with a value.
  ///
  /// Empty if no model reads cells.
  package var cells: [[UInt8]?] = []

  /// Creates a row.
  public init(_ values: [Double], seconds: Double? = nil, time: String = "", series: String = "") {
    self.values = values
    self.seconds = seconds
    self.time = time
    self.series = series
  }
}

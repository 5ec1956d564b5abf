/// What a ``Watcher`` found in one row.
public struct Observation: Sendable, Hashable {
  /// The life of an event: rows over the threshold, from an alarm to a calm.
  public enum EventState: String, Sendable, Hashable {
    /// The event began in this row.
    case new
    /// The event is not over yet.
    case continues
    /// The event ended: enough rows were under the threshold.
    case over
  }

  /// The number of the row in the stream, from 1.
  public var row: Int
  /// The name of the series; empty if there is only one.
  public var series: String
  /// The largest score of a column: the logarithm of 1 / ``pValue``, 0 or more.
  public var score = 0.0
  /// The weighted geometric mean of the p-values of that column's statistics.
  public var pValue = 1.0
  /// The threshold that the score is compared with.
  public var threshold = 0.0
  /// Whether this row alarms, by its columns or by a model of windows.
  public var isAlarm = false
  /// The columns that alarm, each by its own values.
  public var alarmedColumns: [String] = []
  /// The state of the current event; nil without one.
  public var event: EventState?
  /// The name of the column with the largest score; empty if no column has a value.
  public var column = ""
  /// The value of that column.
  public var value = Double.nan
  /// The value seen before that is nearest to it; NaN for the first one.
  public var expected = Double.nan
  /// The statistics of that column that are new, with the largest share first; for rows over the threshold.
  public var reasons: [StreamReason] = []
  /// The columns with the largest scores, if ``WatchOptions/rankedColumnCount`` asks for some.
  public var rankedColumns: [RankedColumn] = []
  /// The shape of the last values of the column that is least as expected; nil without a model of windows.
  public var shape: WindowFinding?
  /// The columns together, compared with what the last rows let expect; nil without a model of windows.
  public var joint: WindowFinding?
  /// The columns whose level moved.
  public var levelChanges: [LevelChange] = []
  /// The number of columns without a number in this row.
  public var missingCount = 0
  /// Whether an alarm was not reported because it is of a known kind.
  public var isKnownKind = false
  /// The kinds of the alarms, by which a user may call them normal later.
  package var alarmKinds: [AlarmKind] = []
  /// The same for models of windows, with alarms that were not reported because they are of a known kind.
  package var windowKinds: [ReasonKind] = []
  /// Whether the row was judged; false in the warm-up, in maintenance, and without values.
  public var isJudged = false

  /// Creates an observation of a row that was not judged.
  public init(row: Int, series: String = "") {
    self.row = row
    self.series = series
  }
}

/// The score of one column in a row.
public struct RankedColumn: Sendable, Hashable {
  /// The name of the column.
  public var column: String
  /// The score: the logarithm of 1 / p.
  public var score: Double
  /// The value, in the units of the column.
  public var value: Double
  /// The value seen before that is nearest to it; NaN for the first one.
  public var nearest: Double
  /// The typical value: a slow mean of the values so far.
  public var typical: Double
}

/// A statistic of a column that is far from everything seen before.
public struct StreamReason: Sendable, Hashable {
  /// The name of the column.
  public var column: String
  /// The statistic.
  public var statistic: StreamStatistic
  /// Its value, in the units of the column.
  public var value: Double
  /// The nearest value seen before; NaN for the first one.
  public var nearest: Double
  /// The share of recent rows that were at least as far from what was seen before them.
  public var pValue: Double
  /// The share of the statistic in the score, 0 to 1.
  public var share: Double
}

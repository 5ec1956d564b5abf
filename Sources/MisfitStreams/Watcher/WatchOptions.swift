/// The options of a ``Watcher``.
public struct WatchOptions: Sendable, Hashable {
  /// The constants of the detector.
  public var recipe = WatchRecipe()
  /// The wanted share of rows that alarm, of each series: in the long run a bound on any data.
  public var alpha = 0.001
  /// The time after an alarm in which the same column does not alarm again.
  public var quietTime = QuietTime.rows(100)
  /// The number of rows over the threshold that an alarm needs, among the last ``windowRowCount``.
  public var neededRowCount = 1
  /// The number of last rows that ``neededRowCount`` counts in, at most 64.
  public var windowRowCount = 1
  /// The rules of columns by name; a column without one alarms for every deviation.
  public var rules: [String: ColumnRule] = [:]
  /// The conditions under which a row never alarms.
  public var exceptions: [ColumnCondition] = []
  /// The times of maintenance, in seconds from 1970: rows in them are neither scored nor learned.
  public var maintenance: [ClosedRange<Double>] = []
  /// Daily maintenance, in seconds from midnight of universal time.
  public var dailyMaintenance: [ClosedRange<Double>] = []
  /// Events that were normal, by the time or row number of their first row: they do not alarm, and neither do
  /// later ones like them.
  public var normalEvents: Set<String> = []
  /// The number of rows under the threshold after which an event is over.
  public var calmRowCount = 20
  /// The largest share of tests that report a moved level without one, see ``LevelChange``; 0 reports none.
  public var driftRate = 1e-5
  /// The number of first rows that models of windows learn from; 0 has no such models.
  ///
  /// They see what single values do not show: a usual course that fails to come, with the columns one by one
  /// (``Observation/shape``), and columns that no longer move together (``Observation/joint``). Each has
  /// alarms and a budget of its own. At least ``leastLearnedRowCount``; several periods of the data are
  /// better.
  public var learnedRowCount = 0
  /// The time after which models of windows learn again, from the latest rows without alarms; nil for never.
  ///
  /// See also ``Watcher/refresh()``.
  public var refreshInterval: QuietTime?
  /// The number of columns with the largest scores that ``Observation/rankedColumns`` has.
  public var rankedColumnCount = 0
  /// The bytes of series that are kept in memory; the least recently used ones are moved to disk.
  public var memoryLimit = 1 << 30

  /// The smallest ``learnedRowCount`` above 0.
  public static let leastLearnedRowCount = 100

  /// Creates the default options.
  public init() {}
}

import Misfit
import MisfitStreams

/// The flags for the rows of a stream.
struct StreamRowFlags: FlagSet {
  var time: String?
  var series: [String] = []
  var watched: [String] = []
  var ignored: [String] = []
  var delimiter: String?
  var decimal: String?
  var thousands: String?
  var encoding: TextEncoding?
  var missingWords: [String] = []
  var keptWords: [String] = []
  var hasHeader: Bool?
  var dateOrder: DateOrder?

  static var arguments: [Argument<StreamRowFlags>] {
    Flag(
      "--time COLUMN", \.time, .text,
      otherwise: "a column named time or timestamp, or the first one of dates",
      help: "The column of time.")
    Flag("--by COLUMNS", all: \.series, .names, help: "The columns that name a series, such as a host.")
    Group("Rows", common: ["--ignore"]) {
      Flag("--columns COLUMNS", all: \.watched, .names, help: "The only columns to watch.")
      Flag("--ignore COLUMNS", all: \.ignored, .names, help: "Columns to ignore, separated by commas.")
      Flag(
        "--delimiter CHARACTER", \.delimiter, .delimiter, otherwise: "detected from the first rows",
        help: "The delimiter: a comma, a semicolon, |, `tab`, or `space` for any number of spaces.")
      Flag(
        "--decimal CHARACTER", \.decimal, .choice([(",", ","), (".", ".")]) { $0 },
        otherwise: "detected from the first rows",
        help: "The decimal sign of all numbers: a comma or a point.")
      Flag(
        "--thousands CHARACTER", \.thousands, .thousands, otherwise: "detected from the first rows",
        help: "What separates thousands: a comma, a point, an apostrophe, or `space` for all kinds of spaces."
      )
      Flag(
        "--encoding NAME", \.encoding, .encoding,
        otherwise: "utf-8, or utf-16 after its byte order mark",
        help: "The text encoding: \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")).")
      Flag(
        "--missing-values WORDS", all: \.missingWords, .names,
        help: "More words for a missing value, besides those that tables have.")
      Flag(
        "--keep WORDS", all: \.keptWords, .names,
        help: "Words for a missing value that are values here.")
      Flag(
        "--date-order ORDER", \.dateOrder, .dateOrder, otherwise: "detected from the first clear date",
        help:
          "The order of dates such as 03/04/24: dmy (day first), mdy (month first) or ymd (year first).")
      Switch("--header", \.hasHeader, sets: true, help: "The first line names the columns.")
      Switch("--no-header", \.hasHeader, sets: false, help: "The first line is data already.")
    }
  }

  var options: RowFormatOptions {
    var options = RowFormatOptions()
    options.time = time
    options.series = series
    options.watched = watched
    options.ignored = ignored
    options.delimiter = delimiter?.utf8.first
    options.decimal = decimal?.utf8.first
    options.thousands = thousands
    options.encoding = encoding?.rawValue
    options.missingWords = missingWords.isEmpty ? nil : missingWords
    options.keptWords = keptWords.isEmpty ? nil : keptWords
    options.hasHeader = hasHeader
    options.dateOrder = dateOrder
    return options
  }
}

/// The flags for alarms of a stream.
struct AlarmFlags: FlagSet {
  var alpha = 0.001
  var quietTime = QuietTime.rows(100)
  var rows = NeededRows(count: 1, window: 1)
  var directions: [ColumnValue<ColumnRule.Direction>] = []
  var leastDeviations: [ColumnValue<Double>] = []
  var exceptions: [ColumnCondition] = []
  var maintenance: [MaintenanceTime] = []
  var normalPath: String?
  var warmUpCount = 600
  var similarity = 0.25
  var halfLife: Int?
  var driftRate = 1e-5

  static var arguments: [Argument<AlarmFlags>] {
    Group("Alarms", common: ["--alpha"]) {
      Flag(
        "--alpha RATE", \.alpha, .number(between: 0, and: 1),
        help:
          """
          The share of rows of a series that may alarm. In n rows a column has at most 41 + RATE * n alarms, \
          whatever the data (15 more for each factor of 10 above 0.001), and about 0.7 RATE * n on \
          patternless noise.
          """
      )
      Flag(
        "--quiet-for TIME", \.quietTime, .quietTime,
        help: "The time after an alarm without another one of the same column: rows, or 30s, 30m, 12h, 1d.")
      Flag(
        "--rows M/N", \.rows, .neededRows,
        help: "Alarm only if M of the last N rows are over the threshold.")
      Flag(
        "--direction COLUMN=WAY", each: \.directions, .columnDirection,
        help: "Alarm only for values above (up) or below (down) the typical level.")
      Flag(
        "--least COLUMN=NUMBER", each: \.leastDeviations, .columnNumber,
        help: "Alarm only for values at least this far from the typical level, in the column's units.")
      Flag(
        "--unless CONDITION", each: \.exceptions, .condition,
        help: "Never alarm while this holds for any column, such as 'cpu < 5'.")
      Flag(
        "--maintenance FROM/TO", each: \.maintenance, .maintenance,
        help:
          """
          Rows to neither score nor learn: two times, as in 2024-03-01T02:00/2024-03-01T04:00, or every \
          day, as in 02:00/04:00. Universal time, if the data has offsets such as +02:00.
          """
      )
      Flag(
        "--normal FILE", \.normalPath, .path,
        help:
          """
          Events that were normal: a line each with the time or number of its first row. The file is read \
          again when it changes; rows like those of an earlier alarm then stay silent.
          """
      )
      Flag("--warm-up ROWS", \.warmUpCount, .integer(0...), help: "The number of first rows without alarms.")
      Flag(
        "--similar SHARE", \.similarity, .number(in: 0...1),
        help:
          """
          Alarms of one kind alarm once: all statistics are this close, relative to their distance from the \
          typical level. 0 reports every alarm.
          """
      )
      Flag(
        "--half-life ROWS", \.halfLife, .integer(1...), otherwise: "nothing is forgotten",
        help: "The number of rows after which half of the values that did not return are forgotten.")
      Flag(
        "--drift RATE", \.driftRate, .number(in: 0...0.1),
        help:
          """
          Report moved levels; on exchangeable blocks of 25 rows at most one false report in 1/RATE blocks. \
          0 reports none.
          """
      )
    }
  }

  /// Returns the options that the flags select.
  ///
  /// - Throws: ``FileError`` if the file of normal events cannot be read.
  func options(memoryLimit: Int) throws -> WatchOptions {
    var options = WatchOptions()
    options.alpha = alpha
    options.quietTime = quietTime
    options.neededRowCount = rows.count
    options.windowRowCount = rows.window
    for item in directions { options.rules[item.column, default: ColumnRule()].direction = item.value }
    for item in leastDeviations {
      options.rules[item.column, default: ColumnRule()].leastDeviation = item.value
    }
    options.exceptions = exceptions
    options.maintenance = maintenance.compactMap(\.range)
    options.dailyMaintenance = maintenance.flatMap(\.dailyRanges)
    options.normalEvents = try normalPath.map(NormalEvents.read) ?? []
    options.recipe.warmUpCount = warmUpCount
    options.recipe.similarity = similarity
    options.recipe.halfLife = halfLife.map { Double($0) }
    options.driftRate = driftRate
    options.memoryLimit = memoryLimit
    return options
  }
}

/// The flags for models of windows of a stream.
struct WindowFlags: FlagSet {
  var learnedRowCount: Int?
  var refreshInterval: QuietTime?

  static var arguments: [Argument<WindowFlags>] {
    Group("Models of windows", common: []) {
      Flag(
        "--learn ROWS", \.learnedRowCount, .integer(in: WatchOptions.leastLearnedRowCount...100_000),
        otherwise: "there are no such models",
        help:
          """
          Learn from the first rows of each series how columns move, and alarm, too, when a usual course \
          fails to come (shape), or when columns no longer move together (joint). Each has a budget of its \
          own, as a column has. 1000 rows are usual; daily courses need two days and more.
          """
      )
      Flag(
        "--refresh-every TIME", \.refreshInterval, .quietTime, otherwise: "only at the signal SIGUSR1",
        help: "Learn again from the latest normal rows after this time: rows, or 12h, 30d.")
    }
  }

  func check() throws(ArgumentError) {
    guard refreshInterval != nil, learnedRowCount == nil else { return }
    throw ArgumentError(
      .conflict("--refresh-every needs something to learn", remedy: "give a number of rows with --learn"))
  }

  /// Adds what the flags select.
  func apply(to options: inout WatchOptions) {
    options.learnedRowCount = learnedRowCount ?? 0
    options.refreshInterval = refreshInterval
  }
}

import Misfit

/// The flags for rows that follow each other in time.
struct SeriesFlags: FlagSet {
  var timeColumn: String?
  var seriesColumn: String?
  var window: Int?
  var stride: Int?
  var gaps: SeriesGaps?

  static var arguments: [Argument<SeriesFlags>] {
    Group("Series", common: ["--time", "--by"]) {
      Flag(
        "--time COLUMN", \.timeColumn, .text, otherwise: "rows are scored one by one",
        help:
          """
          The column with the time of each row: rows are then scored by the windows of consecutive rows \
          that hold them, and are put in order first. `auto` takes the only column of dates, and else the \
          order of the rows.
          """
      )
      Flag(
        "--by COLUMN", \.seriesColumn, .text,
        help: "The column with the name of the series, such as a host or a sensor; implies --time auto.")
      Flag(
        "--window N", \.window, .integer(in: 2...100_000),
        otherwise: "128 rows, or a multiple of their period; 16 for several columns",
        help: "The number of rows in a window; implies --time auto.")
      Flag(
        "--stride N", \.stride, .integer(in: 1...100_000), otherwise: "a sixteenth of the window",
        help: "The number of rows from the beginning of one window to that of the next.")
      Flag(
        "--gaps WAY", \.gaps, .choice, otherwise: "auto",
        help:
          """
          Where rows are missing: auto ends windows at gaps of more than half a window, split at \
          every gap, join at none; fill puts rows in on the line between the neighbors.
          """
      )
    }
  }

  /// Whether rows are scored by windows.
  var areGiven: Bool {
    timeColumn != nil || seriesColumn != nil || window != nil || stride != nil || gaps != nil
  }

  /// The options of a fit; nil if rows are scored one by one.
  var options: SeriesOptions? {
    guard areGiven else { return nil }
    return SeriesOptions(
      timeColumn: timeColumn == "auto" ? nil : timeColumn, seriesColumn: seriesColumn, window: window,
      stride: stride, gaps: gaps ?? .automatic)
  }

  /// Adds what the flags say about columns to the options of a source.
  func apply(to options: inout SourceOptions) {
    guard let seriesColumn, options.typing.kinds[seriesColumn] == nil else { return }
    // A name is a name, even if it looks like a number or occurs once.
    options.typing.kinds[seriesColumn] = .categorical
  }
}

import MisfitCore

/// The options for rows that follow each other in time.
///
/// Rows are then scored by the windows that hold them: runs of consecutive rows of one series.
public struct SeriesOptions: Sendable, Hashable {
  /// The column with the time of each row; nil takes the only column of dates, and without one the order of
  /// the rows.
  public var timeColumn: String?
  /// The column with the name of the series that a row belongs to; nil if all rows are of one series.
  public var seriesColumn: String?
  /// The number of rows in a window; nil chooses it from the rows.
  public var window: Int?
  /// The number of rows from the beginning of one window to that of the next; nil takes a sixteenth of the
  /// window.
  public var stride: Int?
  /// What is done where rows are missing.
  public var gaps = SeriesGaps.automatic

  /// Creates options; what is left out is chosen from the rows.
  public init(
    timeColumn: String? = nil, seriesColumn: String? = nil, window: Int? = nil, stride: Int? = nil,
    gaps: SeriesGaps = .automatic
  ) {
    self.timeColumn = timeColumn
    self.seriesColumn = seriesColumn
    self.window = window
    self.stride = stride
    self.gaps = gaps
  }
}

/// What is done where a series with a regular step misses rows.
public enum SeriesGaps: String, Sendable, Hashable, Codable, CaseIterable {
  /// A gap of more than half a window ends a window; the rows around a shorter one are taken as
  /// neighbors. No gap does if more than a tenth of the rows were then in stretches shorter than a window.
  case automatic = "auto"
  /// Every gap ends a window.
  case split
  /// No gap ends a window.
  case join
  /// Missing rows are filled on the line between their neighbors; they are not scored.
  case fill
}

/// An error of series, found before anything is learned.
package struct SeriesError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The data are images.
    case images
    /// There is no column of this name; its nearest name.
    case noColumn(String, nearest: String?)
    /// The cells of the column are neither dates nor numbers.
    case noTimes(column: String)
    /// The column is both that of the time and that of the series.
    case oneColumn(String)
    /// Several columns hold dates, and none is named.
    case severalTimes([String])
    /// No column of numbers is left to score.
    case noValues
    /// No series has enough rows for windows; the longest has this many.
    case tooShort(rowCount: Int, needed: Int)
    /// Filling gaps would add this many rows.
    case tooManyRows(added: Int, rowCount: Int)
    /// The option has no meaning for series.
    case notForSeries(OptionName)
    /// The operation needs rows without time.
    case notOfRows(OptionName)
  }

  /// The kind of the error.
  package var kind: Kind
  /// The name of the data, or of the model's data.
  package var source: String

  /// Creates an error.
  package init(_ kind: Kind, source: String) {
    self.kind = kind
    self.source = source
  }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    let position = InputPosition(source: source)
    switch kind {
    case .images:
      return Diagnosis(
        "images have no series", at: position, remedy: "omit \(.timeColumn), \(.seriesColumn) and \(.window)")
    case .noColumn(let name, let nearest):
      return Diagnosis(
        "no column is called \"\(name)\"", at: position, remedy: nearest.map { "did you mean \"\($0)\"?" })
    case .noTimes(let column):
      return Diagnosis(
        "column \"\(column)\" holds neither dates nor numbers, so it does not order the rows", at: position,
        remedy: "name another one with \(.timeColumn), or its kind with \(.columnKind, "\(column)=datetime")")
    case .oneColumn(let name):
      return Diagnosis(
        "column \"\(name)\" cannot hold both the time and the name of the series", at: position,
        remedy: "name another one with \(.seriesColumn)")
    case .severalTimes(let names):
      return Diagnosis(
        "several columns hold dates: \(names.map { "\"\($0)\"" }.joined(separator: ", "))", at: position,
        remedy: "name the one to follow with \(.timeColumn)")
    case .noValues:
      return Diagnosis(
        "no column of numbers is left to score", at: position,
        remedy: "a column that is read as something else becomes one with \(.columnKind, "NAME=numeric")")
    case .tooShort(let rowCount, let needed):
      return Diagnosis(
        """
        the longest series without gaps has \(CountText.of(rowCount, "row")), and windows need \
        \(NumberText.grouped(needed))
        """,
        at: position,
        remedy: "shorten \(.window), join gaps with \(.gaps, "join"), or give more rows")
    case .tooManyRows(let added, let rowCount):
      return Diagnosis(
        """
        filling the gaps would add \(NumberText.grouped(added)) rows to \(NumberText.grouped(rowCount))
        """,
        at: position, remedy: "use \(.gaps, "auto") or \(.gaps, "split")")
    case .notForSeries(let option):
      return Diagnosis("\(option) has no meaning for series", at: position, remedy: "omit it")
    case .notOfRows(let operation):
      return Diagnosis(
        "\(operation) works on single rows, and the model scores windows of rows", at: position)
    }
  }
}

import MisfitIngest

/// The columns of a stream of rows, and how they are written.
package struct RowFormat: Sendable, Hashable, Codable {
  /// The notation of rows.
  package enum Notation: String, Sendable, Hashable, Codable {
    /// Cells separated by a delimiter.
    case csv
    /// One JSON object a line.
    case jsonLines
  }

  /// The notation.
  package var notation = Notation.csv
  /// The delimiter of cells.
  package var delimiter = UInt8(ascii: ",")
  /// The decimal sign in states of earlier versions.
  package var decimal = UInt8(ascii: ".")
  /// The notation of numbers; nil in states of earlier versions.
  package var numbers: StreamNotation? = StreamNotation()
  /// The first byte of lines that are comments; nil if there are none.
  package var comment: UInt8?
  /// The names of all columns, in the order of the cells or of their first use.
  package var names: [String] = []
  /// The index of the column of time; nil without one.
  package var timeIndex: Int?
  /// The indices of the columns that name a series.
  package var seriesIndices: [Int] = []
  /// The indices of columns that are not watched.
  package var ignoredIndices: [Int] = []
  /// The order of day, month and year, as the first date that determines it shows; nil before that.
  package var dateOrder: DateOrder?
  /// Whether the first row has decided which columns are watched.
  package var isComplete: Bool? = false
  /// The first line, if it is a header: it is skipped when it appears again.
  package var header: [UInt8] = []
}

/// What a user says about the rows.
package struct RowFormatOptions: Sendable, Hashable, Codable {
  /// The name of the column of time; nil to find it.
  package var time: String?
  /// The names of the columns that name a series.
  package var series: [String] = []
  /// The names of columns that are not watched.
  package var ignored: [String] = []
  /// The names of the only columns that are watched; empty for all.
  package var watched: [String] = []
  /// The delimiter; nil to find it.
  package var delimiter: UInt8?
  /// The decimal sign; nil to find it.
  package var decimal: UInt8?
  /// The mark that separates thousands; nil to find it.
  package var thousands: String?
  /// The name of the encoding; nil for UTF-8, or UTF-16 after its byte order mark.
  package var encoding: String?
  /// More words for a missing value; nil for none.
  package var missingWords: [String]?
  /// Words for a missing value that are values here; nil for none.
  package var keptWords: [String]?
  /// The order of day, month and year; nil to find it.
  package var dateOrder: DateOrder?
  /// Whether the first line is a header; nil to find out.
  package var hasHeader: Bool?

  /// Creates options that find everything.
  package init() {}
}

extension RowFormatOptions {
  /// The choices for numbers.
  var numbers: NumberOptions {
    NumberOptions(decimal: decimal.map { $0 == UInt8(ascii: ",") ? "," : "." }, thousands: thousands)
  }

  /// The options of a table that is read alike.
  var source: SourceOptions {
    var source = SourceOptions()
    source.delimiter = delimiter.map { Character(Unicode.Scalar($0)) }
    source.hasHeader = hasHeader
    source.numbers = numbers
    // A first line with one of these names is a header.
    source.ignoredColumns = ignored + watched + series + (time.map { [$0] } ?? [])
    return source
  }
}

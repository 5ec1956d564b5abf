import MisfitCore

/// The detected format of a text of records: its delimiter and the role of each column.
struct CSVFormat: Sendable, Equatable {
  /// The role of a column.
  enum Role: Sendable, Equatable {
    case feature(Int)
    case id
    case label
    case ignored
  }

  var delimiter: UInt8
  var hasHeader: Bool
  /// The names of all columns.
  var names: [String]
  /// The role of each column.
  var roles: [Role]
  /// The names of the features, in the order of the batch.
  var features: [String]
  /// The first byte of lines that are comments; nil if there are none.
  var comment: UInt8?
  /// The number of bytes before the first record: the byte order mark, blank lines, titles and the header.
  var dataByteOffset: Int
  /// The line of the first record.
  var firstLine: Int
  var notes: [MessageText]
  /// The way that the cells of features are read.
  var reading = CellReading.numbers
  /// The handling of cells and records that cannot be read.
  var handling = BadDataHandling.stop
  /// The notation of each feature's numbers; empty means that all are plain.
  var notations: [ColumnNotation] = []
  /// The decimal sign of the numbers in the first records; nil if it is undetermined or they contradict each
  /// other.
  var seenDecimalSign: DecimalSign?
  /// Whether the text has points where the other texts of the table have commas, and the reverse.
  var swapsDecimalSign = false
  /// Whether the first records are nothing but numbers, without missing cells.
  var seemsNumeric = true
  /// The columns whose cells are kept as they are written; `Int.max` for a column that only other texts of
  /// the table have.
  var kept: [Int] = []
  /// The names of the kept columns.
  var keptNames: [String] = []
  /// Whether the records are the lines of the text; false if it was converted from another format, with all
  /// records written out.
  var isLineForLine = true

  /// Returns the name of the column with a role; nil if there is none, or columns have no names.
  func name(of role: Role) -> String? { hasHeader ? roles.firstIndex(of: role).map { names[$0] } : nil }

  /// Whether a blank line is a record whose only cell is missing; it is skipped in a table of more columns.
  var readsBlankLines: Bool { roles.count == 1 && isLineForLine }

  var hasIDs: Bool { roles.contains(.id) }
  var hasLabels: Bool { roles.contains(.label) }
}

/// What was found out about a text of records: how it is cut into fields, and what each column is for.
struct CSVFormat: Sendable, Equatable {
  /// What a column is for.
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
  /// What each column is for.
  var roles: [Role]
  /// The names of the features, in the order of the batch.
  var features: [String]
  /// The first byte of lines that are comments; nil where there are none.
  var comment: UInt8?
  /// Bytes before the first record: the byte order mark, blank lines, titles and the header.
  var dataByteOffset: Int
  /// The line of the first record.
  var firstLine: Int
  var notes: [String]
  /// How the cells of features are read.
  var reading = CellReading.numbers
  /// What becomes of cells and records that cannot be read.
  var handling = BadDataHandling.stop
  /// How the numbers of the features are written; empty where nothing is known, and all are plain.
  var notations: [ColumnNotation] = []
  /// The decimal sign that the numbers of the first records have; nil where they leave it open or contradict
  /// each other.
  var seenDecimalSign: DecimalSign?
  /// Whether the text has points where the table that it belongs to has commas, and commas where that has
  /// points.
  var swapsDecimalSign = false
  /// Whether the first records hold nothing but numbers, no missing cell among them.
  var seemsNumeric = true
  /// The columns whose cells are kept as they are written; `Int.max` for one that only other texts of the
  /// table have.
  var kept: [Int] = []
  /// The names of the kept columns.
  var keptNames: [String] = []
  /// Whether the text is read as it stands; else it is made of another one, and all its records are written
  /// out.
  var isLineForLine = true

  /// The name of the column with a role; nil where there is none, or columns have no names.
  func name(of role: Role) -> String? { hasHeader ? roles.firstIndex(of: role).map { names[$0] } : nil }

  /// Whether a blank line is a record whose only cell is missing; a table of more columns passes it over.
  var readsBlankLines: Bool { roles.count == 1 && isLineForLine }

  var hasIDs: Bool { roles.contains(.id) }
  var hasLabels: Bool { roles.contains(.label) }
}

/// How the cells of a text become the values of records.
enum CellReading: Sendable, Equatable {
  /// Every cell is a number.
  case numbers
  /// Every cell is a number, or NaN where it holds no value.
  case numbersOrNothing(MissingWords)
  /// Cells are kept as they stand, beside their numbers, so that columns can be decided.
  case cells
  /// As a table's columns say; see ``TableEncoder``.
  case table(TableSchema)

  /// The words for "no value", where cells may have none.
  var missingWords: MissingWords? {
    switch self {
    case .numbers, .cells: nil
    case .numbersOrNothing(let words): words
    case .table(let table): table.missingWords
    }
  }

  /// Whether two passes are held against each other by the bytes of their records: the first one does not see what the
  /// second one makes of them.
  var keepsHash: Bool {
    switch self {
    case .cells, .table: true
    case .numbers, .numbersOrNothing: false
    }
  }

  /// How the features are read.
  func readers(count: Int, _ notations: [ColumnNotation]) -> [ColumnReader] {
    var readers: [ColumnReader] =
      switch self {
      case .numbers, .numbersOrNothing: Array(repeating: .number, count: count)
      case .cells: Array(repeating: .cell, count: count)
      case .table(let table): table.used.map(ColumnReader.init)
      }
    for (feature, column) in notations.enumerated() where !column.notation.isPlain {
      guard case .number = readers[feature] else { continue }
      readers[feature] = column.notation.isDecimalComma ? .commaNumber : .written(column.notation)
    }
    return readers
  }
}

/// How the cells of one column become values.
enum ColumnReader: Sendable {
  case number
  /// A number with a decimal comma.
  case commaNumber
  /// A number with other marks and signs.
  case written(NumberNotation)
  case cell
  case level(LevelTable)
  case boolean(LevelTable)
  case date(DateOrder)

  init(_ column: TableColumn) {
    switch column.kind {
    case .categorical: self = .level(LevelTable(column.levels.map(\.text)))
    case .boolean: self = .boolean(LevelTable(column.levels.map(\.text)))
    case .datetime: self = .date(column.date?.order ?? .monthFirst)
    default: self = .number
    }
  }

  /// The value of a cell that is not missing, without blanks round it; nil where it is none of the column's kind.
  ///
  /// A level without a place has the number behind the last.
  func value(of cell: Span<UInt8>) -> Double? {
    switch self {
    case .number, .commaNumber, .written, .cell: return nil
    case .level(let levels): return Double(levels.index(of: cell) ?? levels.count)
    case .boolean(let levels):
      if let level = levels.index(of: cell) { return Double(level) }
      guard BooleanText.pair(levels.string(0), levels.string(1)) != nil, let isYes = BooleanText.read(cell)
      else { return 2 }
      return isYes ? 1 : 0
    case .date(let order): return DateText.read(cell, order: order)?.seconds
    }
  }

  /// The values that stand for levels of their own; past them are unknown levels.
  var levelCount: Int? {
    switch self {
    case .level(let levels), .boolean(let levels): levels.count
    case .number, .commaNumber, .written, .cell, .date: nil
    }
  }
}

/// The way that the cells of a text become values.
enum CellReading: Sendable, Equatable {
  /// Every cell is a number.
  case numbers
  /// Every cell is a number, or missing and then NaN.
  case numbersOrNothing(MissingWords, placeholders: MissingWords)
  /// Cells are kept as they are written, with their numbers, so that the kinds of columns can be decided.
  case cells
  /// By the columns of a table; see ``TableEncoder``.
  case table(TableSchema)

  /// The words for "no value"; nil if cells cannot be missing.
  var missingWords: MissingWords? {
    switch self {
    case .numbers, .cells: nil
    case .numbersOrNothing(let words, _): words
    case .table(let table): table.missingWords
    }
  }

  /// Returns the words for "no value" in numbers and dates alone, and the features in which they apply.
  func placeholders(count: Int) -> (words: MissingWords, applies: [Bool]) {
    switch self {
    case .numbers, .cells: (MissingWords([]), Array(repeating: false, count: count))
    case .numbersOrNothing(_, let words): (words, Array(repeating: true, count: count))
    case .table(let table):
      (table.placeholderWords ?? MissingWords([]), table.used.map { $0.placeholdersAreMissing ?? false })
    }
  }

  /// Whether two passes are compared by the bytes of their records, since the first pass has other values
  /// than the second.
  var keepsHash: Bool {
    switch self {
    case .cells, .table: true
    case .numbers, .numbersOrNothing: false
    }
  }

  /// Whether cells become the values that a model reads; otherwise they are only examined.
  var readsValues: Bool {
    switch self {
    case .numbers, .cells: false
    case .numbersOrNothing, .table: true
    }
  }

  /// Returns the reader of each feature.
  func readers(count: Int, _ notations: [ColumnNotation]) -> [ColumnReader] {
    var readers: [ColumnReader] =
      switch self {
      case .numbers, .numbersOrNothing: Array(repeating: .number, count: count)
      case .cells: Array(repeating: .cell, count: count)
      case .table(let table): table.used.map { $0.encoding.cells?.reader ?? .number }
      }
    for (feature, column) in notations.enumerated() where !column.notation.isPlain {
      guard case .number = readers[feature] else { continue }
      readers[feature] = column.notation.isDecimalComma ? .commaNumber : .written(column.notation)
    }
    guard case .table(let table) = self else { return readers }
    for (feature, column) in table.used.enumerated() where !column.sentinels.isEmpty {
      let notation = feature < notations.count ? notations[feature].notation : column.notation
      readers[feature] = .numberOrNothing(notation, sentinels: column.sentinels)
    }
    return readers
  }
}

/// The way that the cells of one column become values.
enum ColumnReader: Sendable {
  case number
  /// A number with a decimal comma.
  case commaNumber
  /// A number with other marks and signs.
  case written(NumberNotation)
  /// A number in a notation, some of which mean "no value".
  case numberOrNothing(NumberNotation, sentinels: [Double])
  case cell
  case level(LevelTable)
  case boolean(LevelTable)
  case date(DateReading)

  /// Returns the value of a cell that is not missing, without surrounding blanks; nil if it is not of the
  /// column's kind.
  ///
  /// An unknown level has the number after the last level; a date that means "no date" is NaN.
  func value(of cell: Span<UInt8>) -> Double? {
    switch self {
    case .number, .commaNumber, .written, .cell: return nil
    case .numberOrNothing(let notation, let sentinels):
      let number = CellNumber.read(cell, cell.indices, notation)
      return number.map { sentinels.contains($0) ? .nan : $0 }
    case .level(let levels): return Double(levels.index(of: cell) ?? levels.count)
    case .boolean(let levels):
      if let level = levels.index(of: cell) { return Double(level) }
      guard BooleanText.pair(levels.string(0), levels.string(1)) != nil, let isYes = BooleanText.read(cell)
      else { return 2 }
      return isYes ? 1 : 0
    case .date(let reading): return reading.seconds(of: cell)
    }
  }

  /// The number of values that represent levels of their own; larger ones are unknown levels.
  var levelCount: Int? {
    switch self {
    case .level(let levels), .boolean(let levels): levels.count
    case .number, .commaNumber, .written, .numberOrNothing, .cell, .date: nil
    }
  }
}

import MisfitCore

/// A record of a table, read cell by cell.
package struct TableRow: Sendable, Hashable {
  /// The values, as in a batch: numbers, indices of levels, seconds; NaN for a missing cell.
  package var values: [Double]
  /// The texts of levels that their column does not have, by the index of the column.
  package var unknownLevels: [Int: String] = [:]

  /// Creates a record of values.
  package init(_ values: [Double]) { self.values = values }
}

/// Reads single cells by the columns of a table, as the records of a file are read.
package struct TableRowReader: Sendable {
  /// The value of a cell.
  package enum Cell: Sendable, Hashable {
    /// A number, the index of a level, or seconds.
    case value(Double)
    /// No value.
    case missing
    /// A level that the column does not have.
    case unknownLevel(String)
    /// A cell that is not of the column's kind.
    case unread
  }

  private let readers: [ColumnReader]
  private let missing: MissingWords
  private let placeholders: (words: MissingWords, applies: [Bool])
  private let notations: [NumberNotation]
  private let sentinels: [[Double]]
  /// The names of the columns.
  package let columns: [String]
  /// Whether each column has numbers.
  package let areNumbers: [Bool]

  /// Makes a reader of the used columns of a table.
  package init(_ table: TableSchema) {
    readers = table.used.map { $0.encoding.cells?.reader ?? .number }
    missing = table.missingWords
    placeholders = CellReading.table(table).placeholders(count: table.used.count)
    notations = table.used.map(\.notation)
    sentinels = table.used.map(\.sentinels)
    columns = table.used.map(\.name)
    areNumbers = table.used.map(\.holdsNumbers)
  }

  /// Reads a cell.
  package func cell(_ text: [UInt8], column: Int) -> Cell {
    let span = text.span
    let range = CellText.trimmed(span, 0..<text.count)
    let cell = span.extracting(range)
    if missing.contain(cell) { return .missing }
    if placeholders.applies[column], placeholders.words.containsWord(cell) { return .missing }
    if areNumbers[column] {
      guard let number = CellNumber.read(span, range, notations[column]) else { return .unread }
      return sentinels[column].contains(number) ? .missing : .value(number)
    }
    guard let value = readers[column].value(of: cell) else { return .unread }
    if value.isNaN { return .missing }
    guard let count = readers[column].levelCount, value == Double(count) else { return .value(value) }
    return .unknownLevel(String(decoding: CellText.canonical(cell), as: UTF8.self))
  }

  /// Returns a number of a column, NaN for one that means "no value".
  package func value(_ number: Double, column: Int) -> Double {
    !sentinels[column].isEmpty && sentinels[column].contains(number) ? .nan : number
  }

  /// Adds a cell to a row; one that is not of the column's kind is missing, and the result is false.
  @discardableResult
  package func add(_ text: [UInt8], to row: inout TableRow, column: Int) -> Bool {
    switch cell(text, column: column) {
    case .value(let value): row.values[column] = value
    case .missing: row.values[column] = .nan
    case .unknownLevel(let text):
      row.values[column] = Double(readers[column].levelCount ?? 0)
      row.unknownLevels[column] = text
    case .unread:
      row.values[column] = .nan
      return false
    }
    return true
  }
}

extension RecordBatch {
  /// Appends a record of a table, or of numbers.
  ///
  /// - Precondition: the batch is not full, and the row has its width.
  package mutating func append(_ row: TableRow) {
    for (column, text) in row.unknownLevels { note(unknownLevel: text, ofValueAt: rowCount * width + column) }
    if row.values.contains(where: \.isNaN) { hasMissing = true }
    append(row.values)
  }
}

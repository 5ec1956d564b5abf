import MisfitCore

extension CSVSniffer {
  /// Returns whether the first record names the columns.
  ///
  /// It does if it contains the names of a model or a name in the options, if its numbers count the columns,
  /// or if at least half of the columns that are numeric later have a text there; a single unusual cell in
  /// the first record is regarded as a mistake, which is then reported with its position.
  func hasHeader(
    _ first: CSVSample.Record, _ others: ArraySlice<CSVSample.Record>, _ delimiter: UInt8
  ) -> Bool {
    if let hasHeader = options.hasHeader { return hasHeader }
    if holdsKnownNames(first) { return true }
    let cells = first.fields.map { CSVColumns.name($0) ?? "" }
    let wanted = [options.idColumn, options.labelColumn].compactMap(\.self) + options.ignoredColumns
    if cells.contains(where: { CellKind(Array($0.utf8)) == .text && wanted.contains($0) }) { return true }
    let kinds = first.fields.map { CellKind($0, delimiter: delimiter) }
    guard !others.isEmpty else { return kinds.contains(.text) && !kinds.contains(.number) }
    if NumberedNames.areNames(first, above: others) { return true }
    if let namesNumbers = names(kinds, numbersOf: others, delimiter) { return namesNumbers }
    // Nothing is numeric: names and values look alike, and regarding them as names leads to the better
    // message. A cell that begins with a digit is not a name, but a number with a decimal comma, a date or a
    // time.
    let areNames = cells.allSatisfy { cell in cell.first.map { $0.isLetter || $0 == "_" } ?? false }
    return areNames && Set(cells).count == cells.count
  }

  /// Returns whether a record contains all names that a model needs.
  func holdsKnownNames(_ record: CSVSample.Record) -> Bool {
    guard let known = options.expectedColumns, !known.isEmpty, record.fields.count >= known.count else {
      return false
    }
    let names = record.fields.map { CSVColumns.name($0) ?? "" }
    guard names.contains(where: { !$0.isEmpty }) else { return false }
    let unique = CSVColumns.madeUnique(
      names.enumerated().map { $1.isEmpty ? FeatureName.ofColumn($0) : $1 }
    ).names
    return Set(known).isSubset(of: unique)
  }

  /// Returns whether texts are above numbers.
  func namesNumbers(
    _ first: CSVSample.Record, above others: ArraySlice<CSVSample.Record>, _ delimiter: UInt8
  ) -> Bool {
    names(first.fields.map { CellKind($0, delimiter: delimiter) }, numbersOf: others, delimiter) ?? false
  }

  /// Returns whether at least half of the numeric columns have a text in the first record; nil if no column
  /// is numeric.
  private func names(
    _ kinds: [CellKind], numbersOf others: ArraySlice<CSVSample.Record>, _ delimiter: UInt8
  ) -> Bool? {
    var numericColumnCount = 0
    var namedCount = 0
    for (column, kind) in kinds.enumerated() {
      let later = others.lazy.compactMap {
        column < $0.fields.count ? CellKind($0.fields[column], delimiter: delimiter) : nil
      }
      guard later.first(where: { $0 != .missing }) == .number else { continue }
      numericColumnCount += 1
      if kind == .text { namedCount += 1 }
    }
    return numericColumnCount > 0 ? namedCount * 2 >= numericColumnCount : nil
  }
}

extension CSVSample {
  /// Whether commas seem to delimit one column of numbers with decimal commas: its name has none, and each
  /// other line is such a number or one without a fraction.
  var isColumnOfDecimalCommas: Bool {
    guard let first = records.first, first.fields.count == 1, records.count > 1,
      CellKind(first.fields[0]) == .text
    else { return false }
    var hasComma = false
    for record in records.dropFirst() {
      let line = Array(record.fields.joined(separator: [UInt8(ascii: ",")]))
      switch CellKind(line, delimiter: 0) {
      case .number: hasComma = hasComma || record.fields.count > 1
      case .missing: break
      case .text: return false
      }
    }
    return hasComma
  }
}

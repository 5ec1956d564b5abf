import MisfitCore

extension CSVColumns {
  /// Returns a model's table with the order by which the dates of this text are read, and notes on it.
  ///
  /// The choice of the user takes precedence, then the dates that the model was trained on. If those needed
  /// no order, as 2024-03-01 does not, the first records determine it; if they do not, the month comes first,
  /// and a note says so.
  func datesRead(
    _ table: TableSchema, _ format: CSVFormat, _ records: ArraySlice<CSVSample.Record>
  ) -> (table: TableSchema, notes: [MessageText]) {
    let known = table.used.first { $0.dates?.encoding.isOrdered == true }?.dates?.encoding.order
    var (orders, notes): ([String: DateOrder], [MessageText]) = ([:], [])
    for (column, role) in format.roles.enumerated() {
      guard case .feature(let feature) = role, let date = table.used[feature].dates?.encoding,
        date.notation == nil
      else { continue }
      let name = table.used[feature].name
      if let said = options.typing.dateOrder {
        orders[name] = said
      } else if date.isOrdered == false, let counts = OrderedDates(records, column) {
        orders[name] = counts.order ?? known ?? .monthFirst
        guard counts.order == nil, known == nil else { continue }
        notes.append(
          """
          "\(name)" has dates such as \(counts.example), which training did not have, read month first \
          (\(.dateOrder, "dmy") for the other)
          """)
      }
    }
    guard !orders.isEmpty else { return (table, []) }
    let columns = table.columns.map { column in
      guard let order = orders[column.name], case .date(var dates) = column.encoding else { return column }
      var column = column
      dates.encoding.order = order
      dates.encoding.isOrdered = true
      column.encoding = .date(dates)
      return column
    }
    return (
      TableSchema(
        columns: columns, missingWords: table.missingWords, placeholderWords: table.placeholderWords),
      notes
    )
  }
}

/// The dates of a column whose day and month only an order distinguishes.
private struct OrderedDates {
  let example: String
  /// The order that reads more of them than the other; nil if both read the same number.
  let order: DateOrder?

  /// Counts the dates; nil if there are none.
  init?(_ records: ArraySlice<CSVSample.Record>, _ column: Int) {
    var example: String?
    var counts: [DateOrder: Int] = [:]
    for record in records where column < record.fields.count {
      let field = record.fields[column]
      let cell = field[CellText.trimmed(field.span, 0..<field.count)]
      guard DateText.needsOrder(cell.span) else { continue }
      let orders = [DateOrder.dayFirst, .monthFirst].filter { DateText.read(cell.span, order: $0) != nil }
      for order in orders { counts[order, default: 0] += 1 }
      if !orders.isEmpty { example = example ?? CellText.shown(Array(cell)) }
    }
    guard let example else { return nil }
    let (day, month) = (counts[.dayFirst] ?? 0, counts[.monthFirst] ?? 0)
    self.example = example
    order = day == month ? nil : day > month ? .dayFirst : .monthFirst
  }
}

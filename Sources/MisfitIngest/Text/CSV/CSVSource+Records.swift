import MisfitCore

extension CSVSource {
  /// Creates a table of records in memory.
  ///
  /// The columns are the names of all records, in alphabetical order, or `columns`. A record without a value
  /// for a column has a missing cell there. Kinds of columns are detected as in a file.
  ///
  ///     try CSVSource(records: [["load": 3.1, "host": "a"], ["load": nil, "host": "b"]])
  ///
  /// - Throws: ``IngestError`` if there are no records or no columns.
  public init(
    records: [[String: CellValue]], columns: [String]? = nil, name: String = "records",
    options: SourceOptions = SourceOptions()
  ) throws(IngestError) {
    var names = Set<String>()
    for record in records { names.formUnion(record.keys) }
    let columns = columns ?? names.sorted()
    guard !records.isEmpty, !columns.isEmpty else {
      throw IngestError(.empty, at: InputPosition(source: name))
    }
    var options = options
    (options.hasHeader, options.delimiter, options.numbers.decimal) = (true, ",", ".")
    options.typing.keptWords += Self.levelsThatLookMissing(records)
    var text = columns.map(Self.quoted).joined(separator: ",")
    for record in records {
      text += "\n" + columns.map { Self.field(record[$0] ?? .missing) }.joined(separator: ",")
    }
    try self.init(text: text + "\n", name: name, options: options)
  }

  /// Creates a table of records of numbers in memory.
  ///
  /// The columns are the names of all records, in alphabetical order. NaN is a missing cell.
  ///
  /// - Throws: ``IngestError`` if there are no records or no columns.
  public init(
    records: [[String: Double]], name: String = "records", options: SourceOptions = SourceOptions()
  ) throws(IngestError) {
    try self.init(
      records: records.map { $0.mapValues { CellValue.number($0) } }, name: name, options: options)
  }

  /// Words such as `NA` that are levels here, since a program has another value for a missing cell.
  private static func levelsThatLookMissing(_ records: [[String: CellValue]]) -> [String] {
    var words = Set<String>()
    for record in records {
      for case .level(let text) in record.values where MissingWords.possible.contain(text.utf8.span) {
        words.insert(text)
      }
    }
    return words.sorted()
  }

  private static func field(_ cell: CellValue) -> String {
    switch cell {
    case .number(let number): number.isNaN ? "" : number.description
    case .level(let text): quoted(text)
    case .date: quoted(cell.description)
    case .missing: ""
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

extension CellValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByNilLiteral
{
  /// Creates a number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Creates a number.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  /// Creates a level.
  public init(stringLiteral value: String) { self = .level(value) }
  /// Creates a missing cell.
  public init(nilLiteral: ()) { self = .missing }
}

import MisfitCore

/// A table of Arrow columns.
///
/// Kinds of columns are found by the rules of text files, so that a table has the same model as its CSV file.
/// Numbers are read from the columns themselves wherever no text is needed.
package struct ArrowSource: CellSource {
  /// The name in messages.
  package var name: String { text.name }
  /// The shape, the columns and other properties of the records.
  package var layout: RecordLayout { text.layout }
  private let table: ArrowTable
  private let options: SourceOptions
  /// The same table as lines of CSV.
  private let text: CSVSource
  /// The columns as numbers; nil if a feature is of another type.
  private let reading: ArrowReading?

  /// Creates a source.
  ///
  /// - Throws: ``IngestError`` if there are no rows, or options name columns that do not exist.
  package init(_ table: ArrowTable, options: SourceOptions = SourceOptions()) throws(IngestError) {
    guard !table.fields.isEmpty else { throw IngestError(.empty, at: InputPosition(source: table.name)) }
    self.init(table, options, try CSVSource(ArrowInput(table: table), options: options))
  }

  private init(_ table: ArrowTable, _ options: SourceOptions, _ text: CSVSource) {
    self.table = table
    self.options = options
    self.text = text
    reading = ArrowReading(table, text)
  }

  package var filePaths: [String] { table.filePaths }

  /// Returns a reader that starts at the first record.
  ///
  /// - Throws: ``IngestError`` if the table is a stream that was read already.
  package func makeReader() throws(IngestError) -> any RecordReader {
    guard let reading else { return try text.makeReader() }
    return ArrowReader(try table.makePass(), reading)
  }

  /// Returns the columns of a model in its order, read as their kinds.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns.
  package func fitted(to schema: Schema) throws(IngestError) -> any RecordSource {
    ArrowSource(table, options, try text.text(for: schema))
  }
}

// The kinds of columns are decided from the text.
extension ArrowSource {
  var typing: TypingOptions { text.typing }
  var numbers: NumberOptions { text.numbers }
  var handling: BadDataHandling { text.handling }
  var isSeeminglyNumeric: Bool { text.isSeeminglyNumeric }
  var notations: [ColumnNotation] { text.notations }

  func notations(_ evidence: [NumberEvidence]) -> [ColumnNotation] { text.notations(evidence) }

  func withCells(_ notations: [ColumnNotation]?) -> any CellSource { text.withCells(notations) }

  func requiringNumbers() -> any CellSource { reading == nil ? text.requiringNumbers() : self }

  func typed(asDecidedBy table: TableSchema) throws(IngestError) -> any CellSource {
    try text.typed(asDecidedBy: table)
  }

  func handling(_ handling: BadDataHandling) -> any CellSource { text.handling(handling) }

  func withAllCellsUnread(_ original: IngestError, threadCount: Int) -> IngestError {
    text.withAllCellsUnread(original, threadCount: threadCount)
  }
}

import MisfitCore

/// A table in a text file, or in several: separated by commas, semicolons, tabs, bars or runs of spaces, or
/// JSON objects; plain or compressed.
///
/// Reads RFC 4180 and its common variations: the delimiter and the header are detected from the first
/// records, a byte order mark is skipped, spaces may surround numbers. Blank lines are skipped, except
/// between the records of a table of one column, where they are missing cells. Numbers may have decimal
/// commas. Another thread reads ahead, and several threads may share the parsing.
public struct CSVSource: CellSource {
  /// The path, as given.
  public let name: String
  /// The shape, the columns and other properties of the records.
  public let layout: RecordLayout
  private let options: SourceOptions
  /// The texts, at least one.
  private let parts: [CSVPart]
  private let blockByteCount: Int
  /// Whether the first records hold nothing but numbers.
  let isSeeminglyNumeric: Bool
  /// The kinds of single columns in the options.
  var typing: TypingOptions { options.typing }
  /// The notation of numbers in the options.
  var numbers: NumberOptions { options.numbers }
  /// The notation of each feature's numbers, scored by the first records.
  var notations: [ColumnNotation] { parts[0].format.notations }
  /// The decimal sign of each feature.
  var decimalSigns: [DecimalSign] { notations.map(DecimalSign.init) }

  /// Returns the notation of each feature's numbers, scored by all records.
  func notations(_ evidence: [NumberEvidence]) -> [ColumnNotation] {
    NotationDecision(
      evidence: evidence, options: options.numbers, known: options.knownNotations(evidence.count),
      delimiter: parts[0].format.delimiter
    ).columns
  }

  /// Opens a file, or standard input as `-`, and detects its format.
  ///
  /// - Throws: ``IngestError``.
  public init(_ path: String, options: SourceOptions = SourceOptions()) throws(IngestError) {
    try self.init(ByteInputs.open(path, spools: options.spoolsStandardInput), options: options)
  }

  /// Creates a source from a text in memory.
  ///
  /// - Throws: ``IngestError``.
  public init(
    text: String, name: String = "text", options: SourceOptions = SourceOptions()
  ) throws(IngestError) {
    try self.init(MemoryInput(name: name, bytes: Array(text.utf8)), options: options)
  }

  init(
    _ input: any ByteInput, options: SourceOptions, blockByteCount: Int = BlockReader.defaultBlockByteCount
  ) throws(IngestError) {
    try self.init(
      [CSVPart.Origin(input: input)], name: input.name, options: options, blockByteCount: blockByteCount)
  }

  /// Makes a source of several texts as one table.
  ///
  /// - Throws: ``IngestError``, also if the texts have different columns.
  init(
    _ origins: [CSVPart.Origin], name: String, notes otherNotes: [MessageText] = [], options: SourceOptions,
    blockByteCount: Int = BlockReader.defaultBlockByteCount
  ) throws(IngestError) {
    self.name = name
    self.options = options
    self.blockByteCount = blockByteCount
    var notes: [MessageText] = []
    parts = try CSVPart.parts(of: origins, options: options, notes: &notes)
    let format = parts[0].format
    let shape = options.expectedShape ?? .row(format.features.count)
    guard shape.elementCount == format.features.count else {
      let kind = IngestError.Kind.columnCount(expected: shape.elementCount, found: format.features.count)
      throw IngestError(kind, at: InputPosition(source: name))
    }
    isSeeminglyNumeric = parts.allSatisfy { $0.format.seemsNumeric }
    var layout = RecordLayout(
      shape: shape, columns: format.features, namesAreGiven: format.hasHeader, hasIDs: format.hasIDs,
      hasLabels: format.hasLabels, messages: notes + otherNotes)
    layout.keptColumns = format.keptNames
    layout.idColumn = format.name(of: .id)
    layout.labelColumn = format.name(of: .label)
    self.layout = layout
  }

  /// Returns the same text with each cell kept as it is written.
  func withCells(_ notations: [ColumnNotation]?) -> any CellSource {
    CSVSource(self, reading: .cells, notations: notations)
  }

  /// Returns the same text, in which each cell has to be a number.
  func requiringNumbers() -> any CellSource { CSVSource(self, reading: .numbers) }

  /// Returns a source with the columns of a model in its order, read as their kinds; numbers may be missing.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns, or if the samples have another shape.
  public func fitted(to schema: Schema) throws(IngestError) -> any RecordSource { try text(for: schema) }

  /// Returns the same text with the columns of a model, as ``fitted(to:)``.
  func text(for schema: Schema) throws(IngestError) -> CSVSource {
    let source: CSVSource
    if let table = schema.table {
      source = try typed(by: table)
    } else {
      let isReordered =
        schema.namesAreGiven && layout.namesAreGiven && layout.columns != schema.columnNames
      source = try (isReordered ? arranged(for: schema.columnNames) : self).allowingMissingCells()
    }
    try schema.check(source.layout, of: name)
    return source
  }

  /// Returns the same text, in which cells may be missing.
  func allowingMissingCells() -> CSVSource {
    CSVSource(
      self,
      reading: .numbersOrNothing(
        options.typing.allMissingWords, placeholders: options.typing.allPlaceholderWords))
  }

  /// Returns the same text, read by the columns of a table; columns that it leaves out are skipped.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns.
  func typed(by table: TableSchema) throws(IngestError) -> CSVSource {
    var options = options
    options.expectedTable = table
    options.expectedColumns = table.used.map(\.name)
    options.expectedShape = .row(table.used.count)
    return try CSVSource(parts.map(\.origin), name: name, options: options, blockByteCount: blockByteCount)
  }

  /// The paths of the texts, in order.
  public var filePaths: [String] { parts.map(\.input.name) }

  /// Whether all texts can be read more than once.
  var canBeReadAgain: Bool { parts.allSatisfy(\.input.canBeReadAgain) }

  /// Returns the same text, read by columns that were decided from all of its records.
  ///
  /// Its first records alone might suggest another notation of its numbers.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns.
  func typed(asDecidedBy table: TableSchema) throws(IngestError) -> any CellSource {
    let notations = table.used.map { ColumnNotation(notation: $0.notation) }
    return CSVSource(
      try typed(by: table), notations: notations, swaps: parts.map(\.format.swapsDecimalSign))
  }

  /// The format of the only text if its records are read as they are: none is skipped, no cells are kept.
  var directFormat: CSVFormat? {
    guard parts.count == 1, handling.policy == .stop, parts[0].format.kept.isEmpty else { return nil }
    return parts[0].format
  }

  /// The handling of cells and records that cannot be read.
  var handling: BadDataHandling { parts[0].format.handling }

  /// Returns the same text with another handling of what cannot be read.
  func handling(_ handling: BadDataHandling) -> any CellSource {
    var options = options
    options.badData = handling
    return CSVSource(self, options: options, handling: handling)
  }

  private init(
    _ other: CSVSource, reading: CellReading? = nil, notations: [ColumnNotation]? = nil,
    swaps: [Bool]? = nil, options: SourceOptions? = nil, handling: BadDataHandling? = nil
  ) {
    name = other.name
    layout = other.layout
    self.options = options ?? other.options
    blockByteCount = other.blockByteCount
    isSeeminglyNumeric = other.isSeeminglyNumeric
    parts = other.parts.enumerated().map { index, part in
      var part = part
      if let swaps { part.format.swapsDecimalSign = swaps[index] }
      if let reading { part.format.reading = reading }
      if let handling { part.format.handling = handling }
      if let notations { part.use(notations) }
      return part
    }
  }

  /// Returns the same text with these columns in this order.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns.
  private func arranged(for columns: [String]) throws(IngestError) -> CSVSource {
    var options = options
    options.expectedColumns = columns
    return try CSVSource(parts.map(\.origin), name: name, options: options, blockByteCount: blockByteCount)
  }

  /// Returns a reader that starts at the first record.
  ///
  /// - Throws: ``IngestError``.
  public func makeReader() throws(IngestError) -> any RecordReader {
    for part in parts { part.format.handling.log?.begin(part.input.name) }
    return try CSVReader(parts, blockByteCount: blockByteCount)
  }
}

import MisfitCore

/// Records of a text file, or of several as one table: separated by commas, semicolons, tabs, bars or runs of
/// spaces, or objects of JSON; plain or compressed.
///
/// RFC 4180 with what is found in the wild: the delimiter and the header are found out from the first
/// records, a byte order mark is passed over, spaces may stand around numbers. Blank lines are no records, but for
/// those between the records of a table of one column: there they are missing cells. Numbers may have decimal commas.
/// Reading runs ahead of parsing on a thread of its own, and several threads may share the parsing.
public struct CSVSource: CellSource {
  /// The path as it was given.
  public let name: String
  /// What is known of the records.
  public let layout: RecordLayout
  private let options: SourceOptions
  /// The texts, at least one.
  private let parts: [CSVPart]
  private let blockByteCount: Int
  /// Whether the first records hold nothing but numbers.
  let isSeeminglyNumeric: Bool
  /// What users say of columns.
  var typing: TypingOptions { options.typing }
  /// What users say of how numbers are written.
  var numbers: NumberOptions { options.numbers }
  /// How the numbers of the features are written, as far as the first records say.
  var notations: [ColumnNotation] { parts[0].format.notations }
  /// The decimal signs of the features.
  var decimalSigns: [DecimalSign] { notations.map(DecimalSign.init) }

  /// How the numbers of the features are written, by what all records say.
  func notations(_ evidence: [NumberEvidence]) -> [ColumnNotation] {
    NotationDecision(
      evidence: evidence, options: options.numbers, known: options.knownNotations(evidence.count),
      delimiter: parts[0].format.delimiter
    ).columns
  }

  /// Opens a file, or standard input as `-`, and looks at its first records.
  ///
  /// - Throws: ``IngestError``.
  public init(_ path: String, options: SourceOptions = SourceOptions()) throws(IngestError) {
    try self.init(ByteInputs.open(path, spools: options.spoolsStandardInput), options: options)
  }

  /// Takes a text in memory.
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

  /// Takes several texts as one table.
  ///
  /// - Throws: ``IngestError``, also where the texts have different columns.
  init(
    _ origins: [CSVPart.Origin], name: String, notes otherNotes: [String] = [], options: SourceOptions,
    blockByteCount: Int = BlockReader.defaultBlockByteCount
  ) throws(IngestError) {
    self.name = name
    self.options = options
    self.blockByteCount = blockByteCount
    var notes: [String] = []
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
      hasLabels: format.hasLabels, notes: notes + otherNotes)
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

  /// Returns the columns of a model in its order, read as their kinds say; numbers may be missing.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns, or if the samples have another shape.
  public func fitted(to schema: Schema) throws(IngestError) -> any RecordSource {
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

  /// The same text, read as a table's columns say; columns that it leaves out are passed over.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  func typed(by table: TableSchema) throws(IngestError) -> CSVSource {
    var options = options
    options.expectedTable = table
    options.expectedColumns = table.used.map(\.name)
    options.expectedShape = .row(table.used.count)
    return try CSVSource(parts.map(\.origin), name: name, options: options, blockByteCount: blockByteCount)
  }

  /// The paths of the texts, in order, or other names of texts that are no files.
  public var filePaths: [String] { parts.map(\.input.name) }

  /// Whether all texts can be read more than once.
  var canBeReadAgain: Bool { parts.allSatisfy(\.input.canBeReadAgain) }

  /// The same text, read as the columns say that were decided from all of its records.
  ///
  /// Its first records alone might say otherwise of how its numbers are written.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  func typed(asDecidedBy table: TableSchema) throws(IngestError) -> any CellSource {
    let notations = table.used.map { ColumnNotation(notation: $0.notation) }
    return CSVSource(
      try typed(by: table), notations: notations, swaps: parts.map(\.format.swapsDecimalSign))
  }

  /// What becomes of cells and records that cannot be read.
  var handling: BadDataHandling { parts[0].format.handling }

  /// The same text with another handling of what cannot be read.
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

  /// The same text, with just these columns in this order.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  private func arranged(for columns: [String]) throws(IngestError) -> CSVSource {
    var options = options
    options.expectedColumns = columns
    return try CSVSource(parts.map(\.origin), name: name, options: options, blockByteCount: blockByteCount)
  }

  /// Begins at the first record.
  ///
  /// - Throws: ``IngestError``.
  public func makeReader() throws(IngestError) -> any RecordReader {
    for part in parts { part.format.handling.log?.begin(part.input.name) }
    return try CSVReader(parts, blockByteCount: blockByteCount)
  }
}

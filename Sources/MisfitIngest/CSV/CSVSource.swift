import MisfitCore

/// Records of a text file: separated by commas, semicolons, tabs, bars or runs of spaces, plain or in gzip.
///
/// RFC 4180 with what is found in the wild: the delimiter and the header are found out from the first
/// records, a byte order mark is passed over, spaces may stand around numbers. Blank lines are no records, but for
/// those between the records of a table of one column: there they are missing cells. Numbers may have decimal commas.
/// Reading runs ahead of parsing on a thread of its own, and several threads may share the parsing.
public struct CSVSource: RecordSource {
  /// The path as it was given.
  public let name: String
  /// What is known of the records.
  public let layout: RecordLayout
  private let input: any ByteInput
  private let options: SourceOptions
  private var format: CSVFormat
  private let decoding: TextDecoding
  private let blockByteCount: Int
  /// Whether the first records hold nothing but numbers.
  let isSeeminglyNumeric: Bool
  /// What users say of columns.
  var typing: TypingOptions { options.typing }
  /// What users say of how numbers are written.
  var numbers: NumberOptions { options.numbers }
  /// How the numbers of the features are written, as far as the first records say.
  var notations: [ColumnNotation] { format.notations }
  /// The decimal signs of the features.
  var decimalSigns: [DecimalSign] { format.notations.map(DecimalSign.init) }

  /// How the numbers of the features are written, by what all records say.
  func notations(_ evidence: [NumberEvidence]) -> [ColumnNotation] {
    NotationDecision(
      evidence: evidence, options: options.numbers, known: options.knownNotations(evidence.count),
      delimiter: format.delimiter
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
    name = input.name
    self.input = input
    self.options = options
    self.blockByteCount = blockByteCount
    let (head, decoding, compression) = try Self.head(of: input, options)
    self.decoding = decoding
    var format = try CSVSniffer(name: input.name, head: head, options: options).format()
    format.handling = options.badData
    self.format = format
    let shape = options.expectedShape ?? .row(format.features.count)
    guard shape.elementCount == format.features.count else {
      let kind = IngestError.Kind.columnCount(expected: shape.elementCount, found: format.features.count)
      throw IngestError(kind, at: InputPosition(source: input.name))
    }
    isSeeminglyNumeric = format.seemsNumeric
    var layout = RecordLayout(
      shape: shape,
      columns: format.features, namesAreGiven: format.hasHeader, hasIDs: format.hasIDs,
      hasLabels: format.hasLabels,
      notes: (compression.map { [$0.rawValue] } ?? []) + decoding.notes + format.notes)
    layout.idColumn = format.name(of: .id)
    layout.labelColumn = format.name(of: .label)
    self.layout = layout
  }

  /// The same text with all cells as they stand.
  func withCells(_ notations: [ColumnNotation]) -> CSVSource {
    CSVSource(self, reading: .cells, notations: notations)
  }

  func withCells() -> CSVSource { CSVSource(self, reading: .cells) }

  /// The same text, where cells may be missing.
  package func allowingMissingCells() -> CSVSource {
    CSVSource(
      self,
      reading: .numbersOrNothing(
        options.typing.allMissingWords, placeholders: options.typing.allPlaceholderWords))
  }

  /// The same text, read as a table's columns say; columns that it leaves out are passed over.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  package func typed(by table: TableSchema) throws(IngestError) -> CSVSource {
    var options = options
    options.expectedTable = table
    options.expectedColumns = table.used.map(\.name)
    options.expectedShape = .row(table.used.count)
    return try CSVSource(input, options: options, blockByteCount: blockByteCount)
  }

  /// What becomes of cells and records that cannot be read.
  var handling: BadDataHandling { format.handling }

  /// The same text with another handling of what cannot be read.
  func handling(_ handling: BadDataHandling) -> CSVSource {
    var options = options
    options.badData = handling
    var source = CSVSource(self, reading: format.reading, options: options)
    source.format.handling = handling
    return source
  }

  private init(
    _ other: CSVSource, reading: CellReading, notations: [ColumnNotation]? = nil,
    options: SourceOptions? = nil
  ) {
    name = other.name
    layout = other.layout
    input = other.input
    self.options = options ?? other.options
    decoding = other.decoding
    blockByteCount = other.blockByteCount
    isSeeminglyNumeric = other.isSeeminglyNumeric
    var format = other.format
    format.reading = reading
    if let notations { format.notations = notations }
    self.format = format
  }

  /// The same text, with just these columns in this order.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  package func arranged(for columns: [String]) throws(IngestError) -> CSVSource {
    var options = options
    options.expectedColumns = columns
    return try CSVSource(input, options: options, blockByteCount: blockByteCount)
  }

  /// Begins at the first record.
  ///
  /// - Throws: ``IngestError``.
  public func makeReader() throws(IngestError) -> any RecordReader {
    let reader = decoding.reader(of: try ByteStream.open(input).reader, name: name)
    format.handling.log?.begin(name)
    return CSVReader(reader, name: name, format: format, blockByteCount: blockByteCount)
  }

  /// The beginning of the text: enough for a few records, and ending with a line feed where it is the whole.
  private static func head(
    of input: any ByteInput, _ options: SourceOptions
  ) throws(IngestError) -> ([UInt8], TextDecoding, CompressionFormat?) {
    var byteCount = 1 << 18
    while true {
      let (raw, compression) = try ByteStream.head(of: input, byteCount: byteCount)
      let isWhole = raw.count < byteCount
      let decoding = try TextDecoding(head: raw, isWhole: isWhole, name: input.name, options: options)
      var bytes = try decoding.decoded(raw, isWhole: isWhole, name: input.name)
      if isWhole, let last = bytes.last, last != CSVField.lineFeed { bytes.append(CSVField.lineFeed) }
      let lineCount = bytes.count { $0 == CSVField.lineFeed }
      if isWhole || lineCount >= 4 || byteCount >= CSVRecordCutter.recordByteLimit {
        return (bytes, decoding, compression)
      }
      byteCount *= 4
    }
  }
}

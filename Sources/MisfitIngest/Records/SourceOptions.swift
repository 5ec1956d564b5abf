import MisfitCore

/// Options for reading a source; values that are nil are detected.
public struct SourceOptions: Sendable, Hashable {
  /// The column that identifies a record; nil uses the number of the record.
  public var idColumn: String?
  /// The column of the labels, the true classes, which are not used in training.
  public var labelColumn: String?
  /// The column that identifies a record if ``idColumn`` is nil and the source has it: the one that a model
  /// was fitted with.
  public var usualIDColumn: String?
  /// The column of the labels if ``labelColumn`` is nil and the source has it.
  public var usualLabelColumn: String?
  /// The columns that are skipped.
  public var ignoredColumns: [String] = []
  /// Whether a column named above that does not exist is an error; otherwise the name is ignored.
  public var requiresNamedColumns = true
  /// The delimiter: `,`, `;`, tab, `
  /// `, or a space, which matches any number of spaces.
  public var delimiter: Character?
  /// The encoding of a text; nil means UTF-8, or UTF-16 if the text begins with its byte order mark.
  public var encoding: TextEncoding?
  /// Whether the first record contains the names of the columns.
  public var hasHeader: Bool?
  /// The number of lines skipped at the beginning of a text.
  public var skippedLineCount = 0
  /// The ASCII character that begins comment lines; nil detects `#` and `%` where no record can begin with
  /// them.
  public var comment: Character?
  /// An IDX or NPY file, or an array of an NPZ archive, with one label for each sample of such a file.
  public var labelsPath: String?
  /// The columns of a model, in its order.
  ///
  /// They are matched by name, in any order and among others; by position if the source has no names.
  var expectedColumns: [String]?
  /// The shape of a model's samples.
  var expectedShape: SampleShape?
  /// The kinds of individual columns, and the rules for detecting the others.
  public var typing = TypingOptions()
  /// The handling of cells, records and images that cannot be read.
  public var badData = BadDataHandling.stop
  /// The notation of numbers.
  public var numbers = NumberOptions()
  /// The table that a model was fitted to, whose columns say how cells are read; nil for a model of numbers.
  var expectedTable: TableSchema?
  /// The preparation of the images of a folder.
  public var preparation = ImagePreparation()
  /// The seed of `random:NxD`.
  public var seed: UInt64 = 0
  /// The maximum number of bytes of an array that has to be held in memory as a whole, such as one in Fortran
  /// order.
  public var memoryLimitBytes = MachineMemory.defaultLimitBytes
  /// Whether standard input, or another pipe, is first copied to a temporary file, so that it can be read
  /// more than once.
  public var spoolsStandardInput = false

  /// The number of threads that check images when a folder is opened; the result does not depend on it.
  package var threadCount = WorkerPool.availableProcessorCount

  /// The columns of a table whose cells are kept as written, in addition to the values.
  public var keptColumns = KeptColumns.none
  /// Whether the text is one of several that form a table.
  var isOneOfSeveral = false
  /// Whether ``expectedColumns`` are those of the first of several texts, not of a model.
  var continuesTable = false

  /// Makes options; what is left out is detected.
  public init(
    idColumn: String? = nil, labelColumn: String? = nil, ignoredColumns: [String] = [],
    delimiter: Character? = nil, encoding: TextEncoding? = nil, hasHeader: Bool? = nil,
    skippedLineCount: Int = 0, comment: Character? = nil, labelsPath: String? = nil,
    typing: TypingOptions = TypingOptions(), badData: BadDataHandling = BadDataHandling.stop,
    numbers: NumberOptions = NumberOptions(), preparation: ImagePreparation = ImagePreparation(),
    seed: UInt64 = 0, memoryLimitBytes: Int? = nil, keptColumns: KeptColumns = KeptColumns.none
  ) {
    self.idColumn = idColumn
    self.labelColumn = labelColumn
    self.ignoredColumns = ignoredColumns
    self.delimiter = delimiter
    self.encoding = encoding
    self.hasHeader = hasHeader
    self.skippedLineCount = skippedLineCount
    self.comment = comment
    self.labelsPath = labelsPath
    self.typing = typing
    self.badData = badData
    self.numbers = numbers
    self.preparation = preparation
    self.seed = seed
    if let memoryLimitBytes { self.memoryLimitBytes = memoryLimitBytes }
    self.keptColumns = keptColumns
  }
}

extension SourceOptions {
  /// Sets the options for data that a model with this schema reads.
  package mutating func expect(_ schema: Schema) {
    expectedColumns = schema.namesAreGiven || schema.table != nil ? schema.columnNames : nil
    expectedTable = schema.table
    expectedShape = schema.shape
    preparation = schema.preparation ?? ImagePreparation()
  }

  /// Expects samples of the shape of another source; any shape if that is text, whose columns are chosen once
  /// their kinds are known.
  package mutating func expectShape(of source: any RecordSource) {
    expectedShape = source.cells == nil ? source.layout.shape : nil
  }
}

/// The columns of a table whose cells are kept as written; see ``RecordBatch/keptCells(ofRow:)``.
public enum KeptColumns: Sendable, Hashable {
  case none
  /// All columns, in the order of the file.
  case all
  /// Columns by their names, in this order.
  case named([String])

  /// Creates a selection of columns by name, or of all columns if the only name is `all`.
  public init(_ names: [String]) {
    self = names.isEmpty ? .none : names == ["all"] ? .all : .named(names)
  }
}

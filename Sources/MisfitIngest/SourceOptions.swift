import MisfitCore

/// How a source is to be read; what is nil is found out.
public struct SourceOptions: Sendable, Hashable {
  /// The column that identifies a record; the record's number where there is none.
  public var idColumn: String?
  /// The column that holds the true class, which training never sees.
  public var labelColumn: String?
  /// The column that identifies a record where no other is named and the source has it: the one that a model
  /// was fitted with.
  public var usualIDColumn: String?
  /// The column of the labels where no other is named and the source has it.
  public var usualLabelColumn: String?
  /// Columns that are passed over.
  public var ignoredColumns: [String] = []
  /// Whether a column named above that is not there is an error; else the name is passed over.
  public var requiresNamedColumns = true
  /// `,`, `;`, tab, `|`, or a space, which stands for any number of them.
  public var delimiter: Character?
  /// How a text is encoded; nil takes UTF-8, or UTF-16 where its mark begins the text.
  public var encoding: TextEncoding?
  /// Whether the first record names the columns.
  public var hasHeader: Bool?
  /// The lines at the beginning of a text that are passed over, whatever they hold.
  public var skippedLineCount = 0
  /// The ASCII character that begins lines that are comments; nil finds `#` and `%` where no record can begin with them.
  public var comment: Character?
  /// An IDX or NPY file, or an array of an NPZ archive, with one label a sample, for samples of such files.
  public var labelsPath: String?
  /// The columns that a model needs, in its order.
  ///
  /// Matched by name, so that reordered and further columns do no harm; by position where the source has no
  /// names.
  public var expectedColumns: [String]?
  /// The shape of the samples that a model needs.
  public var expectedShape: Shape?
  /// What users say of single columns, and how others are decided.
  public var typing = TypingOptions()
  /// What becomes of cells, records and images that cannot be read.
  public var badData = BadDataHandling.stop
  /// How numbers are written.
  public var numbers = NumberOptions()
  /// The columns of the table that a model was fitted to, by which cells are read; nil for a model of numbers.
  public var expectedTable: TableSchema?
  /// What is done with the images of a folder.
  public var preparation = ImagePreparation()
  /// The seed of `random:NxD`.
  public var seed: UInt64 = 0
  /// The most bytes of an array that has to be held in memory as a whole, as one in Fortran order has.
  public var memoryLimitBytes = MachineMemory.defaultLimitBytes
  /// Whether standard input, or another pipe, is first copied to a temporary file, so that it can be read
  /// more than once.
  public var spoolsStandardInput = false

  /// The columns of a table whose cells are kept as they are written, beside the values.
  public var keptColumns = KeptColumns.none
  /// Whether the text is one of several that make a table.
  var isOneOfSeveral = false
  /// Whether ``expectedColumns`` are those of the first of several texts, and no model's.
  var continuesTable = false

  /// Options that find out everything.
  public init() {}
}

extension SourceOptions {
  /// Expects data as a model with this schema reads it.
  package mutating func expect(_ schema: Schema) {
    expectedColumns = schema.namesAreGiven || schema.table != nil ? schema.columnNames : nil
    expectedTable = schema.table
    expectedShape = schema.shape
    preparation = schema.preparation ?? ImagePreparation()
  }

  /// Expects samples of the shape of another source; nothing of text, whose columns are chosen once their kinds
  /// are known.
  package mutating func expectShape(of source: any RecordSource) {
    expectedShape = source.cells == nil ? source.layout.shape : nil
  }
}

/// Which columns of a table are kept as they are written; see ``RecordBatch/keptCells(ofRow:)``.
public enum KeptColumns: Sendable, Hashable {
  case none
  /// All columns, in the order of the file.
  case all
  /// Columns by their names, in this order.
  case named([String])

  /// `all`, or names.
  public init(_ names: [String]) {
    self = names.isEmpty ? .none : names == ["all"] ? .all : .named(names)
  }
}

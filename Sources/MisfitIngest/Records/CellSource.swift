import MisfitCore

/// A source of text cells, whose columns may be of other kinds than numbers.
///
/// The kinds are decided in a first pass over ``withCells(_:)``; later passes read each cell by the kind of
/// its column.
protocol CellSource: RecordSource {
  /// The choices of the user for single columns.
  var typing: TypingOptions { get }
  /// The choices of the user for the notation of numbers.
  var numbers: NumberOptions { get }
  /// The handling of cells and records that cannot be read.
  var handling: BadDataHandling { get }
  /// Whether the first records hold nothing but numbers.
  var isSeeminglyNumeric: Bool { get }
  /// The notation of the numbers in each feature, scored by the first records.
  var notations: [ColumnNotation] { get }

  /// Returns the notation of the numbers in each feature, scored by all records.
  func notations(_ evidence: [NumberEvidence]) -> [ColumnNotation]

  /// Returns the source with each cell kept as it is written, along with its number in the given notation;
  /// nil takes the notation of the first records.
  func withCells(_ notations: [ColumnNotation]?) -> any CellSource

  /// Returns the source with a missing cell, or one that is not a number, as an error.
  func requiringNumbers() -> any CellSource

  /// Returns the source read by the columns of a table that was decided from all of its records.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns.
  func typed(asDecidedBy table: TableSchema) throws(IngestError) -> any CellSource

  /// Returns the source with another handling of what cannot be read.
  func handling(_ handling: BadDataHandling) -> any CellSource

  /// Returns an error that names all cells that cannot be read if `original` names one of them.
  ///
  /// Takes a pass over the records up to a million after that cell.
  func withAllCellsUnread(_ original: IngestError, threadCount: Int) -> IngestError
}

extension CellSource {
  /// Returns the source with each cell kept as it is written, along with its number.
  func withCells() -> any CellSource { withCells(nil) }
}

extension RecordSource {
  /// The source as a source of cells; nil if its values are numbers or pixels already.
  ///
  /// The one cast to it: cells are no concern of sources that others write.
  var cells: (any CellSource)? { self as? any CellSource }

  /// Returns an error that names all cells that cannot be read if `original` names one of them and the source
  /// is one of cells; otherwise `original` itself.
  package func withAllUnreadCells(_ original: IngestError, threadCount: Int) -> IngestError {
    cells?.withAllCellsUnread(original, threadCount: threadCount) ?? original
  }
}

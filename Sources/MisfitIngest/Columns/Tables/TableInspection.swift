import MisfitCore

/// The content of the columns of a table, and their encoding in a fit.
package struct TableInspection: Sendable {
  /// All columns, in the order of the file.
  package let columns: [TableColumn]
  /// The number of records.
  package let rowCount: Int
  /// Whether all columns are numbers without a missing cell: such a table is used as it is.
  package let isAllNumbers: Bool
  /// The cells that are not of their column's kind; nil if all can be read.
  package let unreadCells: UnreadCells?
  /// Samples of the columns of numbers, at most 400 of them; empty unless they are wanted.
  package let samples: [ColumnSample]

  /// Inspects a table in one pass.
  ///
  /// `onRows` is called with the rows read so far; an error that it throws ends the reading.
  ///
  /// - Throws: ``IngestError``.
  package init(
    _ source: any RecordSource, scaling: ScalingChoice = .automatic,
    threadCount: Int = WorkerPool.availableProcessorCount, keepsSamples: Bool = false,
    onRows: (Int) throws -> Void = { _ in }
  ) throws {
    guard source.layout.shape.imageExtents == nil else {
      throw IngestError(.noTable(option: "a look at columns"), at: InputPosition(source: source.name))
    }
    let typing = source.cells?.typing ?? TypingOptions()
    let profile = try TableProfile(source, options: typing, threadCount: threadCount, onRows: onRows)
    rowCount = profile.rowCount
    let kinds = try LargestValue.locating(in: source) {
      try profile.decided(options: typing, scaling: scaling)
    }
    if let decided = kinds {
      columns = decided
      isAllNumbers = false
      unreadCells = try source.cells.flatMap { source in
        try profile.unreadCells(
          decided, in: source, options: typing, threadCount: threadCount, onRows: onRows)
      }
    } else {
      columns = profile.plainColumns
      isAllNumbers = true
      unreadCells = nil
    }
    samples = keepsSamples ? profile.samples(of: columns) : []
  }
}

extension TableProfile {
  /// Returns the cells of a text that are not of their column's kind, found in a pass of its own if there are
  /// some.
  func unreadCells(
    _ columns: [TableColumn], in source: any CellSource, options: TypingOptions, threadCount: Int,
    onRows: (Int) throws -> Void
  ) throws -> UnreadCells? {
    guard columns.contains(where: { $0.isUsed && $0.unreadCount != nil }) else { return nil }
    let table = TableSchema(
      columns: columns, missingWords: options.allMissingWords, placeholderWords: options.allPlaceholderWords)
    return try UnreadCells.find(in: source, table: table, threadCount: threadCount, onRows: onRows)
  }

  /// Returns samples of the columns of numbers.
  fileprivate func samples(of decided: [TableColumn]) -> [ColumnSample] {
    decided.indices.filter { decided[$0].holdsNumbers }.prefix(ColumnSample.columnLimit).map {
      ColumnSample(columns[$0].sample, column: $0)
    }
  }

  /// The columns of a table of numbers alone.
  fileprivate var plainColumns: [TableColumn] {
    columns.indices.map { index in
      var forced = TypingOptions()
      let name = layout.featureName(at: index)
      forced.kinds = [name: .numeric]
      var column = ColumnDecision(
        name: name, profile: columns[index], options: forced, scaling: .standard
      ).column
      column.reason =
        column.numbers.map { $0.least == $0.largest } ?? false
        ? "a number, always the same one: any other will be an outlier" : "every value is a number"
      return column
    }
  }
}

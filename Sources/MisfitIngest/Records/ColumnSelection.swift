import MisfitCore

/// Some columns of a source of numbers, in any order, for models that need other columns than the source has.
///
/// Batches carry a hash of all values of their records, so that two passes over a source can be compared
/// although the second has fewer columns.
package struct ColumnSelection: RecordSource {
  package let layout: RecordLayout
  private let source: any RecordSource
  private let columns: [Int]

  package var name: String { source.name }
  package var filePaths: [String] { source.filePaths }

  /// Selects the columns with these indices.
  init(_ source: any RecordSource, columns: [Int]) {
    self.source = source
    self.columns = columns
    var layout = source.layout
    layout.shape = .row(columns.count)
    layout.columns = columns.map { source.layout.featureName(at: $0) }
    layout.valueKind = .float64
    self.layout = layout
  }

  package func makeReader() throws(IngestError) -> any RecordReader {
    ColumnSelectionReader(try source.makeReader(), layout: source.layout, columns: columns)
  }

  package func makeReader(threadCount: Int) throws(IngestError) -> any RecordReader {
    ColumnSelectionReader(
      try source.makeReader(threadCount: threadCount), layout: source.layout, columns: columns)
  }
}

extension ColumnSelection {
  /// Returns the columns of a schema: by name if both have names, otherwise by position; images as they are.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns, or counts the columns.
  static func of(
    _ source: any RecordSource, for schema: Schema
  ) throws(IngestError) -> any RecordSource {
    if let table = schema.table { return try of(source, for: table) }
    guard schema.namesAreGiven, source.layout.hasColumnsByName else { return source }
    return try of(source, named: schema.columnNames)
  }

  /// Returns the columns that a model's table uses: by name if the source has names, otherwise by position,
  /// of all columns of the table or of those in use.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns, or counts the columns.
  static func of(
    _ source: any RecordSource, for table: TableSchema
  ) throws(IngestError) -> any RecordSource {
    let layout = source.layout
    guard layout.shape.imageExtents == nil else { return source }
    guard !layout.hasColumnsByName else { return try of(source, named: table.used.map(\.name)) }
    let used = table.columns.indices.filter { table.columns[$0].isUsed }
    guard layout.width != used.count || used.count == table.columns.count else { return source }
    guard layout.width == table.columns.count else {
      let kind = IngestError.Kind.columnCount(expected: table.columns.count, found: layout.width)
      throw IngestError(kind, at: InputPosition(source: source.name))
    }
    return used.count == layout.width ? source : ColumnSelection(source, columns: used)
  }

  /// Returns the columns with these names; a source that has just these, in this order, as it is.
  ///
  /// - Throws: ``IngestError`` that lists the missing columns.
  private static func of(
    _ source: any RecordSource, named names: [String]
  ) throws(IngestError) -> any RecordSource {
    let layout = source.layout
    guard layout.columns != names else { return source }
    let indices = Dictionary(
      uniqueKeysWithValues: layout.columns.enumerated().map { ($0.element, $0.offset) })
    let missing = names.filter { indices[$0] == nil }
    guard missing.isEmpty else {
      let unknown = missing.map {
        IngestError.UnknownName(name: $0, nearest: NearestSpelling.of($0, among: layout.columns))
      }
      throw IngestError(.missingColumns(unknown), at: InputPosition(source: source.name))
    }
    return ColumnSelection(source, columns: names.compactMap { indices[$0] })
  }
}

extension RecordLayout {
  /// Whether columns can be found by their names: they have some, all different.
  fileprivate var hasColumnsByName: Bool {
    namesAreGiven && shape.imageExtents == nil && Set(columns).count == columns.count
  }
}

/// One pass over some columns.
private final class ColumnSelectionReader: RecordReader {
  private let reader: any RecordReader
  private let layout: RecordLayout
  private let columns: [Int]
  private var whole: RecordBatch?

  init(_ reader: any RecordReader, layout: RecordLayout, columns: [Int]) {
    self.reader = reader
    self.layout = layout
    self.columns = columns
  }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    var source =
      whole.flatMap { $0.capacity == batch.capacity ? $0 : nil }
      ?? RecordBatch(layout: layout, capacity: batch.capacity)
    whole = nil
    defer { whole = source }
    let hasMore = try reader.readBatch(into: &source)
    batch.reset(firstRecord: source.firstRecord)
    guard hasMore else { return false }
    var hash = FNVHash()
    for row in 0..<source.rowCount {
      for column in 0..<source.width {
        hash.add(source.value(row: row, column: column).bitPattern)
      }
      batch.append(
        columns.map { source.value(row: row, column: $0) }, id: source.ids.isEmpty ? nil : source.ids[row],
        label: source.labels.isEmpty ? nil : source.labels[row])
    }
    batch.note(contentHash: hash.value)
    batch.hasMissing = source.hasMissing
    (batch.lines, batch.byteOffsets) = (source.lines, source.byteOffsets)
    return true
  }
}

import MisfitCore

/// Some columns of a source of numbers, for models whose table leaves others out.
///
/// Batches carry a hash of all values of their records, so that two passes over a source can be compared although the second
/// has fewer columns.
package struct ColumnSelection: RecordSource {
  package let layout: RecordLayout
  private let source: any RecordSource
  private let columns: [Int]

  package var name: String { source.name }

  /// Takes the columns with these indices.
  init(_ source: any RecordSource, columns: [Int]) {
    self.source = source
    self.columns = columns
    var layout = source.layout
    layout.shape = .row(columns.count)
    layout.columns = columns.map { source.layout.featureName(at: $0) }
    layout.valueKind = .float64
    self.layout = layout
  }

  /// Takes the columns that a model's table uses: by name where the source has names, else by position; a source that has just
  /// these columns is taken as it is.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there, or counts them.
  package static func of(
    _ source: any RecordSource, for table: TableSchema
  ) throws(IngestError) -> any RecordSource {
    let layout = source.layout
    let used = table.columns.indices.filter { table.columns[$0].isUsed }
    guard layout.shape.imageExtents == nil else { return source }
    if layout.namesAreGiven, Set(layout.columns).count == layout.columns.count {
      let places = Dictionary(
        uniqueKeysWithValues: layout.columns.enumerated().map { ($0.element, $0.offset) })
      let missing = table.used.map(\.name).filter { places[$0] == nil }
      guard missing.isEmpty else {
        let unknown = missing.map {
          IngestError.UnknownName(name: $0, nearest: NearestSpelling.of($0, among: layout.columns))
        }
        throw IngestError(.missingColumns(unknown), at: InputPosition(source: source.name))
      }
      let columns = table.used.compactMap { places[$0.name] }
      return columns == Array(0..<layout.width) ? source : ColumnSelection(source, columns: columns)
    }
    guard layout.width != used.count || used.count == table.columns.count else { return source }
    guard layout.width == table.columns.count else {
      let kind = IngestError.Kind.columnCount(expected: table.columns.count, found: layout.width)
      throw IngestError(kind, at: InputPosition(source: source.name))
    }
    return used.count == layout.width ? source : ColumnSelection(source, columns: used)
  }

  /// Begins at the first record.
  package func makeReader() throws(IngestError) -> any RecordReader {
    ColumnSelectionReader(try source.makeReader(), layout: source.layout, columns: columns)
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
    var source = whole ?? RecordBatch(layout: layout, capacity: batch.capacity)
    whole = nil
    defer { whole = source }
    let hasMore = try reader.readBatch(into: &source)
    batch.reset(firstRecord: source.firstRecord)
    guard hasMore else { return false }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for row in 0..<source.rowCount {
      for column in 0..<source.width {
        hash = (hash ^ source.value(row: row, column: column).bitPattern) &* 0x100_0000_01b3
      }
      batch.append(
        columns.map { source.value(row: row, column: $0) }, id: source.ids.isEmpty ? nil : source.ids[row],
        label: source.labels.isEmpty ? nil : source.labels[row])
    }
    batch.note(contentHash: hash)
    batch.hasMissing = source.hasMissing
    (batch.lines, batch.byteOffsets) = (source.lines, source.byteOffsets)
    return true
  }
}

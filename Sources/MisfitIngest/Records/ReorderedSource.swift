import MisfitCore

/// Some columns of another source, in another order.
struct ReorderedSource: RecordSource {
  let source: any RecordSource
  let layout: RecordLayout
  /// The source's column for each column of ``layout``.
  let places: [Int]

  var name: String { source.name }

  func makeReader() throws(IngestError) -> any RecordReader {
    ReorderedReader(try source.makeReader(), source.layout, places)
  }
}

/// One pass over reordered columns.
private final class ReorderedReader: RecordReader {
  private let reader: any RecordReader
  private let layout: RecordLayout
  private let places: [Int]
  private var records: RecordBatch?

  init(_ reader: any RecordReader, _ layout: RecordLayout, _ places: [Int]) {
    self.reader = reader
    self.layout = layout
    self.places = places
  }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    var records = records ?? RecordBatch(layout: layout, capacity: batch.capacity)
    if records.capacity > batch.capacity { records = RecordBatch(layout: layout, capacity: batch.capacity) }
    let hasRecords = try reader.readBatch(into: &records)
    batch.reset(firstRecord: records.firstRecord)
    for row in 0..<records.rowCount {
      batch.append(
        places.map { records.value(row: row, column: $0) },
        id: records.ids.isEmpty ? nil : records.ids[row],
        label: records.labels.isEmpty ? nil : records.labels[row])
    }
    self.records = records
    return hasRecords
  }
}

extension RecordSource {
  /// The source with just these columns, found by their names.
  ///
  /// - Throws: ``IngestError`` that lists the columns that are not there.
  package func reordered(for columns: [String]) throws(IngestError) -> any RecordSource {
    guard layout.columns != columns else { return self }
    var places: [String: Int] = [:]
    for (place, name) in layout.columns.enumerated() { places[name] = place }
    let missing = columns.filter { places[$0] == nil }
    guard missing.isEmpty else {
      let names = missing.map {
        IngestError.UnknownName(name: $0, nearest: NearestSpelling.of($0, among: layout.columns))
      }
      throw IngestError(.missingColumns(names), at: InputPosition(source: name))
    }
    var ordered = layout
    ordered.shape = .row(columns.count)
    ordered.columns = columns
    ordered.valueKind = .float64
    return ReorderedSource(source: self, layout: ordered, places: columns.compactMap { places[$0] })
  }
}

import Misfit

/// The first samples of a source, in memory.
struct LabelledImages {
  let shape: SampleShape
  private(set) var values: [[Double]] = []
  private(set) var labels: [String] = []
  /// Paths in their folder, where they come from one; else numbers.
  private(set) var ids: [String] = []

  /// Reads samples until there are enough.
  ///
  /// - Throws: ``IngestError``.
  init(reading source: any RecordSource, atMost count: Int) throws {
    shape = source.layout.shape
    let reader = try source.makeReader()
    var batch = RecordBatch(layout: source.layout, capacity: min(256, source.layout.batchRowCount))
    while values.count < count, try reader.readBatch(into: &batch) {
      for row in 0..<min(batch.rowCount, count - values.count) {
        values.append((0..<batch.width).map { batch.value(row: row, column: $0) })
        ids.append(batch.id(ofRow: row))
        labels.append(batch.labels.isEmpty ? "" : batch.labels[row])
      }
    }
  }
}

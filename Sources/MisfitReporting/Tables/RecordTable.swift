import Misfit
import MisfitCore
import MisfitIngest
import MisfitReports

/// A writer of a source's records: CSV, or NPY if the path ends in `.npy`.
package final class RecordTable {
  /// The number of rows written so far.
  package private(set) var rowCount = 0
  private let path: String
  private let layout: RecordLayout
  private let rows: MatrixFile

  /// Creates the file and writes its header.
  ///
  /// - Throws: ``FileError``.
  package init(_ path: String, layout: RecordLayout) throws(FileError) {
    self.path = path
    self.layout = layout
    let names = (0..<layout.width).map { layout.featureName(at: $0) }
    rows = try MatrixFile(path, columns: names + (layout.hasLabels ? ["label"] : []), shape: layout.shape)
  }

  /// Writes the rows of a batch.
  ///
  /// Numbers are the shortest texts that round-trip as 32-bit floats.
  ///
  /// - Throws: ``FileError``.
  package func write(_ batch: RecordBatch) throws(FileError) {
    for row in 0..<batch.rowCount {
      let values = (0..<layout.width).map { Float(batch.value(row: row, column: $0)) }
      try rows.write(values, trailing: batch.labels.isEmpty ? [] : [batch.labels[row]])
    }
    rowCount += batch.rowCount
  }

  /// Completes the file and moves it to its path.
  ///
  /// - Throws: ``FileError``.
  package func finish() throws(FileError) { try rows.finish() }

  /// A summary of the output as JSON text.
  package var json: String {
    JSONText.compact([
      "path": JSONValue(path), "samples": JSONValue(rowCount), "shape": JSONValue(layout.shape.extents),
    ])
  }
}

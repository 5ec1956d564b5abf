import Misfit
import MisfitCore
import MisfitIngest
import MisfitReports

/// The records of a source as CSV, or as NPY where the path ends in `.npy`.
package final class RecordTable {
  /// Rows written so far.
  package private(set) var rowCount = 0
  private let path: String
  private let layout: RecordLayout
  private let rows: MatrixFile

  /// Begins the file.
  ///
  /// - Throws: ``FileError``.
  package init(_ path: String, layout: RecordLayout) throws(FileError) {
    self.path = path
    self.layout = layout
    let names = (0..<layout.width).map { layout.featureName(at: $0) }
    rows = try MatrixFile(path, columns: names + (layout.hasLabels ? ["label"] : []), shape: layout.shape)
  }

  /// Writes the rows of a batch; numbers are the shortest text of 32-bit floats.
  ///
  /// - Throws: ``FileError``.
  package func write(_ batch: RecordBatch) throws(FileError) {
    for row in 0..<batch.rowCount {
      let values = (0..<layout.width).map { Float(batch.value(row: row, column: $0)) }
      try rows.write(values, trailing: batch.labels.isEmpty ? [] : [batch.labels[row]])
    }
    rowCount += batch.rowCount
  }

  /// Finishes the file and puts it in its place.
  ///
  /// - Throws: ``FileError``.
  package func finish() throws(FileError) { try rows.finish() }

  /// What was written, for machines.
  package var json: String {
    JSONText.compact([
      "path": JSONValue(path), "samples": JSONValue(rowCount), "shape": JSONValue(layout.shape.extents),
    ])
  }
}

import Misfit
import MisfitCore
import MisfitReports

/// Rows of floats that a model gave, one a sample: CSV with the samples' ids and labels, or NPY where the
/// path ends in `.npy`.
package final class RowTable {
  /// Rows written so far.
  package private(set) var rowCount = 0
  /// The bytes that were written, the header among them.
  package var byteCount: Int { rows.byteCount }
  private let path: String
  private let shape: SampleShape
  private let hasLabels: Bool
  private let rows: MatrixFile

  /// Begins the file; `columns` are the names of the `shape`'s values.
  ///
  /// - Throws: ``FileError``.
  package init(_ path: String, columns: [String], shape: SampleShape, hasLabels: Bool) throws(FileError) {
    self.path = path
    self.shape = shape
    self.hasLabels = hasLabels
    rows = try MatrixFile(path, columns: ["id"] + (hasLabels ? ["label"] : []) + columns, shape: shape)
  }

  /// Writes the rows of a batch: `values` [N, C]; `decode` turns the value of a column into what is written.
  ///
  /// - Throws: ``FileError``.
  package func write(
    _ batch: ScoredBatch, values: FloatSlice,
    decode: (_ column: Int, _ value: Float) -> Double = { Double($1) }
  ) throws(FileError) {
    let width = shape.elementCount
    for row in 0..<batch.count {
      let decoded = (0..<width).map { Float(decode($0, values[row * width + $0])) }
      let names = [batch.id(at: row)] + (hasLabels ? [batch.label(at: row) ?? ""] : [])
      try rows.write(decoded, leading: names)
    }
    rowCount += batch.count
  }

  /// Writes what the model expects of a batch's cells.
  ///
  /// - Throws: ``FileError``.
  /// - Precondition: the file is CSV.
  package func writeExpectedCells(of batch: ScoredBatch) throws(FileError) {
    let schema = batch.detector.schema
    for row in 0..<batch.count {
      let inputs = batch.reconstruction(at: row).array
      let names = [batch.id(at: row)] + (hasLabels ? [batch.label(at: row) ?? ""] : [])
      let cells = (0..<schema.width).map { column -> String in
        let cell = schema.cell(of: inputs.span, column: column)
        return cell.number.map { CSVText.number(Float($0)) } ?? cell.description
      }
      try rows.write(texts: names + cells)
    }
    rowCount += batch.count
  }

  /// Finishes the file and puts it in its place.
  ///
  /// - Throws: ``FileError``.
  package func finish() throws(FileError) { try rows.finish() }

  /// What was written, for machines.
  package var json: String { JSONText.compact(.object(jsonObject)) }

  /// The same, to be added to.
  package var jsonObject: JSONObject {
    ["path": JSONValue(path), "samples": JSONValue(rowCount), "shape": JSONValue(shape.extents)]
  }
}

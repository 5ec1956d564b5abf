import Misfit
import MisfitCore
import MisfitReports

/// A writer of a model's output, one row a sample: CSV with the ids and labels of the samples, or NPY if the
/// path ends in `.npy`.
package final class RowTable {
  /// The number of rows written so far.
  package private(set) var rowCount = 0
  /// The number of bytes written so far, header included.
  package var byteCount: Int { rows.byteCount }
  private let path: String
  private let shape: SampleShape
  private let hasLabels: Bool
  private let rows: MatrixFile

  /// Creates the file and writes its header; `columns` are the names of the values of `shape`.
  ///
  /// - Throws: ``FileError``.
  package init(_ path: String, columns: [String], shape: SampleShape, hasLabels: Bool) throws(FileError) {
    self.path = path
    self.shape = shape
    self.hasLabels = hasLabels
    rows = try MatrixFile(path, columns: ["id"] + (hasLabels ? ["label"] : []) + columns, shape: shape)
  }

  /// Writes the rows of a batch.
  ///
  /// `values` has the shape [N, C]; `decode` maps the value of a column to the number that is written.
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

  /// Writes the cells that the model expects of a batch.
  ///
  /// - Throws: ``FileError``.
  /// - Precondition: the file is CSV.
  package func writeExpectedCells(of batch: ScoredBatch) throws(FileError) {
    let schema = batch.detector.schema
    let judged = batch.detector.record.series.map { Set($0.columns) }
    for row in 0..<batch.count {
      let inputs = batch.reconstruction(at: row).array
      let names = [batch.id(at: row)] + (hasLabels ? [batch.label(at: row) ?? ""] : [])
      let cells = (0..<schema.width).map { column -> String in
        // Of series, times and names are not reconstructed.
        let isKept = judged.map { !$0.contains(column) } ?? false
        let cell =
          isKept ? batch.cell(at: row, column: column) : schema.cell(of: inputs.span, column: column)
        return cell.number.map { CSVText.number(Float($0)) } ?? cell.description
      }
      try rows.write(texts: names + cells)
    }
    rowCount += batch.count
  }

  /// Completes the file and moves it to its path.
  ///
  /// - Throws: ``FileError``.
  package func finish() throws(FileError) { try rows.finish() }

  /// A summary of the output as JSON text.
  package var json: String { JSONText.compact(.object(jsonObject)) }

  /// A summary of the output as a JSON object.
  package var jsonObject: JSONObject {
    ["path": JSONValue(path), "samples": JSONValue(rowCount), "shape": JSONValue(shape.extents)]
  }
}

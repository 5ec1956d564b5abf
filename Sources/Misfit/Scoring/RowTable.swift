import MisfitCore
import MisfitReports

/// Rows of floats, one a sample, as CSV with the samples' ids or as NPY.
///
/// NPY: version 1.0, little-endian 32-bit floats in C order, `[samples] + shape`; its header is written when the count is known, so it needs a file
/// and not a pipe. Source: NumPy Enhancement Proposal 1.
public final class RowTable {
  private enum Form {
    case csv
    case npy
  }

  /// Rows written so far.
  public private(set) var rowCount = 0
  private let path: String
  private let file: OutputFile
  private let form: Form
  private let shape: Shape
  private let hasLabels: Bool
  private let text = CSVText()
  private var npy: [UInt8] = []

  /// Begins the file; NPY where its path ends in `.npy`.
  ///
  /// - Throws: ``FileError``.
  public init(_ path: String, columns: [String], shape: Shape, hasLabels: Bool) throws(FileError) {
    self.path = path
    self.shape = shape
    self.hasLabels = hasLabels
    file = try OutputFile(path)
    form = path.hasSuffix(".npy") ? .npy : .csv
    switch form {
    case .csv: try file.write(text.row(["id"] + (hasLabels ? ["label"] : []) + columns))
    case .npy: try file.write(Self.npyHeader(rowCount: 0, shape: shape))
    }
  }

  /// Writes the rows of a batch: `values` [N, C]; `decode` turns the value of a column into what is written.
  ///
  /// - Throws: ``FileError``.
  public func write(
    _ batch: ScoredBatch, values: FloatSlice, decode: (_ column: Int, _ value: Float) -> Double = { Double($1) }
  ) throws(FileError) {
    let width = shape.elementCount
    for row in 0..<batch.count {
      switch form {
      case .csv:
        var fields = [text.field(batch.id(at: row))]
        if hasLabels { fields.append(text.field(batch.label(at: row) ?? "")) }
        for column in 0..<width { fields.append(CSVText.number(Float(decode(column, values[row * width + column])))) }
        try file.write(fields.joined(separator: ",") + "\n")
      case .npy:
        for column in 0..<width { append(Float(decode(column, values[row * width + column])).bitPattern) }
        try file.write(npy)
        npy.removeAll(keepingCapacity: true)
      }
    }
    rowCount += batch.count
  }

  /// Finishes the file and puts it in its place.
  ///
  /// - Throws: ``FileError``.
  public func finish() throws(FileError) {
    if form == .npy { try file.overwriteBeginning(with: Self.npyHeader(rowCount: rowCount, shape: shape)) }
    try file.commit()
  }

  /// What was written, for machines.
  public var json: String {
    JSONText.compact([
      "path": JSONValue(path), "samples": JSONValue(rowCount), "shape": JSONValue(shape.extents),
    ])
  }

  private func append(_ bits: UInt32) {
    for shift in [0, 8, 16, 24] { npy.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
  }

  /// Always the same length for a shape, so that it can be written again when the rows are counted.
  private static func npyHeader(rowCount: Int, shape: Shape) -> [UInt8] {
    let extents = ([rowCount] + shape.extents).map(String.init).joined(separator: ", ")
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    let length = 64 * ((10 + text.utf8.count + 20 + 63) / 64)
    let fixedLength = max(128, length)
    text += String(repeating: " ", count: fixedLength - 10 - text.utf8.count - 1) + "\n"
    let count = fixedLength - 10
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 0xFF), UInt8(count >> 8)] + Array(text.utf8)
  }
}

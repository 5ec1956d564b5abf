import Misfit
import MisfitCore
import MisfitReports

/// Rows of floats as CSV with a header, or as NPY where the path ends in `.npy`.
///
/// NPY: version 1.0, little-endian 32-bit floats in C order, `[rows] + shape`; the header is written again
/// when the rows are counted, so it needs a file and not a pipe. Source: NumPy Enhancement Proposal 1.
final class MatrixFile {
  private let file: OutputFile
  private let shape: SampleShape
  private let isNPY: Bool
  private let text = CSVText()
  private var rowCount = 0
  /// What was written so far.
  private(set) var byteCount = 0

  /// Begins the file.
  ///
  /// - Throws: ``FileError``.
  init(_ path: String, columns: [String], shape: SampleShape) throws(FileError) {
    self.shape = shape
    isNPY = path.hasSuffix(".npy")
    file = try OutputFile(path)
    let beginning = isNPY ? Self.npyHeader(rowCount: 0, shape: shape) : text.row(columns)
    byteCount = beginning.count
    try file.write(beginning)
  }

  /// Writes one row; texts before and after the numbers go into CSV alone.
  ///
  /// - Throws: ``FileError``.
  func write(_ values: [Float], leading: [String] = [], trailing: [String] = []) throws(FileError) {
    rowCount += 1
    var bytes: [UInt8] = []
    if isNPY {
      bytes.reserveCapacity(values.count * 4)
      for value in values {
        for shift: UInt32 in [0, 8, 16, 24] {
          bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
        }
      }
    } else {
      text.append(leading + values.map { CSVText.number($0) } + trailing, to: &bytes)
    }
    byteCount += bytes.count
    try file.write(bytes)
  }

  /// Writes one row of texts, into CSV alone.
  ///
  /// - Throws: ``FileError``.
  func write(texts: [String]) throws(FileError) {
    precondition(!isNPY, "arrays hold numbers")
    rowCount += 1
    var bytes: [UInt8] = []
    text.append(texts, to: &bytes)
    try file.write(bytes)
  }

  /// Finishes the file and puts it in its place.
  ///
  /// - Throws: ``FileError``.
  func finish() throws(FileError) {
    if isNPY { try file.overwriteBeginning(with: Self.npyHeader(rowCount: rowCount, shape: shape)) }
    try file.commit()
  }

  /// As long for no rows as for any number of them, so that it can be written over.
  private static func npyHeader(rowCount: Int, shape: SampleShape) -> [UInt8] {
    let extents = shape.extents.map { ", \($0)" }.joined()
    let longest = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(Int.max)\(extents)), }".utf8.count
    let length = (10 + longest + 1 + 63) / 64 * 64 - 10
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rowCount)\(extents)), }"
    let padded = text + String(repeating: " ", count: length - text.utf8.count - 1) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
      + Array(padded.utf8)
  }
}

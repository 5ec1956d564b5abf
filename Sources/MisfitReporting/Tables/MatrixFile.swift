import Misfit
import MisfitCore
import MisfitReports

/// A writer of rows of floats: CSV with a header, or NPY if the path ends in `.npy`.
///
/// NPY: version 1.0, little-endian 32-bit floats in C order, shape `[rows] + shape`. The header is rewritten
/// when the number of rows is known, so the output must be a file, not a pipe. Source: NumPy Enhancement
/// Proposal 1.
final class MatrixFile {
  private let file: OutputFile
  private let shape: SampleShape
  private let isNPY: Bool
  private let text = CSVText()
  private var rowCount = 0
  /// The number of bytes written so far.
  private(set) var byteCount = 0

  /// Creates the file and writes its header.
  ///
  /// - Throws: ``FileError``.
  init(_ path: String, columns: [String], shape: SampleShape) throws(FileError) {
    self.shape = shape
    isNPY = path.hasSuffix(".npy")
    file = try OutputFile(path)
    let header = isNPY ? Self.npyHeader(rowCount: 0, shape: shape) : text.row(columns)
    byteCount = header.count
    try file.write(header)
  }

  /// Writes one row; `leading` and `trailing` texts are written to CSV only.
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

  /// Writes one row of texts.
  ///
  /// - Precondition: the file is CSV.
  ///
  /// - Throws: ``FileError``.
  func write(texts: [String]) throws(FileError) {
    precondition(!isNPY, "arrays hold numbers")
    rowCount += 1
    var bytes: [UInt8] = []
    text.append(texts, to: &bytes)
    try file.write(bytes)
  }

  /// Completes the file and moves it to its path.
  ///
  /// - Throws: ``FileError``.
  func finish() throws(FileError) {
    if isNPY { try file.overwriteBeginning(with: Self.npyHeader(rowCount: rowCount, shape: shape)) }
    try file.commit()
  }

  /// Returns a header whose length does not depend on the number of rows, so that it can be overwritten in
  /// place.
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

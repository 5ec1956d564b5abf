import MisfitCore
import MisfitKernels

/// The storage of a row.
package enum RowKind: Sendable, Hashable {
  /// Encoded floats.
  case floats
  /// Pixels of one byte each, which are read as `byte / divisor`.
  case pixels(divisor: Float)

  func byteCount(ofWidth width: Int) -> Int { self == .floats ? width * 4 : width }
}

/// Memory for a fixed number of rows.
///
/// One thread fills a block and then hands it over; no thread reads a block that is being filled.
final class RowBlock: @unchecked Sendable {
  let kind: RowKind
  let width: Int
  let capacity: Int
  private let floats: FloatBuffer
  private let pixels: ByteBuffer

  init(kind: RowKind, width: Int, capacity: Int) {
    self.kind = kind
    self.width = width
    self.capacity = capacity
    floats = FloatBuffer(count: kind == .floats ? capacity * width : 0)
    pixels = ByteBuffer(count: kind == .floats ? 0 : capacity * width)
  }

  var byteCount: Int { capacity * kind.byteCount(ofWidth: width) }

  /// Overwrites rows from `row` on.
  func setRows(_ row: Int, from source: FloatSlice) {
    floats[row * width..<row * width + source.count].copy(from: source)
  }

  /// Overwrites rows from `row` on.
  func setRows(_ row: Int, from source: ArraySlice<UInt8>) {
    pixels.copy(from: source, at: row * width)
  }

  /// Returns a table of the rows of several blocks, for gathering in any order.
  static func table(of blocks: [RowBlock], kind: RowKind, width: Int, rowsPerBlock: Int, rowCount: Int)
    -> RowTable
  {
    switch kind {
    case .floats:
      RowTable(
        blocks.map { .floats($0.floats) }, rowsPerBlock: rowsPerBlock, rowCount: rowCount, width: width,
        divisor: nil)
    // A division, not a product with the reciprocal: the quotient is the one of encoding a single row.
    case .pixels(let divisor):
      RowTable(
        blocks.map { .bytes($0.pixels) }, rowsPerBlock: rowsPerBlock, rowCount: rowCount, width: width,
        divisor: divisor)
    }
  }

  /// Returns a table of the rows of this block alone.
  func table(rowCount: Int) -> RowTable {
    RowBlock.table(of: [self], kind: kind, width: width, rowsPerBlock: max(capacity, 1), rowCount: rowCount)
  }

  /// Appends the first `rowCount` rows to a file.
  func write(rowCount: Int, to file: ByteFile) throws(FileError) {
    switch kind {
    case .floats: try file.write(floats[0..<rowCount * width])
    case .pixels: try file.write(pixels, first: rowCount * width)
    }
  }

  /// Overwrites rows from `row` on with rows of a file.
  func read(_ row: Int, rowCount: Int, from file: ByteFile, atByteOffset offset: Int) throws(IngestError) {
    let expected = rowCount * kind.byteCount(ofWidth: width)
    var found = 0
    do {
      switch kind {
      case .floats:
        let target = floats[row * width..<(row + rowCount) * width]
        found = try file.read(into: target, atByteOffset: offset)
      case .pixels: found = try file.read(into: pixels, row * width, expected, atByteOffset: offset)
      }
    } catch { throw RowStore.failure(error) }
    guard found == expected else {
      let place = InputPosition(source: file.path, byteOffset: offset + found)
      throw IngestError(.truncated(expectedBytes: offset + expected, foundBytes: offset + found), at: place)
    }
  }
}

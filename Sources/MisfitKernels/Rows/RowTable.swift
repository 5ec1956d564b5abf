import CVectorKernels
import MisfitCore

/// Rows of floats, or of bytes that are converted to floats, in blocks of memory, gathered in any order.
///
/// Shapes: D values a row.
@safe package final class RowTable: @unchecked Sendable {
  /// The memory of one block.
  package enum Block: Sendable {
    case floats(FloatBuffer)
    /// Bytes; each is read as `byte / divisor`.
    case bytes(ByteBuffer)
  }

  private let blocks: [Block]
  private let addresses: UnsafeMutableBufferPointer<UnsafeRawPointer>
  private let width: Int
  private let rowsPerBlock: Int
  private let rowCount: Int
  private let divisor: Float

  /// Creates a table of blocks of the same kind, each with `rowsPerBlock` rows, the last with the rest.
  ///
  /// `divisor` is the divisor of bytes; nil for floats.
  ///
  /// - Precondition: the blocks hold `rowCount` rows of `width` values.
  package init(_ blocks: [Block], rowsPerBlock: Int, rowCount: Int, width: Int, divisor: Float?) {
    precondition(rowsPerBlock >= 1 && width >= 1, "rowsPerBlock and width are at least 1")
    precondition(
      (rowCount + rowsPerBlock - 1) / rowsPerBlock <= blocks.count, "the blocks are too small for the rows")
    self.blocks = blocks
    self.width = width
    self.rowsPerBlock = rowsPerBlock
    self.rowCount = rowCount
    self.divisor = divisor ?? 0
    unsafe addresses = .allocate(capacity: max(blocks.count, 1))
    for (index, block) in blocks.enumerated() {
      let rows = min(rowsPerBlock, rowCount - index * rowsPerBlock)
      switch block {
      case .floats(let buffer):
        precondition(divisor == nil && buffer.count >= rows * width, "the block is too small for its rows")
        unsafe addresses.initializeElement(at: index, to: UnsafeRawPointer(buffer.base))
      case .bytes(let buffer):
        precondition(divisor != nil && buffer.count >= rows * width, "the block is too small for its rows")
        unsafe addresses.initializeElement(at: index, to: UnsafeRawPointer(buffer.base))
      }
    }
  }

  deinit { unsafe addresses.deallocate() }

  /// Copies the rows at the positions of `range`, as floats: `destination` [range.count, D] or larger.
  ///
  /// `order` contains the row at each position; empty means storage order.
  ///
  /// - Precondition: the range is inside the order, and the order's rows are inside the table.
  package func gather(_ range: Range<Int>, order: [UInt32] = [], into destination: FloatSlice) {
    precondition(
      range.lowerBound >= 0 && destination.count >= range.count * width,
      "the destination is too small for the rows")
    precondition(
      range.upperBound <= (order.isEmpty ? rowCount : order.count), "the rows are outside the table")
    for place in range where !order.isEmpty {
      precondition(Int(order[place]) < rowCount, "the row is outside the table")
    }
    guard !range.isEmpty, let blocks = unsafe UnsafePointer(addresses.baseAddress) else { return }
    unsafe order.withUnsafeBufferPointer { order in
      var table = unsafe misfit_row_table(
        blocks: UnsafePointer(blocks), rows_per_block: rowsPerBlock,
        row_bytes: width * (divisor == 0 ? MemoryLayout<Float>.stride : 1), divisor: divisor,
        order: order.isEmpty ? nil : order.baseAddress)
      unsafe VectorKernels.current.table.gather_rows(
        &table, range.lowerBound, range.count, destination.pointer)
    }
  }
}

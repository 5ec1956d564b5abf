/// Rows of floats that follow each other in a slice: [count, width].
///
/// Like a ``FloatSlice``, it is a reference: copies see the same floats.
///
///     let rows = Rows(count: 100, width: 4)
///     rows[7].fill(with: 1)        // the row at index 7: [4]
///     rows[10..<20].slice          // ten rows: [10, 4]
package struct Rows: Sendable {
  /// The floats of all rows, one row after the other.
  package let slice: FloatSlice
  /// The number of floats in a row.
  package let width: Int
  /// The number of rows.
  package let count: Int

  /// Allocates rows of zeros.
  ///
  /// - Precondition: neither number is negative.
  package init(count: Int, width: Int) {
    self.init(FloatBuffer(count: count * width).all, width: width, count: count)
  }

  /// Views a slice as rows.
  ///
  /// - Precondition: the slice has whole rows of at least one float.
  package init(_ slice: FloatSlice, width: Int) {
    precondition(width >= 1 && slice.count % width == 0, "whole rows")
    self.init(slice, width: width, count: slice.count / width)
  }

  private init(_ slice: FloatSlice, width: Int, count: Int) {
    self.slice = slice
    self.width = width
    self.count = count
  }

  /// The indices of the rows.
  package var indices: Range<Int> { 0..<count }

  /// One row: [width].
  ///
  /// - Precondition: `0 <= row < count`.
  @inlinable package subscript(row: Int) -> FloatSlice {
    precondition(row >= 0 && row < count, "row outside the rows")
    return FloatSlice(buffer: slice.buffer, offset: slice.offset + row * width, count: width)
  }

  /// A range of rows.
  ///
  /// - Precondition: the range is inside the rows.
  package subscript(rows: Range<Int>) -> Rows {
    Rows(slice[rows.lowerBound * width..<rows.upperBound * width], width: width, count: rows.count)
  }

  /// Creates a copy of the rows at `indices`, in that order.
  ///
  /// - Precondition: the indices are those of rows.
  package func selecting(_ indices: [Int]) -> Rows {
    let selected = Rows(count: indices.count, width: width)
    for (row, index) in indices.enumerated() { selected[row].copy(from: self[index]) }
    return selected
  }
}

/// Some adjacent columns of a matrix: `count` of the `width` columns, from `first` on.
///
/// Shapes: `slice` [N, width].
package struct FloatColumns: Sendable {
  private let slice: FloatSlice
  private let width: Int
  private let first: Int
  private let count: Int

  /// Creates columns.
  ///
  /// - Precondition: the columns are in the matrix, which is whole rows.
  package init(_ slice: FloatSlice, width: Int, first: Int = 0, count: Int) {
    precondition(first >= 0 && count > 0 && count <= width - first, "columns outside of the matrix")
    precondition(slice.count % width == 0, "whole rows")
    self.slice = slice
    self.width = width
    self.first = first
    self.count = count
  }

  /// Copies `rows` of other columns.
  ///
  /// - Precondition: both have these rows and as many columns, in memory that does not overlap.
  package func copy(_ rows: Range<Int>, of other: FloatColumns) {
    check(rows, other)
    for row in rows { unsafe pointer(row).update(from: other.pointer(row), count: count) }
  }

  /// Adds `rows` of other columns.
  ///
  /// - Precondition: both have these rows and as many columns, in memory that does not overlap.
  package func add(_ rows: Range<Int>, of other: FloatColumns) {
    check(rows, other)
    for row in rows {
      let (target, source) = unsafe (pointer(row), other.pointer(row))
      for column in 0..<count { unsafe target[column] += source[column] }
    }
  }

  private func check(_ rows: Range<Int>, _ other: FloatColumns) {
    precondition(other.count == count, "as many columns")
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= slice.count / width
        && rows.upperBound <= other.slice.count / other.width, "rows outside of a matrix")
  }

  /// The address of the first of the columns in a row that ``check(_:_:)`` has allowed.
  private func pointer(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe slice.pointer + (row * width + first)
  }
}

/// A column of an Arrow record batch: views of its buffers and their type.
///
/// It knows nothing of where the buffers came from, so that the C data interface and files share it.
package struct ArrowColumn: Sendable {
  /// The type of the values.
  package let type: ArrowType
  /// The number of cells.
  package let count: Int
  /// The index of the first cell in the buffers.
  package let offset: Int
  /// A bit for each cell, 0 if it is missing; nil if none is.
  private let validity: ArrowBuffer?
  /// The values, the offsets of texts, or the views of texts.
  let values: ArrowBuffer
  /// The bytes of texts; several buffers for views.
  let data: [ArrowBuffer]
  /// The values of lists, or those of a dictionary in one column after the other; empty for other types.
  let inner: [ArrowColumn]

  /// Creates a column, with the extents of all buffers and the order of offsets checked.
  ///
  /// - Throws: ``ArrowColumnProblem``.
  package init(
    _ type: ArrowType, count: Int, offset: Int = 0, validity: ArrowBuffer? = nil,
    values: ArrowBuffer = .empty, data: [ArrowBuffer] = [], inner: ArrowColumn? = nil
  ) throws(ArrowColumnProblem) {
    try self.init(
      type, count: count, offset: offset, validity: validity, values: values, data: data,
      inner: inner.map { [$0] } ?? [])
  }

  /// Creates a column, whose dictionary may be in several columns, with the extents of all buffers and the
  /// order of offsets checked.
  ///
  /// - Throws: ``ArrowColumnProblem``.
  init(
    _ type: ArrowType, count: Int, offset: Int = 0, validity: ArrowBuffer?, values: ArrowBuffer,
    data: [ArrowBuffer], inner: [ArrowColumn]
  ) throws(ArrowColumnProblem) {
    self.type = type
    self.count = count
    self.offset = offset
    self.validity = validity
    self.values = values
    self.data = data
    self.inner = inner
    try check()
  }

  private func check() throws(ArrowColumnProblem) {
    let (end, overflows) = count.addingReportingOverflow(offset)
    guard count >= 0, offset >= 0, !overflows, end < 1 << 56 else { throw ArrowColumnProblem("its length") }
    guard count > 0 else { return }
    if let validity, validity.byteCount < (end + 7) / 8 { throw ArrowColumnProblem("its validity bitmap") }
    switch type {
    case .null: return
    case .boolean:
      guard values.byteCount >= (end + 7) / 8 else { throw ArrowColumnProblem("its values") }
    case .text(let byteCount):
      guard data.count == 1, values.byteCount / byteCount > end else {
        throw ArrowColumnProblem("its offsets")
      }
      try checkOffsets()
    case .fixedList(let length, let element):
      let (needed, overflows) = end.multipliedReportingOverflow(by: length)
      guard let inner = inner.first, inner.type == element, !overflows, inner.count >= needed else {
        throw ArrowColumnProblem("the length of its lists")
      }
    case .dictionary(let index, let dictionary):
      guard inner.allSatisfy({ $0.type == dictionary }), index.isNumeric, index != .duration else {
        throw ArrowColumnProblem("its dictionary")
      }
      guard let width = index.byteCount, values.byteCount / width >= end else {
        throw ArrowColumnProblem("its indices")
      }
    default:
      guard let width = type.byteCount, values.byteCount / width >= end else {
        throw ArrowColumnProblem("its values")
      }
    }
  }

  private func checkOffsets() throws(ArrowColumnProblem) {
    var last = textOffset(offset)
    guard last >= 0 else { throw ArrowColumnProblem("an offset") }
    for index in offset + 1...offset + count {
      let next = textOffset(index)
      guard next >= last else { throw ArrowColumnProblem("the order of its offsets") }
      last = next
    }
    guard last <= data[0].byteCount else { throw ArrowColumnProblem("an offset") }
  }

  /// Returns whether a cell is missing.
  ///
  /// - Precondition: `0 <= row < count`.
  @inline(__always)
  package func isMissing(_ row: Int) -> Bool {
    precondition(row >= 0 && row < count, "no such cell")
    if type == .null { return true }
    guard let validity else { return false }
    return !validity.bit(offset + row)
  }

  /// Whether some cells may be missing.
  package var mayMiss: Bool { validity != nil || type == .null }

  /// Returns the offset of a text, by its index in the buffer.
  func textOffset(_ index: Int) -> Int {
    type == .text(offsetByteCount: 4)
      ? Int(values.load(index, as: Int32.self)) : Int(clamping: values.load(index, as: Int64.self))
  }
}

/// A part of an Arrow column that contradicts the others.
package struct ArrowColumnProblem: Error, Hashable {
  /// The part, as in `its offsets`.
  package var part: String

  /// Creates a problem.
  package init(_ part: String) { self.part = part }
}

/// Rows of Arrow columns: a record batch.
package struct ArrowBatch: Sendable {
  /// The columns, all of the same length.
  package let columns: [ArrowColumn]
  /// The number of rows.
  package let rowCount: Int

  /// Creates a batch.
  ///
  /// - Precondition: the columns have `rowCount` cells.
  package init(_ columns: [ArrowColumn], rowCount: Int) {
    precondition(columns.allSatisfy { $0.count == rowCount }, "columns of different lengths")
    self.columns = columns
    self.rowCount = rowCount
  }
}

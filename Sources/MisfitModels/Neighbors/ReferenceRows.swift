import MisfitCore
import MisfitKernels

/// The rows among which neighbors are searched.
///
/// Shapes: N rows of D floats; `squares` [N], the squared length of each row.
package struct ReferenceRows: Sendable {
  /// The rows.
  package let rows: Rows
  /// The squared length of each row.
  let squares: FloatSlice

  /// The number of floats in a row, D.
  package var width: Int { rows.width }
  /// The number of rows, N.
  package var count: Int { rows.count }

  /// Creates references from a copy-free view of `rows`.
  ///
  /// - Precondition: there is at least one row.
  package init(_ rows: Rows) {
    precondition(rows.count >= 1, "at least one row")
    self.rows = rows
    squares = FloatBuffer(count: rows.count).all
    for index in rows.indices {
      squares[index] = VectorKernels.current.sumOfSquares(of: rows[index])
    }
  }

  /// Creates references from a slice of whole rows.
  ///
  /// - Precondition: the slice has whole rows, at least one.
  package init(_ slice: FloatSlice, width: Int) { self.init(Rows(slice, width: width)) }

  /// One row: [D].
  package subscript(index: Int) -> FloatSlice { rows[index] }

  /// The rows, laid out for the search of the one nearest to a row.
  var packed: PackedReferences { PackedReferences(rows, squares: squares) }

  /// The number of rows in a shard of queries: fewer of wide rows, because their neighbors are copied.
  var rowsPerShard: Int { RowShards.rowCount(width: width, atLeast: 8) }

  /// The rows as the tensor of a model file.
  var tensor: ModelTensor { ModelTensor("reference", [count, width], rows.slice) }

  /// Creates references from the rows for which `isKept` is true, at least one, in their order.
  func kept(_ isKept: [Bool]) -> ReferenceRows {
    ReferenceRows(rows.selecting(isKept.indices.filter { isKept[$0] }))
  }

  /// Creates references by a transformation of all rows: `transform(rows, result)`, both [N, D].
  func mapped(_ transform: (_ rows: FloatSlice, _ result: FloatSlice) -> Void) -> ReferenceRows {
    let result = Rows(count: count, width: width)
    transform(rows.slice, result.slice)
    return ReferenceRows(result)
  }

  /// Draws a random sample of at most `limit` rows of a source without replacement, in their stored order;
  /// all rows if there are no more.
  ///
  /// `isKept`, one value per row, restricts the sample to the rows for which it is true. The method is
  /// algorithm S of Knuth, The Art of Computer Programming, volume 2, section 3.4.2, which needs memory for
  /// the sample alone.
  ///
  /// - Throws: Errors of reading the rows.
  package static func sample(
    of source: any EpochRows, limit: Int, seed: UInt64, isKept: [Bool]? = nil
  ) throws -> ReferenceRows {
    var left = isKept?.count { $0 } ?? source.rowCount
    let count = min(limit, left)
    precondition(count >= 1, "a sample has a row")
    var missing = count
    let sample = Rows(count: count, width: source.width)
    var generator = SeededGenerator(seed: seed, stream: SeedStream.references.value)
    try source.beginEpoch(0, shuffled: false)
    for start in stride(from: 0, to: source.rowCount, by: 1024) where missing > 0 {
      let end = min(start + 1024, source.rowCount)
      try source.makeAvailable(start..<end)
      for row in start..<end where missing > 0 && isKept?[row] ?? true {
        let isChosen = generator.nextIndex(below: left) < missing
        left -= 1
        guard isChosen else { continue }
        source.gather(row..<row + 1, into: sample[count - missing])
        missing -= 1
      }
    }
    return ReferenceRows(sample)
  }
}

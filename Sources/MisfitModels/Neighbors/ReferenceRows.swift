import MisfitCore
import MisfitKernels

/// The rows among which neighbours are looked for.
///
/// Shapes: `rows` [N, D], `squares` [N], the squared length of each.
package struct ReferenceRows: Sendable {
  /// D.
  package let width: Int
  /// The rows, one after the other.
  package let rows: FloatSlice
  /// The squared length of each row.
  let squares: FloatSlice

  /// N.
  package var count: Int { rows.count / width }

  /// Takes rows as they are.
  ///
  /// - Precondition: `rows` holds a whole number of rows, at least one.
  package init(_ rows: FloatSlice, width: Int) {
    precondition(width >= 1 && rows.count >= width && rows.count % width == 0, "whole rows, at least one")
    self.width = width
    self.rows = rows
    squares = FloatBuffer(count: rows.count / width).all
    for index in 0..<squares.count {
      squares[index] = VectorKernels.current.sumOfSquares(of: rows[index * width..<(index + 1) * width])
    }
  }

  /// One row: [D].
  package func row(_ index: Int) -> FloatSlice { rows[index * width..<(index + 1) * width] }

  /// The rows that `isKept` names, at least one, in their order.
  func kept(_ isKept: [Bool]) -> ReferenceRows {
    let places = isKept.indices.filter { isKept[$0] }
    let chosen = FloatBuffer(count: places.count * width).all
    for (place, index) in places.enumerated() {
      chosen[place * width..<(place + 1) * width].copy(from: row(index))
    }
    return ReferenceRows(chosen, width: width)
  }

  /// A random sample of at most `limit` rows of a source, in their order there, all choices being equally
  /// probable; all rows where there are no more, and only those that `isKept` names where it is given.
  ///
  /// Algorithm S of Knuth, The Art of Computer Programming, volume 2, section 3.4.2: memory for the sample
  /// alone.
  ///
  /// - Throws: what reading the rows may throw.
  package static func sample(
    of source: any EpochRows, limit: Int, seed: UInt64, isKept: [Bool]? = nil
  ) throws -> ReferenceRows {
    let width = source.width
    var left = isKept?.count { $0 } ?? source.rowCount
    let count = min(limit, left)
    precondition(count >= 1, "a sample has a row")
    var missing = count
    let sample = FloatBuffer(count: count * width).all
    var generator = SeededGenerator(seed: seed, stream: SeedStream.references.value)
    try source.beginEpoch(0, shuffled: false)
    for start in stride(from: 0, to: source.rowCount, by: 1024) where missing > 0 {
      let end = min(start + 1024, source.rowCount)
      try source.makeAvailable(start..<end)
      for row in start..<end where missing > 0 && isKept?[row] ?? true {
        let isChosen = generator.nextIndex(below: left) < missing
        left -= 1
        guard isChosen else { continue }
        let place = count - missing
        source.gather(row..<row + 1, into: sample[place * width..<(place + 1) * width])
        missing -= 1
      }
    }
    return ReferenceRows(sample, width: width)
  }
}

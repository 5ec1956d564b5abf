import MisfitCore
import MisfitKernels

/// A search for the k nearest references of rows by Euclidean distance, with blocked matrix products.
///
/// The products select a few more than k candidates, which are then sorted by distances computed directly, in
/// doubles. So neighbors are exact, except among references whose distances agree to the rounding of 32-bit
/// products. References at equal distances keep their order. A row with NaN gets the first references, at
/// distances of NaN.
///
/// Memory: one block of products, whatever the number of references. One thread uses a search at a time.
///
///     let search = NeighborSearch(among: reference, neighborCount: 5)
///     search.find(of: rows)
///     search.distance(ofRow: 0, at: 0)   // from the first row to its nearest reference
package final class NeighborSearch: @unchecked Sendable {
  /// The number of neighbors, k, or the number of references if that is less.
  package let neighborCount: Int
  /// The maximum number of rows in a call.
  package let rowCapacity: Int
  private let reference: ReferenceRows
  private let excludesSelf: Bool
  private let products: FloatSlice
  private let lists: CandidateLists
  private let referencesPerBlock: Int
  private var indices: [Int]
  private var distances: [Double]

  /// The number of candidates beyond k, for distances that products cannot distinguish.
  private static let spareCandidates = 8

  /// Allocates the buffers of a search.
  ///
  /// `excludesSelf` skips one reference that equals the row: the row itself, if the rows are references.
  ///
  /// - Precondition: a reference remains to be found, and `neighborCount` is at least 1.
  package init(
    among reference: ReferenceRows, neighborCount: Int, excludesSelf: Bool = false,
    rowCapacity: Int = RowShards.rowLimit
  ) {
    let most = reference.count - (excludesSelf ? 1 : 0)
    precondition(neighborCount >= 1 && most >= 1 && rowCapacity >= 1, "no reference to find")
    self.reference = reference
    self.excludesSelf = excludesSelf
    self.rowCapacity = rowCapacity
    self.neighborCount = min(neighborCount, most)
    referencesPerBlock = min(reference.count, max(256, RowShards.valueLimit / rowCapacity))
    products = FloatBuffer(count: rowCapacity * referencesPerBlock).all
    lists = CandidateLists(
      rowCapacity: rowCapacity, capacity: min(reference.count, self.neighborCount + 1 + Self.spareCandidates)
    )
    indices = Array(repeating: 0, count: rowCapacity * self.neighborCount)
    distances = Array(repeating: 0, count: rowCapacity * self.neighborCount)
  }

  /// Finds the neighbors of rows; the results are valid until the next call.
  ///
  /// - Complexity: O(R·N·D) for R rows.
  /// - Precondition: at most ``rowCapacity`` rows of the references' width.
  package func find(of rows: Rows) {
    let width = reference.width
    precondition(rows.width == width && rows.count <= rowCapacity, "rows of another width or count")
    lists.reset()
    for start in stride(from: 0, to: reference.count, by: referencesPerBlock) {
      let range = start..<min(start + referencesPerBlock, reference.count)
      let block = products[0..<rows.count * range.count]
      MatrixProduct.multiplyRows(
        rows.slice, by: reference.rows[range].slice, .transposed, into: block, rows: rows.count,
        columns: range.count, inner: width)
      lists.scan(products: block, squares: reference.squares[range], firstReference: start)
    }
    for row in rows.indices { order(row, rows[row]) }
  }

  /// The index of the reference at a rank; rank 0 is the nearest.
  package func index(ofRow row: Int, at rank: Int) -> Int { indices[row * neighborCount + rank] }

  /// The distance to the reference at a rank; rank 0 is the nearest.
  package func distance(ofRow row: Int, at rank: Int) -> Double { distances[row * neighborCount + rank] }

  /// Returns the mean distance to the nearest `count` references.
  ///
  /// - Precondition: `count` is 1 to ``neighborCount``.
  package func meanDistance(ofRow row: Int, nearest count: Int) -> Double {
    let start = row * neighborCount
    return distances[start..<start + count].reduce(0, +) / Double(count)
  }

  private func order(_ row: Int, _ values: FloatSlice) {
    var candidates = lists.candidates(ofRow: row)
    if candidates.count <= neighborCount, candidates.count < reference.count {
      // No comparison with NaN is true.
      candidates = Array(0..<min(neighborCount + 1, reference.count))
    }
    var found = candidates.map { reference in
      (distance: SquaredDistance.between(values, self.reference[reference]), index: reference)
    }
    found.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
    let skipped = excludesSelf && found.first?.distance == 0 ? 1 : 0
    for rank in 0..<neighborCount {
      let neighbor = found[rank + skipped]
      indices[row * neighborCount + rank] = neighbor.index
      distances[row * neighborCount + rank] = neighbor.distance.squareRoot()
    }
  }
}

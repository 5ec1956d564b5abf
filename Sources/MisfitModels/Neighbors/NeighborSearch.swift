import MisfitCore
import MisfitKernels

/// The k nearest references of rows, by Euclidean distance, through blocked matrix products.
///
/// The products choose some candidates more than k; these are ordered by distances computed directly, in
/// doubles. So neighbours are exact but for references whose distances agree to the rounding of 32-bit
/// products. References at one distance come in their order; a row with NaN has the first of them, at NaN.
///
/// Memory: a block of products, whatever the number of references. One thread uses a search.
///
///     let search = NeighborSearch(among: reference, neighborCount: 5)
///     search.find(of: rows, rowCount: 100)
///     search.distance(ofRow: 0, at: 0)   // to the nearest reference of the first row
package final class NeighborSearch: @unchecked Sendable {
  /// k, or as many as there are.
  package let neighborCount: Int
  /// The most rows of a call.
  package let rowCapacity: Int
  private let reference: ReferenceRows
  private let leavesOutOneIdentical: Bool
  private let products: FloatSlice
  private let lists: CandidateLists
  private let referencesPerBlock: Int
  private var indices: [Int]
  private var distances: [Double]

  /// More candidates than neighbours, for distances that products cannot tell apart.
  private static let spareCandidates = 8

  /// Prepares searches.
  ///
  /// `leavesOutOneIdentical` passes over one reference that equals the row, which is the row itself where
  /// rows are looked for among themselves.
  ///
  /// - Precondition: there is a reference left to be found, and `neighborCount` is at least 1.
  package init(
    among reference: ReferenceRows, neighborCount: Int, leavesOutOneIdentical: Bool = false,
    rowCapacity: Int = 128
  ) {
    let most = reference.count - (leavesOutOneIdentical ? 1 : 0)
    precondition(neighborCount >= 1 && most >= 1 && rowCapacity >= 1, "nothing to be found")
    self.reference = reference
    self.leavesOutOneIdentical = leavesOutOneIdentical
    self.rowCapacity = rowCapacity
    self.neighborCount = min(neighborCount, most)
    referencesPerBlock = min(reference.count, max(256, (1 << 18) / rowCapacity))
    products = FloatBuffer(count: rowCapacity * referencesPerBlock).all
    lists = CandidateLists(
      rowCapacity: rowCapacity, capacity: min(reference.count, self.neighborCount + 1 + Self.spareCandidates)
    )
    indices = Array(repeating: 0, count: rowCapacity * self.neighborCount)
    distances = Array(repeating: 0, count: rowCapacity * self.neighborCount)
  }

  /// Finds the neighbours of `rows` [R, D], to be asked for until the next call.
  ///
  /// - Complexity: O(R·N·D).
  /// - Precondition: at most ``rowCapacity`` rows of the references' width.
  package func find(of rows: FloatSlice, rowCount: Int) {
    let width = reference.width
    precondition(rows.count == rowCount * width && rowCount <= rowCapacity, "rows of another count")
    lists.reset()
    for start in stride(from: 0, to: reference.count, by: referencesPerBlock) {
      let end = min(start + referencesPerBlock, reference.count)
      let block = products[0..<rowCount * (end - start)]
      MatrixProduct.multiply(
        rows, by: reference.rows[start * width..<end * width], .transposed, into: block, rows: rowCount,
        columns: end - start, inner: width)
      lists.scan(products: block, squares: reference.squares[start..<end], firstReference: start)
    }
    for row in 0..<rowCount { order(row, rows[row * width..<(row + 1) * width]) }
  }

  /// The number of the `place`-th nearest reference, from 0.
  package func index(ofRow row: Int, at place: Int) -> Int { indices[row * neighborCount + place] }

  /// The distance to the `place`-th nearest reference, from 0.
  package func distance(ofRow row: Int, at place: Int) -> Double { distances[row * neighborCount + place] }

  /// The mean distance to the nearest `count` references.
  ///
  /// - Precondition: `count` is 1 to ``neighborCount``.
  package func meanDistance(ofRow row: Int, nearest count: Int) -> Double {
    let start = row * neighborCount
    return distances[start..<start + count].reduce(0, +) / Double(count)
  }

  private func order(_ row: Int, _ values: FloatSlice) {
    var candidates = lists.candidates(ofRow: row)
    if candidates.count <= neighborCount, candidates.count < reference.count {
      // Distances that are no numbers are not below any.
      candidates = Array(0..<min(neighborCount + 1, reference.count))
    }
    var found = candidates.map { reference in
      (distance: SquaredDistance.between(values, self.reference.row(reference)), index: reference)
    }
    found.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
    let skipped = leavesOutOneIdentical && found.first?.distance == 0 ? 1 : 0
    for place in 0..<neighborCount {
      let neighbor = found[place + skipped]
      indices[row * neighborCount + place] = neighbor.index
      distances[row * neighborCount + place] = neighbor.distance.squareRoot()
    }
  }
}

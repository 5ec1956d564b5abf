import MisfitCore
import MisfitKernels

/// The mean distances of rows to their neighbors, divided among the columns.
final class NeighborColumns: Sendable {
  private let reference: ReferenceRows
  private let search: NeighborSearch

  init(among reference: ReferenceRows, neighborCount: Int, excludesSelf: Bool, rowCapacity: Int) {
    self.reference = reference
    search = NeighborSearch(
      among: reference, neighborCount: neighborCount, excludesSelf: excludesSelf, rowCapacity: rowCapacity)
  }

  /// Finds the neighbors of the rows.
  func find(of rows: Rows) { search.find(of: rows) }

  /// Returns the mean distance of a row, and adds each column's contribution to `columns` [D].
  func mean(ofRow row: Int, _ input: FloatSlice, addingColumnsTo columns: FloatSlice?) -> Double {
    let distance = search.meanDistance(ofRow: row, nearest: search.neighborCount)
    guard let columns else { return distance }
    let values = input.span
    columns.withMutableSpan { columns in
      for rank in 0..<search.neighborCount {
        let length = search.distance(ofRow: row, at: rank)
        guard length > 0 else { continue }
        let scale = 1 / Float(length * Double(search.neighborCount))
        let neighbor = reference[search.index(ofRow: row, at: rank)]
        let other = neighbor.span
        for column in 0..<values.count {
          let difference = values[column] - other[column]
          columns[column] += difference * difference * scale
        }
      }
    }
    return distance
  }

  /// Writes the mean of a row's neighbors to `output` [D], with their values taken from `rows` if given.
  func meanNeighbor(ofRow row: Int, from rows: ReferenceRows? = nil, into output: FloatSlice) {
    let rows = rows ?? reference
    output.fill(with: 0)
    for rank in 0..<search.neighborCount {
      VectorKernels.current.add(rows[search.index(ofRow: row, at: rank)], to: output)
    }
    VectorKernels.current.scale(output, by: 1 / Float(search.neighborCount))
  }
}

/// The shares of the columns in a score.
enum Shares {
  /// Scales the shares so that they sum to 1; zeros remain zeros.
  static func normalize(_ shares: FloatSlice) {
    var sum = 0.0
    for index in 0..<shares.count { sum += Double(shares[index]) }
    guard sum > 0, sum.isFinite else { return shares.fill(with: 0) }
    VectorKernels.current.scale(shares, by: Float(1 / sum))
  }
}

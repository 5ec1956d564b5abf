import MisfitCore
import MisfitKernels

/// Mean distances to neighbours, and what each column adds to them.
final class NeighborColumns: Sendable {
  private let reference: ReferenceRows
  private let search: NeighborSearch

  init(among reference: ReferenceRows, neighborCount: Int, leavesOutItself: Bool, rowCapacity: Int) {
    self.reference = reference
    search = NeighborSearch(
      among: reference, neighborCount: neighborCount, leavesOutOneIdentical: leavesOutItself,
      rowCapacity: rowCapacity)
  }

  func find(of rows: FloatSlice, rowCount: Int) { search.find(of: rows, rowCount: rowCount) }

  /// The mean distance of a row; each column's part of it, times a factor, is added to `columns` [D].
  func mean(ofRow row: Int, _ input: FloatSlice, addingColumnsTo columns: FloatSlice?, times factor: Float)
    -> Double
  {
    let distance = search.meanDistance(ofRow: row, nearest: search.neighborCount)
    guard let columns else { return distance }
    let values = input.span
    columns.withMutableSpan { columns in
      for place in 0..<search.neighborCount {
        let length = search.distance(ofRow: row, at: place)
        guard length > 0 else { continue }
        let scale = factor / Float(length * Double(search.neighborCount))
        let neighbor = reference.row(search.index(ofRow: row, at: place))
        let other = neighbor.span
        for column in 0..<values.count {
          let difference = values[column] - other[column]
          columns[column] += difference * difference * scale
        }
      }
    }
    return distance
  }

  /// The mean of a row's neighbours: [D].
  func meanNeighbor(ofRow row: Int, from rows: ReferenceRows? = nil, into output: FloatSlice) {
    let rows = rows ?? reference
    output.fill(with: 0)
    for place in 0..<search.neighborCount {
      VectorKernels.current.add(rows.row(search.index(ofRow: row, at: place)), to: output)
    }
    VectorKernels.current.scale(output, by: 1 / Float(search.neighborCount))
  }
}

/// The columns' shares of a score.
enum Shares {
  /// Makes them sum to 1; all zeros stay.
  static func normalise(_ shares: FloatSlice) {
    var sum = 0.0
    for index in 0..<shares.count { sum += Double(shares[index]) }
    guard sum > 0, sum.isFinite else { return shares.fill(with: 0) }
    VectorKernels.current.scale(shares, by: Float(1 / sum))
  }
}

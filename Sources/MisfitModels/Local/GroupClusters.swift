import MisfitCore
import MisfitKernels

/// Clusters of rows by Lloyd's algorithm, from one start of k-means++ (Arthur and Vassilvitskii, 2007).
///
/// The result depends on the rows and the generator alone: one thread computes it, in doubles.
enum GroupClusters {
  /// The maximum number of iterations; the clusters need not have converged.
  private static let iterationLimit = 25

  /// Returns the cluster of each row, from 0 to `count` - 1; a cluster may be empty.
  ///
  /// - Precondition: there are at least `count` rows, and `count` is at least 1.
  static func assignments(
    of rows: Rows, count: Int, using generator: inout SeededGenerator
  ) -> [Int] {
    precondition(count >= 1 && rows.count >= count, "a cluster needs a row")
    let centers = initialCenters(of: rows, count: count, using: &generator)
    return refine(centers, of: rows, iterationLimit: iterationLimit) { centers in
      rows.indices.map { nearest(to: rows[$0], among: centers) }
    }
  }

  /// Moves each center to the mean of the rows that are nearest to it, until none of them changes its center
  /// or after `iterationLimit` times, and returns the center of each row.
  ///
  /// `nearest` returns the nearest center of each row.
  @discardableResult
  static func refine(
    _ centers: Rows, of rows: Rows, iterationLimit: Int, nearest: (_ centers: Rows) -> [Int]
  ) -> [Int] {
    var assignments: [Int] = []
    for _ in 0..<iterationLimit {
      let next = nearest(centers)
      guard next != assignments else { break }
      assignments = next
      move(centers, to: rows, assignments)
    }
    return assignments
  }

  /// Draws the centers: each next one with a probability in proportion to the squared distance to the nearest
  /// center so far.
  static func initialCenters(
    of rows: Rows, count: Int, using generator: inout SeededGenerator
  ) -> Rows {
    let centers = Rows(count: count, width: rows.width)
    centers[0].copy(from: rows[generator.nextIndex(below: rows.count)])
    var distances = Array(repeating: Double.infinity, count: rows.count)
    for center in 1..<max(count, 1) {
      for row in rows.indices {
        distances[row] = min(distances[row], SquaredDistance.between(rows[row], centers[center - 1]))
      }
      centers[center].copy(from: rows[drawn(by: distances, using: &generator)])
    }
    return centers
  }

  /// Draws an index with a probability in proportion to its weight.
  private static func drawn(by weights: [Double], using generator: inout SeededGenerator) -> Int {
    let total = weights.reduce(0, +)
    let position = Double(generator.nextIndex(below: 1 << 30)) / Double(1 << 30)
    var left = position * total
    guard total > 0, total.isFinite else { return Int(position * Double(weights.count)) }
    for (index, weight) in weights.enumerated() where weight > 0 {
      left -= weight
      if left < 0 { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  private static func nearest(to row: FloatSlice, among centers: Rows) -> Int {
    let distances = centers.indices.map { SquaredDistance.between(row, centers[$0]) }
    return distances.indices.min { distances[$0] < distances[$1] } ?? 0
  }

  /// Moves each center to the mean of its rows; the center of an empty cluster remains.
  private static func move(_ centers: Rows, to rows: Rows, _ assignments: [Int]) {
    var members = [[Int]](repeating: [], count: centers.count)
    for (row, center) in assignments.enumerated() { members[center].append(row) }
    for center in centers.indices where !members[center].isEmpty {
      rows.writeMean(of: members[center], into: centers[center])
    }
  }
}

extension Rows {
  /// Writes the mean of the rows with the given indices, summed in doubles: [D].
  ///
  /// - Precondition: there is an index.
  func writeMean(of indices: [Int], into mean: FloatSlice) {
    var sums = Array(repeating: 0.0, count: width)
    for index in indices {
      let row = self[index].span
      for column in 0..<row.count { sums[column] += Double(row[column]) }
    }
    for column in 0..<width { mean[column] = Float(sums[column] / Double(indices.count)) }
  }
}

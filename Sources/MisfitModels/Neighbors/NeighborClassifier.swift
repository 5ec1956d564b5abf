import MisfitCore
import MisfitKernels

/// Classifies rows by the majority among their k nearest references; of equally frequent classes the one with
/// the smaller number, as scikit-learn's `KNeighborsClassifier` does.
///
/// Of references at one distance, the first ones are nearer.
package struct NeighborClassifier: Sendable {
  /// A row's class, and how many of its k neighbours have it.
  package struct Vote: Sendable, Hashable {
    /// The class.
    package var found: Int
    /// Neighbours of that class, from 1 to k.
    package var count: Int
  }

  /// The rows whose classes are known.
  package let reference: ReferenceRows
  /// The class of each reference: [N].
  package let classes: [Int]
  /// k.
  package let neighborCount: Int

  private static let rowsPerShard = 128
  private static let shardCount = 8

  /// Takes rows with their classes, numbers from 0.
  ///
  /// - Precondition: a class for each reference, and `neighborCount` at least 1.
  package init(reference: ReferenceRows, classes: [Int], neighborCount: Int) {
    precondition(classes.count == reference.count && neighborCount >= 1, "each reference has a class")
    self.reference = reference
    self.classes = classes
    self.neighborCount = neighborCount
  }

  /// The class of each of `rows` [R, D].
  ///
  /// - Complexity: O(R·N·D).
  package func classify(_ rows: FloatSlice, on pool: WorkerPool) -> [Int] {
    votes(for: rows, on: pool).map(\.found)
  }

  /// The class of each of `rows` [R, D], with its votes; the same at any number of threads.
  ///
  /// - Complexity: O(R·N·D).
  /// - Precondition: whole rows.
  package func votes(for rows: FloatSlice, on pool: WorkerPool) -> [Vote] {
    let width = reference.width
    precondition(rows.count % width == 0, "whole rows")
    let rowCount = rows.count / width
    let rowsPerShard = Self.rowsPerShard
    // Whole numbers of 24 bits and fewer, which floats hold exactly.
    let found = FloatBuffer(count: rowCount * 2).all
    let searches = (0..<min(Self.shardCount, (rowCount + rowsPerShard - 1) / rowsPerShard)).map { _ in
      NeighborSearch(among: reference, neighborCount: neighborCount, rowCapacity: rowsPerShard)
    }
    for block in stride(from: 0, to: rowCount, by: rowsPerShard * max(searches.count, 1)) {
      let end = min(block + rowsPerShard * searches.count, rowCount)
      pool.run(shardCount: (end - block + rowsPerShard - 1) / rowsPerShard) { shard in
        let start = block + shard * rowsPerShard
        let range = start..<min(start + rowsPerShard, end)
        let search = searches[shard]
        search.find(
          of: rows[range.lowerBound * width..<range.upperBound * width], rowCount: range.count)
        for row in 0..<range.count {
          let vote = majority(search, row)
          found[2 * (range.lowerBound + row)] = Float(vote.found)
          found[2 * (range.lowerBound + row) + 1] = Float(vote.count)
        }
      }
    }
    return (0..<rowCount).map { Vote(found: Int(found[2 * $0]), count: Int(found[2 * $0 + 1])) }
  }

  private func majority(_ search: NeighborSearch, _ row: Int) -> Vote {
    var votes: [Vote] = []
    for place in 0..<search.neighborCount {
      let candidate = classes[search.index(ofRow: row, at: place)]
      if let index = votes.firstIndex(where: { $0.found == candidate }) {
        votes[index].count += 1
      } else {
        votes.append(Vote(found: candidate, count: 1))
      }
    }
    var best = votes[0]
    for vote in votes where (vote.count, -vote.found) > (best.count, -best.found) { best = vote }
    return best
  }
}

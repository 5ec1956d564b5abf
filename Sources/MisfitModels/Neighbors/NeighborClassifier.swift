import MisfitCore
import MisfitKernels

/// Classifies rows by the majority among their k nearest references; of equally frequent classes the one with
/// the nearest member.
public struct NeighborClassifier: Sendable {
  /// The rows whose classes are known.
  public let reference: ReferenceRows
  /// The class of each reference: [N].
  public let classes: [Int]
  /// k.
  public let neighborCount: Int

  /// Takes rows with their classes, numbers from 0.
  ///
  /// - Precondition: a class for each reference, and `neighborCount` at least 1.
  public init(reference: ReferenceRows, classes: [Int], neighborCount: Int) {
    precondition(classes.count == reference.count && neighborCount >= 1, "each reference has a class")
    self.reference = reference
    self.classes = classes
    self.neighborCount = neighborCount
  }

  /// The class of each of `rows` [R, D].
  ///
  /// - Complexity: O(R·N·D).
  public func classify(_ rows: FloatSlice, on pool: WorkerPool) -> [Int] {
    let width = reference.width
    precondition(rows.count % width == 0, "whole rows")
    let rowCount = rows.count / width
    let found = FloatBuffer(count: rowCount).all
    let rowsPerShard = 128
    let searches = (0..<8).map { _ in
      NeighborSearch(among: reference, neighborCount: neighborCount, rowCapacity: rowsPerShard)
    }
    for block in stride(from: 0, to: rowCount, by: rowsPerShard * searches.count) {
      let end = min(block + rowsPerShard * searches.count, rowCount)
      pool.run(shardCount: (end - block + rowsPerShard - 1) / rowsPerShard) { shard in
        let start = block + shard * rowsPerShard
        let range = start..<min(start + rowsPerShard, end)
        let search = searches[shard]
        search.find(
          of: rows[range.lowerBound * width..<range.upperBound * width], rowCount: range.count)
        for row in 0..<range.count { found[range.lowerBound + row] = Float(majority(search, row)) }
      }
    }
    return found.array.map { Int($0) }
  }

  private func majority(_ search: NeighborSearch, _ row: Int) -> Int {
    var votes: [(candidate: Int, count: Int)] = []
    for place in 0..<search.neighborCount {
      let candidate = classes[search.index(ofRow: row, at: place)]
      if let index = votes.firstIndex(where: { $0.candidate == candidate }) {
        votes[index].count += 1
      } else {
        votes.append((candidate, 1))
      }
    }
    // The first of the largest: classes stand in the order of their nearest member.
    var best = votes[0]
    for vote in votes where vote.count > best.count { best = vote }
    return best.candidate
  }
}

/// How often each class was taken for each.
public struct ConfusionMatrix: Sendable, Hashable {
  /// A row a true class, a column a class that was found.
  public let counts: [[Int]]

  /// Counts pairs of classes, numbers from 0.
  ///
  /// - Precondition: as many true classes as found ones, all below `classCount`.
  public init(actual: [Int], found: [Int], classCount: Int) {
    precondition(actual.count == found.count, "a true class for each that was found")
    var counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    for (actual, found) in zip(actual, found) { counts[actual][found] += 1 }
    self.counts = counts
  }

  /// The share of rows whose class was found; nil without rows.
  public var accuracy: Double? {
    let total = counts.reduce(0) { $0 + $1.reduce(0, +) }
    guard total > 0 else { return nil }
    return Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total)
  }
}

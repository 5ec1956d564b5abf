import MisfitCore
import MisfitKernels

/// A classifier that returns the majority class among the k nearest references of a row.
///
/// Of equally frequent classes the one with the smaller number wins, as in scikit-learn's
/// `KNeighborsClassifier`. Of references at equal distances, the first ones are nearer.
package struct NeighborClassifier: Sendable {
  /// The class of a row, and the number of its k neighbors in that class.
  package struct Vote: Sendable, Hashable {
    /// The class.
    package var found: Int
    /// The number of neighbors in that class, from 1 to k.
    package var count: Int
  }

  /// The rows with known classes.
  package let reference: ReferenceRows
  /// The class of each reference: [N].
  package let classes: [Int]
  /// The number of neighbors, k.
  package let neighborCount: Int

  /// Creates a classifier; classes are numbers from 0.
  ///
  /// - Precondition: each reference has a class, and `neighborCount` is at least 1.
  package init(reference: ReferenceRows, classes: [Int], neighborCount: Int) {
    precondition(classes.count == reference.count && neighborCount >= 1, "each reference has a class")
    self.reference = reference
    self.classes = classes
    self.neighborCount = neighborCount
  }

  /// Returns the class of each row.
  ///
  /// - Complexity: O(R·N·D) for R rows.
  package func classify(_ rows: Rows, on pool: WorkerPool) -> [Int] {
    votes(for: rows, on: pool).map(\.found)
  }

  /// Returns the class of each row with its votes; the same at any number of threads.
  ///
  /// - Complexity: O(R·N·D) for R rows.
  /// - Precondition: the rows have the references' width.
  package func votes(for rows: Rows, on pool: WorkerPool) -> [Vote] {
    let rowsPerShard = RowShards.rowLimit
    let shardCount = (rows.count + rowsPerShard - 1) / rowsPerShard
    let pass = RowPass(
      rowsPerShard: rowsPerShard, shardsPerBlock: max(1, min(RowShards.perBlock, shardCount))
    ) { VoteWorkspace(self, rowCapacity: rowsPerShard) }
    var votes: [Vote] = []
    votes.reserveCapacity(rows.count)
    pass.run(
      rowCount: rows.count, on: pool,
      work: { shard, workspace in workspace.vote(for: rows[shard.rows]) },
      conclude: { _, workspace in votes += workspace.votes })
    return votes
  }

  fileprivate func majority(_ search: NeighborSearch, _ row: Int) -> Vote {
    var votes: [Vote] = []
    for rank in 0..<search.neighborCount {
      let candidate = classes[search.index(ofRow: row, at: rank)]
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

/// The neighbors and the votes of a shard; one thread uses a workspace at a time.
private final class VoteWorkspace: @unchecked Sendable {
  private let classifier: NeighborClassifier
  private let search: NeighborSearch
  private(set) var votes: [NeighborClassifier.Vote] = []

  init(_ classifier: NeighborClassifier, rowCapacity: Int) {
    self.classifier = classifier
    search = NeighborSearch(
      among: classifier.reference, neighborCount: classifier.neighborCount, rowCapacity: rowCapacity)
  }

  func vote(for rows: Rows) {
    search.find(of: rows)
    votes.removeAll(keepingCapacity: true)
    for row in rows.indices { votes.append(classifier.majority(search, row)) }
  }
}

import MisfitCore
import MisfitKernels

/// The covariance of rows that are cut into a fixed number of parts, which one or several processes share.
///
/// The sums of each part are computed alone, and parts are merged in the fixed tree of ``ShardTree``: so the
/// result has the same bits at any number of processes. Rank 0 merges the subtrees of all ranks, and sends
/// the result to the others.
struct SharedCovariance {
  let tree: ShardTree
  let communicator: any Communicator

  /// Returns the covariance of all rows, at every rank.
  ///
  /// Parts are merged as soon as their siblings are there, so that memory holds about one covariance for each
  /// level of the tree.
  ///
  /// - Throws: Errors of reading the rows.
  func covariance(of rows: any EpochRows, on pool: WorkerPool) throws -> StreamedCovariance {
    let width = rows.width
    var own = CovarianceStack()
    for shard in tree.shards(of: communicator.rank) {
      let part = StreamedCovariance(width: width)
      try part.update(RowRange(rows, tree.elements(of: shard, among: rows.rowCount)), on: pool)
      own.append(part, of: ShardTree.Node(first: shard, count: 1))
    }
    guard communicator.rankCount > 1 else { return own.parts[0] }
    let count = StreamedCovariance.stateCount(width: width)
    var all = own
    for rank in 1..<tree.rankCount {
      for (index, node) in tree.nodes(of: rank).enumerated() {
        // All ranks exchange as often as each other; most of these messages are of others.
        let isOwn = rank == communicator.rank
        let received = FloatBuffer(count: communicator.rank == 0 ? 2 * count : 0).all
        communicator.exchange(
          sending: isOwn ? [Message(0, FloatSlice(doubles: own.parts[index].state))] : [],
          receiving: communicator.rank == 0 ? [Message(rank, received)] : [])
        guard communicator.rank == 0 else { continue }
        all.append(StreamedCovariance(width: width, state: received.doubles[...]), of: node)
      }
    }
    let state = communicator.broadcast(communicator.rank == 0 ? all.parts[0].state : [], count: count)
    return StreamedCovariance(width: width, state: state[...])
  }
}

/// Covariances of consecutive subtrees, of which siblings are merged.
private struct CovarianceStack {
  private(set) var parts: [StreamedCovariance] = []
  private var nodes: [ShardTree.Node] = []

  /// Adds the covariance of the next subtree.
  mutating func append(_ part: StreamedCovariance, of node: ShardTree.Node) {
    parts.append(part)
    nodes.append(node)
    // Siblings are next to each other: at most the last two can be.
    while let merge = ShardTree.merges(of: Array(nodes.suffix(2))).first, nodes.count > 1 {
      let target = nodes.count - 2 + merge.target
      parts[target].merge(parts[parts.count - 1])
      nodes[target].count *= 2
      parts.removeLast()
      nodes.removeLast()
    }
  }
}

/// A range of another source's rows in their stored order.
private final class RowRange: EpochRowsWrapper {
  let base: any EpochRows
  private let range: Range<Int>

  init(_ base: any EpochRows, _ range: Range<Int>) {
    self.base = base
    self.range = range
  }

  var rowCount: Int { range.count }

  func makeAvailable(_ rows: Range<Int>) throws { try base.makeAvailable(inBase(rows)) }
  func gather(_ rows: Range<Int>, into destination: FloatSlice) {
    base.gather(inBase(rows), into: destination)
  }

  private func inBase(_ rows: Range<Int>) -> Range<Int> {
    range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound
  }
}

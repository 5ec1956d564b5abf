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
  /// - Throws: Errors of reading the rows.
  func covariance(of rows: any EpochRows, on pool: WorkerPool) throws -> StreamedCovariance {
    let shards = tree.shards(of: communicator.rank)
    var parts = try shards.map { shard in
      let part = StreamedCovariance(width: rows.width)
      try part.update(RowRange(rows, tree.elements(of: shard, among: rows.rowCount)), on: pool)
      return part
    }
    let nodes = tree.nodes(of: communicator.rank)
    merge(tree.merges(of: communicator.rank), &parts)
    parts = nodes.map { parts[$0.first - shards.lowerBound] }
    guard communicator.rankCount > 1 else { return parts[0] }
    let count = StreamedCovariance.stateCount(width: rows.width)
    let allNodes = (0..<tree.rankCount).map { tree.nodes(of: $0) }
    let all = communicator.gatheredAtFirst(
      parts.flatMap(\.state), counts: allNodes.map { $0.count * count })
    var gathered = all.flatMap { values in
      stride(from: 0, to: values.count, by: count).map {
        StreamedCovariance(width: rows.width, state: values[$0..<$0 + count])
      }
    }
    if communicator.rank == 0 { merge(ShardTree.merges(of: allNodes.flatMap(\.self)), &gathered) }
    let state = communicator.broadcast(gathered.first?.state ?? [], count: count)
    return StreamedCovariance(width: rows.width, state: state[...])
  }

  private func merge(_ merges: [ShardTree.Merge], _ parts: inout [StreamedCovariance]) {
    for merge in merges { parts[merge.target].merge(parts[merge.source]) }
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

import MisfitCore

/// The buffers of one shard on its way through a model, made once.
protocol RowWorkspace: AnyObject, Sendable {
  /// Where `rows` rows to pass are written: [rows, D].
  func input(rows: Int) -> FloatSlice
  /// Computes everything of the rows that were written.
  func rebuild(rows: Int) -> RowResult
}

/// The plan of a model that is computed shard by shard, each shard in a workspace of its own.
final class ShardedPlan: RowPlan {
  let rowsPerShard: Int
  var rowsPerBlock: Int { rowsPerShard * workspaces.count }
  private let workspaces: [any RowWorkspace]

  private static let shardCount = 8

  init(rowsPerShard: Int, makeWorkspace: () -> any RowWorkspace) {
    self.rowsPerShard = rowsPerShard
    workspaces = (0..<Self.shardCount).map { _ in makeWorkspace() }
  }

  func run(
    rowCount: Int, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void,
    load: (Range<Int>, FloatSlice) -> Void, finish: (Range<Int>, RowResult) -> Void,
    conclude: (Range<Int>) throws -> Void
  ) rethrows {
    for block in stride(from: 0, to: rowCount, by: rowsPerBlock) {
      let end = min(block + rowsPerBlock, rowCount)
      try prepare(block..<end)
      let shardCount = (end - block + rowsPerShard - 1) / rowsPerShard
      pool.run(shardCount: shardCount) { shard in
        let start = block + shard * rowsPerShard
        let range = start..<min(start + rowsPerShard, end)
        let workspace = workspaces[shard]
        load(range, workspace.input(rows: range.count))
        finish(range, workspace.rebuild(rows: range.count))
      }
      try conclude(block..<end)
    }
  }
}

import MisfitCore

/// Takes rows through a model, a block of shards at a time, on the threads of a pool.
package struct ShardedPlan: Sendable {
  /// The rows of one shard.
  package let rowsPerShard: Int
  /// The rows of one block: what is loaded before the threads go to work.
  package var rowsPerBlock: Int { rowsPerShard * plans.count }
  private let plans: [any RowPlan]

  private static let shardCount = 8

  /// Makes the buffers of eight shards.
  package init(_ plans: RowPlans) {
    rowsPerShard = plans.rowsPerShard
    self.plans = (0..<Self.shardCount).map { _ in plans.plan(capacity: plans.rowsPerShard) }
  }

  /// Passes `rowCount` rows: `load` fills a shard's input, `finish` takes what came out.
  ///
  /// Both are called on several threads at once, each time for other rows, and must write to places of these
  /// rows alone. `prepare` and `conclude` are called on this thread before and after each block.
  package func run(
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
        let plan = plans[shard]
        load(range, plan.input(rows: range.count))
        plan.rebuild(0..<range.count)
        finish(range, plan.result(rows: range.count))
      }
      try conclude(block..<end)
    }
  }
}

import MisfitCore

/// A pass of rows through a model on the threads of a pool, a block of shards at a time.
package struct ModelPass: Sendable {
  /// The number of rows in a block, which is made available before the threads start.
  package var rowsPerBlock: Int { pass.rowsPerBlock }
  private let pass: RowPass<any RowPlan>

  /// Allocates the buffers of a block.
  package init(_ plans: RowPlans) {
    pass = RowPass(rowsPerShard: plans.rowsPerShard) { plans.plan(capacity: plans.rowsPerShard) }
  }

  /// Returns the rows of each of `count` processes that share the rows of a source.
  package func shares(of rows: any EpochRows, count: Int) -> [Range<Int>] {
    pass.shares(rowCount: rows.rowCount, count: count)
  }

  /// Takes rows of a source through the model, in their stored order.
  ///
  /// `loaded` and `finish` are called on several threads at once, each time for other rows, and may write
  /// only to memory of these rows.
  ///
  /// - Parameters:
  ///   - rows: The source.
  ///   - pool: The threads.
  ///   - loaded: Receives the input of a shard [rows, D] before the model may change it.
  ///   - finish: Receives the result of a shard, which is valid during the call.
  ///   - range: The rows to take, one of ``shares(of:count:)``; nil for all.
  ///   - conclude: Is called on the calling thread for each shard, in the order of the rows.
  /// - Throws: Errors of reading the rows and of `conclude`.
  package func run(
    over rows: any EpochRows, range: Range<Int>? = nil, on pool: WorkerPool,
    loaded: (RowShard, FloatSlice) -> Void = { _, _ in },
    finish: (RowShard, RowResult) -> Void, conclude: (RowShard) throws -> Void = { _ in }
  ) throws {
    try rows.beginEpoch(0, shuffled: false)
    try pass.run(
      rows: range ?? 0..<rows.rowCount, on: pool, prepare: { try rows.makeAvailable($0) },
      work: { shard, plan in
        let count = shard.rows.count
        let input = plan.input(rows: count)
        rows.gather(shard.rows, into: input)
        loaded(shard, input)
        plan.reconstruct(0..<count)
        finish(shard, plan.result(rows: count))
      },
      conclude: { shard, _ in try conclude(shard) })
  }
}

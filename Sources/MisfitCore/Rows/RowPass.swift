/// The sizes of the shards into which work on rows is divided.
///
/// They depend on the width of the rows alone, never on the number of threads: they decide in which order
/// sums are added, and so the bits of a result.
package enum RowShards {
  /// The number of shards in a block, each of which has its own workspace.
  package static let perBlock = 8
  /// The maximum number of rows in a shard.
  package static let rowLimit = 128
  /// The maximum number of floats in the rows of a shard, unless a single row has more: 1 MiB.
  package static let valueLimit = 1 << 18

  /// The number of rows in a shard of rows with `width` floats.
  package static func rowCount(width: Int, atLeast least: Int = 1) -> Int {
    max(least, min(rowLimit, valueLimit / width))
  }
}

/// One shard of a ``RowPass``.
package struct RowShard: Hashable, Sendable {
  /// The indices of its rows among all rows of the pass.
  package let rows: Range<Int>
  /// The indices of its rows in their block.
  package let rowsInBlock: Range<Int>
  /// The index of the shard in its block.
  package let index: Int
}

/// A pass over rows on the threads of a pool, a block of shards at a time.
///
/// Each shard of a block has its own workspace. Shards of one block run concurrently; then each of them is
/// concluded on the calling thread, in their order. So a sum that is added up there has the same bits at any
/// number of threads.
package struct RowPass<Workspace: Sendable>: Sendable {
  /// The number of rows in a shard; the last shard may have fewer.
  package let rowsPerShard: Int
  /// One workspace for each shard of a block.
  package let workspaces: [Workspace]

  /// The number of rows in a block.
  package var rowsPerBlock: Int { rowsPerShard * workspaces.count }

  /// Creates the workspaces.
  ///
  /// - Precondition: both numbers are at least 1.
  package init(
    rowsPerShard: Int, shardsPerBlock: Int = RowShards.perBlock, makeWorkspace: () -> Workspace
  ) {
    precondition(rowsPerShard >= 1 && shardsPerBlock >= 1, "a pass needs a shard of a row")
    self.rowsPerShard = rowsPerShard
    workspaces = (0..<shardsPerBlock).map { _ in makeWorkspace() }
  }

  /// Passes over `rowCount` rows.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows.
  ///   - pool: The threads.
  ///   - prepare: Makes the rows of a block available, on the calling thread.
  ///   - work: Computes a shard. It is called on several threads at once, and may write only to its workspace
  ///     and to memory of its rows.
  ///   - conclude: Uses the result of a shard, on the calling thread, in the order of the rows.
  package func run(
    rowCount: Int, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void,
    work: (RowShard, Workspace) -> Void, conclude: (RowShard, Workspace) throws -> Void
  ) rethrows {
    try run(rows: 0..<rowCount, on: pool, prepare: prepare, work: work, conclude: conclude)
  }

  /// Passes over a range of rows that begins with a block: see ``shares(rowCount:count:)``.
  package func run(
    rows: Range<Int>, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void,
    work: (RowShard, Workspace) -> Void, conclude: (RowShard, Workspace) throws -> Void
  ) rethrows {
    precondition(rows.lowerBound % rowsPerBlock == 0 || rows.isEmpty, "the range begins inside a block")
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsPerBlock) {
      let block = start..<min(start + rowsPerBlock, rows.upperBound)
      try prepare(block)
      let shardCount = (block.count + rowsPerShard - 1) / rowsPerShard
      pool.run(shardCount: shardCount) { work(shard($0, of: block), workspaces[$0]) }
      for index in 0..<shardCount { try conclude(shard(index, of: block), workspaces[index]) }
    }
  }

  /// Returns the rows of each of `count` processes that share a pass: whole blocks.
  package func shares(rowCount: Int, count: Int) -> [Range<Int>] {
    let blockCount = (rowCount + rowsPerBlock - 1) / rowsPerBlock
    func start(_ index: Int) -> Int { min(index * blockCount / count * rowsPerBlock, rowCount) }
    return (0..<count).map { start($0)..<start($0 + 1) }
  }

  /// Returns the number of shards in a range of rows that begins with a block.
  package func shardCount(in rows: Range<Int>) -> Int { (rows.count + rowsPerShard - 1) / rowsPerShard }

  /// Passes over `rowCount` rows that are in memory: `work` and `conclude` are called as above.
  package func run(
    rowCount: Int, on pool: WorkerPool, work: (RowShard, Workspace) -> Void,
    conclude: (RowShard, Workspace) -> Void = { _, _ in }
  ) {
    run(rowCount: rowCount, on: pool, prepare: { _ in }, work: work, conclude: conclude)
  }

  private func shard(_ index: Int, of block: Range<Int>) -> RowShard {
    let rows = index * rowsPerShard..<min((index + 1) * rowsPerShard, block.count)
    return RowShard(
      rows: block.lowerBound + rows.lowerBound..<block.lowerBound + rows.upperBound, rowsInBlock: rows,
      index: index)
  }
}

import MisfitCore
import MisfitKernels

/// Gradients of a network that needs sums over the whole batch, such as batch normalization.
///
/// Each shard has a plan of one thread. All shards pass a stage; then their sums are added in the tree, over
/// all ranks, and the next stage begins.
final class StagedShardGradients: ShardGradients {
  let sums: [FloatSlice]
  let segments: [Range<Int>]
  private let tree: ShardTree
  private let communicator: any Communicator
  private let pool: WorkerPool
  /// The plans of this rank's shards.
  private let plans: [StagedTrainingPlan]
  private let shards: [FloatSlice]
  private let ownMerges: [ShardTree.Merge]
  /// The subtrees of this rank, by the indices of their first shard.
  private let ownNodes: [Int]
  private let nodeCounts: [Int]
  private let merges: [ShardTree.Merge]

  /// `makePlan` creates the plan of a shard.
  init(
    parameterCount: Int, tree: ShardTree, communicator: any Communicator, pool: WorkerPool,
    makePlan: (_ gradients: FloatSlice, WorkerPool) -> StagedTrainingPlan
  ) {
    segments = [0..<parameterCount]
    self.tree = tree
    self.communicator = communicator
    self.pool = pool
    let own = tree.shards(of: communicator.rank)
    let shards = own.map { _ in FloatBuffer(count: parameterCount).all }
    self.shards = shards
    plans = shards.map { makePlan($0, WorkerPool(threadCount: 1)) }
    let nodes = (0..<tree.rankCount).map { tree.nodes(of: $0) }
    ownNodes = nodes[communicator.rank].map { $0.first - own.lowerBound }
    ownMerges = tree.merges(of: communicator.rank)
    nodeCounts = nodes.map(\.count)
    merges = ShardTree.merges(of: nodes.flatMap(\.self))
    sums = ownNodes.map { shards[$0] }
  }

  func refreshParameters() { pool.run(shardCount: plans.count) { plans[$0].refreshParameters() } }

  func compute(_ batch: ShardedBatch, adding reduction: GradientReduction) {
    for stage in 0..<plans[0].stageCount {
      pool.run(shardCount: plans.count) { run(stage: stage, shard: $0, of: batch) }
      combine(afterStage: stage, of: batch)
    }
    pool.run(shardCount: plans.count) { index in
      let rowCount = batch.rows(ofShard: index).count
      if rowCount == 0 { shards[index].fill(with: 0) }
      batch.notes.setLoss(
        rowCount == 0 ? 0 : plans[index].finishShard(rowCount: rowCount), ofShard: index)
    }
    shards.add(ownMerges, on: pool)
    reduction.begin(0)
  }

  private func run(stage: Int, shard index: Int, of batch: ShardedBatch) {
    let range = batch.rows(ofShard: index)
    guard !range.isEmpty else { return }
    plans[index].run(
      stage: stage, on: batch.rows, range: range, rowCount: batch.range.count, epoch: batch.epoch)
  }

  /// Gives the total of all shards to each of them, if a stage ends with sums.
  private func combine(afterStage stage: Int, of batch: ShardedBatch) {
    let stageSums = plans.compactMap { $0.sums(afterStage: stage) }
    guard let first = stageSums.first else { return }
    var totals = stageSums.enumerated().map { index, sums in
      sums.total(rowCount: batch.rows(ofShard: index).count)
    }
    for merge in ownMerges { first.merge(totals[merge.source], into: &totals[merge.target]) }
    let total = totalOfRanks(ownNodes.map { totals[$0] }, first)
    for (index, sums) in stageSums.enumerated() {
      // The last shard of a batch always has rows.
      let isLast = batch.shards.lowerBound + index == tree.shardCount - 1
      sums.use(total, rowCount: batch.range.count, addsGradients: isLast)
    }
    // The averages are parameters, which the plans share.
    first.updateAverages(total)
  }

  /// Returns the total of the subtrees of all ranks.
  private func totalOfRanks(_ own: [[Double]], _ sums: any BatchSums) -> [Double] {
    let count = sums.totalCount
    var totals = communicator.gathered(own.flatMap(\.self), counts: nodeCounts.map { $0 * count })
      .flatMap { values in
        stride(from: 0, to: values.count, by: count).map { Array(values[$0..<$0 + count]) }
      }
    for merge in merges { sums.merge(totals[merge.source], into: &totals[merge.target]) }
    return totals[0]
  }
}

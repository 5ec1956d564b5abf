import MisfitCore
import MisfitKernels
import Synchronization

/// The computation of the gradients of a rank's shards, added within whole subtrees.
///
/// Shapes: P parameters.
protocol ShardGradients: Sendable {
  /// The sums of the subtrees of this rank, each [P], once ``compute(_:adding:)`` has returned.
  var sums: [FloatSlice] { get }

  /// The ranges of the parameters, in the order in which their sums are complete.
  var segments: [Range<Int>] { get }

  /// Updates everything derived from the parameters, after they have changed.
  func refreshParameters()

  /// Computes the gradients of a batch, and notes the loss of each shard.
  ///
  /// Calls `reduction` after each segment, so that it is added across ranks while the next one is computed.
  func compute(_ batch: ShardedBatch, adding reduction: GradientReduction)
}

/// A batch, and the shards of it that a rank computes.
struct ShardedBatch {
  let rows: any EpochRows
  /// The rows of the batch in the epoch's order.
  let range: Range<Int>
  let epoch: Int
  let tree: ShardTree
  /// The shards of this rank.
  let shards: Range<Int>
  let notes: BatchNotes

  /// Returns the rows of a shard, by its index among those of this rank, in the epoch's order.
  func rows(ofShard index: Int) -> Range<Int> {
    let part = tree.elements(of: shards.lowerBound + index, among: range.count)
    return range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound
  }
}

/// Gradients of any network: a plan of one thread computes those of a shard, in memory of its own.
final class SeparateShardGradients: ShardGradients {
  let sums: [FloatSlice]
  let segments: [Range<Int>]
  private let pool: WorkerPool
  /// The plans of single shards, one a thread, and those that no thread uses.
  private let plans: [any TrainingPlan]
  private let freePlans: Mutex<[Int]>
  private let shards: [FloatSlice]
  private let merges: [ShardTree.Merge]

  /// `makePlan` creates the plan of a shard.
  init(
    parameterCount: Int, tree: ShardTree, rank: Int, pool: WorkerPool,
    makePlan: (_ gradients: FloatSlice, WorkerPool) -> any TrainingPlan
  ) {
    self.pool = pool
    segments = [0..<parameterCount]
    let own = tree.shards(of: rank)
    let shards = own.map { _ in FloatBuffer(count: parameterCount).all }
    self.shards = shards
    sums = tree.nodes(of: rank).map { shards[$0.first - own.lowerBound] }
    merges = tree.merges(of: rank)
    plans = (0..<min(pool.threadCount, own.count)).map { _ in
      makePlan(FloatBuffer(count: parameterCount).all, WorkerPool(threadCount: 1))
    }
    freePlans = Mutex(Array(plans.indices))
  }

  func refreshParameters() { pool.run(shardCount: plans.count) { plans[$0].refreshParameters() } }

  func compute(_ batch: ShardedBatch, adding reduction: GradientReduction) {
    pool.run(shardCount: shards.count) { compute(shard: $0, of: batch) }
    shards.add(merges, on: pool)
    reduction.begin(0)
  }

  private func compute(shard index: Int, of batch: ShardedBatch) {
    let range = batch.rows(ofShard: index)
    guard !range.isEmpty else {
      shards[index].fill(with: 0)
      return batch.notes.setLoss(0, ofShard: index)
    }
    guard let free = freePlans.withLock({ $0.popLast() }) else {
      preconditionFailure("more threads than plans")
    }
    let loss = plans[free].gradients(
      of: batch.rows, range: range, rowCount: batch.range.count, epoch: batch.epoch)
    batch.notes.setLoss(loss, ofShard: index)
    shards[index].copy(from: plans[free].arena.gradients)
    freePlans.withLock { $0.append(free) }
  }
}

/// Gradients of a plain dense network: all shards pass through one plan, and each tile of the parameters adds
/// the gradients of its shards while they are in the cache.
///
/// The last layers come first, and are added across ranks while those before them are computed.
final class DenseShardGradients: ShardGradients {
  let sums: [FloatSlice]
  let segments: [Range<Int>]
  /// The tiles of each segment.
  private let tiles: [[ParameterTile]]
  private let hasPeers: Bool
  private let plan: LayeredTrainingPlan
  private let pool: WorkerPool
  private let rowsPerShard: Int
  private let shardCount: Int
  /// The subtrees, by the indices of their first shard.
  private let nodes: [ShardTree.Node]
  /// The sums that wait for a sibling while a subtree is added, [P] for each level.
  private let waiting: [FloatSlice]

  /// The least number of parameters of a segment: messages of small layers would cost more than they save.
  private static let leastSegmentCount = 1 << 15

  /// `layers` are the ranges of the layers' parameters; `makePlan` creates a plan of a number of rows.
  init(
    layers: [Range<Int>], tree: ShardTree, rank: Int, rowsPerShard: Int, pool: WorkerPool,
    makePlan: (_ rowCount: Int, _ gradients: FloatSlice) -> LayeredTrainingPlan
  ) {
    let parameterCount = layers.last?.upperBound ?? 0
    // Without other ranks, nothing is sent, and the threads wait for each other once.
    hasPeers = tree.rankCount > 1
    let segments = hasPeers ? Self.segments(of: layers) : [0..<parameterCount]
    self.segments = segments
    self.pool = pool
    self.rowsPerShard = rowsPerShard
    let own = tree.shards(of: rank)
    shardCount = own.count
    nodes = tree.nodes(of: rank).map { .init(first: $0.first - own.lowerBound, count: $0.count) }
    let sums = nodes.map { _ in FloatBuffer(count: parameterCount).all }
    self.sums = sums
    let levels = nodes.map(\.count.trailingZeroBitCount).max() ?? 0
    waiting = (0..<levels).map { _ in FloatBuffer(count: parameterCount).all }
    let plan = makePlan(own.count * rowsPerShard, sums[0])
    self.plan = plan
    tiles = segments.map { segment in plan.tiles.filter { segment.contains($0.blocks.0.start) } }
  }

  /// Returns consecutive layers from the last to the first, joined to segments that are worth a message.
  static func segments(of layers: [Range<Int>]) -> [Range<Int>] {
    var segments: [Range<Int>] = []
    for layer in layers.reversed() {
      if let next = segments.last, next.count < leastSegmentCount {
        segments[segments.count - 1] = layer.lowerBound..<next.upperBound
      } else {
        segments.append(layer)
      }
    }
    return segments
  }

  func refreshParameters() { plan.refreshParameters() }

  func compute(_ batch: ShardedBatch, adding reduction: GradientReduction) {
    pool.run(shardCount: shardCount) { index in
      let range = batch.rows(ofShard: index)
      let first = index * rowsPerShard
      let loss =
        range.isEmpty
        ? 0
        : plan.pass(
          first..<first + range.count, of: batch.rows, from: range.lowerBound - first,
          rowCount: batch.range.count)
      batch.notes.setLoss(Double(loss), ofShard: index)
    }
    for segment in segments.indices {
      let tiles = tiles[segment]
      // A few at a time, so that messages move on between them.
      let tilesPerTurn = hasPeers ? 4 * pool.threadCount : max(1, tiles.count)
      for first in stride(from: 0, to: tiles.count, by: tilesPerTurn) {
        pool.run(shardCount: min(tilesPerTurn, tiles.count - first)) { index in
          for (node, sum) in zip(nodes, sums) { add(node, of: batch, to: sum, tile: tiles[first + index]) }
        }
        reduction.advance()
      }
      reduction.begin(segment)
    }
  }

  /// Adds the shards of a subtree: as in counting in binary, two sums of a level make one of the next.
  private func add(_ node: ShardTree.Node, of batch: ShardedBatch, to sum: FloatSlice, tile: ParameterTile) {
    var depth = 0
    for index in 0..<node.count {
      let first = (node.first + index) * rowsPerShard
      let count = batch.rows(ofShard: node.first + index).count
      tile.gradient(rows: first..<first + count, into: depth == 0 ? sum : waiting[depth - 1])
      depth += 1
      for _ in 0..<(~index).trailingZeroBitCount {
        depth -= 1
        tile.add(waiting[depth - 1], to: depth == 1 ? sum : waiting[depth - 2])
      }
    }
  }
}

extension [FloatSlice] {
  /// Adds slices of equal counts; the threads take chunks of them, so that the order of no sum changes.
  func add(_ merges: [ShardTree.Merge], on pool: WorkerPool) {
    guard let count = first?.count, !merges.isEmpty else { return }
    // In the L1 cache for all shards of a small tree.
    let chunkCount = 4096
    pool.run(shardCount: (count + chunkCount - 1) / chunkCount) { chunk in
      let range = chunk * chunkCount..<Swift.min((chunk + 1) * chunkCount, count)
      for merge in merges {
        VectorKernels.current.add(self[merge.source][range], to: self[merge.target][range])
      }
    }
  }
}

import MisfitCore
import MisfitKernels

/// A training plan that cuts each batch into a fixed number of shards, which one or several processes share.
///
/// The gradient of a shard is computed alone, and gradients are added in a fixed tree. All processes then
/// make the same step. So the bits of a run depend on the number of shards, and neither on the number of
/// processes nor on that of threads.
final class ShardedTrainingPlan: TrainingPlan, @unchecked Sendable {
  let arena: ParameterArena
  private let tree: ShardTree
  private let communicator: any Communicator
  private let pool: WorkerPool
  private let gradients: any ShardGradients
  private let reduction: GradientReduction
  private let notes: BatchNotes
  /// The chunks of the parameters that gradients change.
  private let blocks: [ParameterBlock]
  /// Whether this process is to stop, and whether any process is.
  private var requestsStop = false
  private var anyRequestsStop = false

  private static let chunkCount = 4096

  init(
    _ gradients: any ShardGradients, of network: Network, moments: (FloatSlice, FloatSlice),
    tree: ShardTree, communicator: any Communicator, pool: WorkerPool
  ) {
    self.tree = tree
    self.communicator = communicator
    self.pool = pool
    self.gradients = gradients
    reduction = GradientReduction(
      sums: gradients.sums, segments: gradients.segments, tree: tree, communicator: communicator, pool: pool)
    notes = BatchNotes(tree: tree, communicator: communicator)
    arena = ParameterArena(parameters: network.parameters, gradients: reduction.total, moments: moments)
    blocks = network.trainedRanges.flatMap { range in
      stride(from: range.lowerBound, to: range.upperBound, by: Self.chunkCount).map {
        ParameterBlock(start: $0, columns: min(Self.chunkCount, range.upperBound - $0))
      }
    }
  }

  func refreshParameters() { gradients.refreshParameters() }

  /// Returns whether any process was to stop before the last step; all processes get the same answer.
  func agreesToStop(_ isRequested: Bool) -> Bool {
    guard communicator.rankCount > 1 else { return isRequested }
    requestsStop = isRequested
    return anyRequestsStop
  }

  func step(
    on rows: any EpochRows, range: Range<Int>, epoch: Int, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double {
    gradients.compute(
      ShardedBatch(
        rows: rows, range: range, epoch: epoch, tree: tree, shards: tree.shards(of: communicator.rank),
        notes: notes), adding: reduction)
    notes.prepare(requestsStop: requestsStop)
    reduction.finish(with: notes.messages)
    let (lossSum, anyRequestsStop) = notes.result()
    self.anyRequestsStop = anyRequestsStop
    change(optimizerStep, factor: clipNorm.map(clipFactor) ?? 1)
    refreshParameters()
    return lossSum
  }

  func gradients(of rows: any EpochRows, range: Range<Int>, rowCount: Int, epoch: Int) -> Double {
    preconditionFailure("a shard has no shards")
  }

  /// Returns the factor that limits the norm of the gradient to `norm`.
  private func clipFactor(norm: Double) -> Float {
    let gradients = arena.gradients
    var sum = 0.0
    for start in stride(from: 0, to: gradients.count, by: Self.chunkCount) {
      let chunk = gradients[start..<min(start + Self.chunkCount, gradients.count)]
      sum += Double(VectorKernels.current.sumOfSquares(of: chunk))
    }
    let length = sum.squareRoot()
    return length > norm ? Float(norm / length) : 1
  }

  private func change(_ step: OptimizerStep, factor: Float) {
    pool.run(shardCount: blocks.count) { index in
      if factor < 1 { VectorKernels.current.scale(blocks[index], of: arena.gradients, by: factor) }
      VectorKernels.current.step(step, on: blocks[index], of: arena)
    }
  }
}

/// The losses of a batch's shards, and whether a process is to stop, which travel with the gradients.
final class BatchNotes: @unchecked Sendable {
  private let nodes: [ShardTree.Node]
  private let ownMerges: [ShardTree.Merge]
  private let ownNodes: [Int]
  private let ownRank: Int
  private let counts: [Int]
  /// The losses of this rank's shards, as doubles.
  private let losses: FloatSlice
  /// What each rank sends: the losses of its subtrees, and 1 if it is to stop; as doubles.
  private let values: [FloatSlice]
  /// The messages of a batch.
  let messages: (sends: [Message], receives: [Message])

  init(tree: ShardTree, communicator: any Communicator) {
    let shards = tree.shards(of: communicator.rank)
    let nodes = (0..<tree.rankCount).map { tree.nodes(of: $0) }
    ownRank = communicator.rank
    self.nodes = nodes.flatMap(\.self)
    ownNodes = nodes[ownRank].map { $0.first - shards.lowerBound }
    counts = nodes.map(\.count)
    ownMerges = tree.merges(of: ownRank)
    losses = FloatBuffer(count: 2 * shards.count).all
    let values = nodes.map { FloatBuffer(count: 2 * ($0.count + 1)).all }
    self.values = values
    let own = values[ownRank]
    messages = (
      communicator.peers.map { Message($0, own) }, communicator.peers.map { Message($0, values[$0]) }
    )
  }

  /// Notes the loss of a shard, by its index among those of this rank; on any thread.
  func setLoss(_ loss: Double, ofShard index: Int) { losses.set(double: loss, at: index) }

  /// Writes what this rank sends.
  func prepare(requestsStop: Bool) {
    var sums = losses.doubles
    for merge in ownMerges { sums[merge.target] += sums[merge.source] }
    for (index, node) in ownNodes.enumerated() { values[ownRank].set(double: sums[node], at: index) }
    values[ownRank].set(double: requestsStop ? 1 : 0, at: ownNodes.count)
  }

  /// Returns the loss of the batch, and whether any rank is to stop.
  func result() -> (lossSum: Double, anyRequestsStop: Bool) {
    var sums: [Double] = []
    var anyRequestsStop = false
    for (count, values) in zip(counts, values) {
      sums += (0..<count).map(values.double(at:))
      if values.double(at: count) != 0 { anyRequestsStop = true }
    }
    for merge in ShardTree.merges(of: nodes) { sums[merge.target] += sums[merge.source] }
    return (sums[0], anyRequestsStop)
  }
}

import MisfitCore
import MisfitKernels

/// A training plan for plain dense networks, in two phases that are each split among the threads.
///
/// First, rows pass forward and back, one block per thread. Then each thread takes a tile of a layer's
/// parameters, computes its gradient from all rows, and updates it while it is in the cache. Blocks and tiles
/// depend only on the sizes, so the bits of a run do not depend on the number of cores.
final class LayeredTrainingPlan: TrainingPlan, ShardedWork, @unchecked Sendable {
  /// The current phase; written by the caller of a step while the threads wait.
  private enum Phase {
    case passing(any EpochRows, Range<Int>, rowCount: Int)
    case summing(rowCount: Int)
    case computing(rowCount: Int)
    case changing(OptimizerStep, factor: Float)
    case computingAndChanging(rowCount: Int, OptimizerStep)
  }

  let arena: ParameterArena
  private let network: Network
  private let loss: Loss
  /// The groups of the output, with a mixed loss.
  private let groups: GroupedLoss?
  private let pool: WorkerPool
  private let input: FloatSlice
  /// The sums of the last layer, replaced by the gradient of the loss.
  private let output: FloatSlice
  private let steps: [LayerStep]
  let tiles: [ParameterTile]
  /// The buffers whose addresses the steps hold.
  private let buffers: [FloatSlice]
  private let bfloat16: [BFloat16Memory?]
  private let rowsPerBlock: Int
  private var phase = Phase.computing(rowCount: 0)
  private let rowsPerGather: Int
  private let blockLosses: FloatSlice
  private let change: ParameterChange

  private static let multiplicationsPerBlock = 1_500_000
  private static let minimumRowsPerBlock = 32
  private static let maximumBlocks = 16
  private static let rowsPerGather = 8

  init(
    _ network: Network, loss: Loss, groups: GroupedLoss? = nil, batchSize: Int,
    precision: Precision = .float32,
    arena: ParameterArena,
    pool: WorkerPool
  ) {
    self.network = network
    self.loss = loss
    self.groups = groups
    self.arena = arena
    self.pool = pool
    let rowsPerBlock = Self.rowsPerBlock(batchSize: batchSize, network: network)
    // A pair of rows must be in one block.
    self.rowsPerBlock = precision == .float32 ? rowsPerBlock : (rowsPerBlock + 1) / 2 * 2
    rowsPerGather = precision == .float32 ? rowsPerBlock : Self.rowsPerGather
    let input = FloatBuffer(count: batchSize * network.width).all
    let outputs = network.layers.map { FloatBuffer(count: batchSize * $0.outputCount).all }
    // The delta of the last layer replaces its sums.
    let deltas = outputs.dropLast().map { FloatBuffer(count: $0.count).all } + [outputs[outputs.count - 1]]
    let workspaces = network.layers.enumerated().map { index, layer in
      FloatBuffer(count: index == 0 ? 0 : layer.workspaceCount).all
    }
    let bfloat16 =
      precision == .bfloat16
      ? network.bfloat16Memory(
        network.bfloat16Weights { $0 > 0 }, capacity: batchSize, trains: true, needsInputGradient: { $0 > 0 })
      : network.layers.map { _ in nil }
    self.bfloat16 = bfloat16
    steps = network.layers.enumerated().map { index, layer in
      layer.step(
        in: LayerMemory(
          parameters: network.parameters, input: index == 0 ? input : outputs[index - 1],
          output: outputs[index],
          training: .init(
            arena: arena, delta: deltas[index], inputDelta: index == 0 ? nil : deltas[index - 1],
            workspace: workspaces[index]), bfloat16: bfloat16[index]))
    }
    self.input = input
    output = outputs[outputs.count - 1]
    buffers = outputs + deltas + workspaces
    tiles = steps.flatMap(\.tiles)
    blockLosses = FloatBuffer(count: (batchSize + self.rowsPerBlock - 1) / self.rowsPerBlock).all
    change = ParameterChange(arena: arena, tileCount: tiles.count)
    refreshParameters()
  }

  func refreshParameters() {
    for tile in tiles { tile.refreshParameters() }
  }

  func step(
    on rows: any EpochRows, range: Range<Int>, epoch: Int, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double {
    let lossSum = pass(rows, range: range, rowCount: range.count)
    if let clipNorm {
      runTiles(.computing(rowCount: range.count))
      runTiles(.changing(optimizerStep, factor: change.clipFactor(norm: clipNorm)))
    } else {
      runTiles(.computingAndChanging(rowCount: range.count, optimizerStep))
    }
    return lossSum
  }

  func gradients(of rows: any EpochRows, range: Range<Int>, rowCount: Int, epoch: Int) -> Double {
    let lossSum = pass(rows, range: range, rowCount: rowCount)
    runTiles(.summing(rowCount: range.count))
    return lossSum
  }

  /// Takes rows of this plan's memory through the network and back, and returns the sum of their losses.
  ///
  /// Row i of the memory is row `start` + i of the epoch; the batch has `rowCount` rows.
  func pass(_ part: Range<Int>, of rows: any EpochRows, from start: Int, rowCount: Int) -> Float {
    gather(part, of: rows, from: start)
    return pass(part, rowCount: rowCount)
  }

  /// Runs the first phase on a batch of `rowCount` rows, or on a shard of it; returns the sum of the losses.
  private func pass(_ rows: any EpochRows, range: Range<Int>, rowCount: Int) -> Double {
    let blockCount = (range.count + rowsPerBlock - 1) / rowsPerBlock
    phase = .passing(rows, range, rowCount: rowCount)
    pool.run(shardCount: blockCount, self)
    return (0..<blockCount).reduce(0.0) { $0 + Double(blockLosses[$1]) }
  }

  func run(shard: Int) {
    switch phase {
    case .passing(let rows, let range, let rowCount):
      let part = shard * rowsPerBlock..<min((shard + 1) * rowsPerBlock, range.count)
      blockLosses[shard] = pass(part, of: rows, from: range.lowerBound, rowCount: rowCount)
    case .summing(let rowCount): tiles[shard].gradient(rowCount: rowCount)
    case .computing(let rowCount):
      tiles[shard].gradient(rowCount: rowCount)
      change.noteLength(of: tiles[shard], at: shard)
    case .changing(let step, let factor): change.apply(step, to: tiles[shard], gradientFactor: factor)
    case .computingAndChanging(let rowCount, let step):
      tiles[shard].gradient(rowCount: rowCount)
      change.apply(step, to: tiles[shard])
    }
  }

  /// Runs a phase for all tiles; on the calling thread if there is only one block of rows.
  private func runTiles(_ phase: Phase) {
    self.phase = phase
    if blockLosses.count > 1 {
      pool.run(shardCount: tiles.count, self)
    } else {
      for tile in tiles.indices { run(shard: tile) }
    }
  }

  /// Gathers rows of the batch that begins at `start`, and packs a few at a time while they are in the cache.
  private func gather(_ part: Range<Int>, of rows: any EpochRows, from start: Int) {
    let input = Rows(input, width: network.width)
    for first in stride(from: part.lowerBound, to: part.upperBound, by: rowsPerGather) {
      let some = first..<min(first + rowsPerGather, part.upperBound)
      rows.gather(
        start + some.lowerBound..<start + some.upperBound, into: input[some].slice)
      steps[0].packInput(some)
    }
  }

  private func pass(_ rows: Range<Int>, rowCount: Int) -> Float {
    let last = steps.count - 1
    for index in 0..<last {
      steps[index].forward(rows, activates: true)
      steps[index + 1].packInput(rows)
    }
    let lossSum = forwardToLoss(rows, rowCount: rowCount)
    for index in stride(from: last, through: 0, by: -1) {
      steps[index].backward(rows, deltaIsOfSums: index == last)
    }
    return lossSum
  }

  /// Computes the losses of rows at the last layer, and replaces its sums by the gradient of the loss, the
  /// mean over a batch of `rowCount`.
  private func forwardToLoss(_ rows: Range<Int>, rowCount: Int) -> Float {
    let last = steps[steps.count - 1]
    guard let groups else {
      let scale = 1 / (Float(rowCount) * Float(network.width))
      return last.forwardToLoss(loss, rows, target: input, scale: scale)
    }
    last.forward(rows, activates: false)
    return groups.replaceSums(rows, of: output, target: input, rowCount: rowCount)
  }

  /// The rows of a block; depends only on the amount of work.
  private static func rowsPerBlock(batchSize: Int, network: Network) -> Int {
    let multiplications = batchSize * network.layers.reduce(0) { $0 + $1.multiplicationsPerRow }
    let byWork = multiplications / multiplicationsPerBlock
    let count = max(1, min(byWork, batchSize / minimumRowsPerBlock, maximumBlocks))
    // An even number of blocks, since most machines have an even number of cores.
    let even = count > 1 ? count / 2 * 2 : 1
    return (batchSize + even - 1) / even
  }
}

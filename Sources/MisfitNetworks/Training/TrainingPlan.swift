import MisfitCore
import MisfitKernels

/// One training step, compiled for a network and a batch size: all buffers are made here, none in a step.
///
/// A batch is cut into shards by its size; each shard computes the gradient of its rows into buffers of its
/// own; the gradients are then added in the order of the shards and applied, range by range.
final class TrainingPlan: Sendable {
  private let network: Network
  private let loss: Loss
  private let pool: WorkerPool
  private let passes: [NetworkPass]
  private let rowsPerShard: Int
  private let shardLosses: FloatSlice
  private let chunkNorms: FloatSlice
  private let gradients: FloatSlice

  private static let parametersPerChunk = 1 << 14
  private static let multiplicationsPerShard = 3_000_000
  private static let rowsPerShardAtLeast = 32
  private static let shardsAtMost = 16
  /// Each shard has gradients of its own: together at most this many floats, 256 MiB.
  private static let gradientsAtMost = 1 << 26

  init(_ network: Network, loss: Loss, batchSize: Int, pool: WorkerPool) {
    self.network = network
    self.loss = loss
    self.pool = pool
    let shardCount = Self.shardCount(batchSize: batchSize, network: network)
    let rowsPerShard = (batchSize + shardCount - 1) / shardCount
    self.rowsPerShard = rowsPerShard
    passes = (0..<shardCount).map { _ in
      NetworkPass(network, capacity: rowsPerShard, givesLogits: loss == .binaryCrossEntropy, trains: true)
    }
    guard let first = passes.first?.parameterGradients else { preconditionFailure("a plan has a shard") }
    gradients = first
    shardLosses = FloatBuffer(count: shardCount).all
    chunkNorms = FloatBuffer(count: Self.chunkCount(of: network)).all
  }

  /// Trains on the rows at `range` of the epoch's order; gives the sum of their losses before the step.
  func step(
    on rows: any EpochRows, range: Range<Int>, optimizerStep: OptimizerStep, clipNorm: Double?,
    state: TrainingState
  ) -> Double {
    let scale = 1 / (Float(range.count) * Float(network.width))
    let shardCount = (range.count + rowsPerShard - 1) / rowsPerShard
    pool.run(shardCount: shardCount) { shard in
      let start = range.lowerBound + shard * rowsPerShard
      let part = start..<min(start + rowsPerShard, range.upperBound)
      let pass = passes[shard]
      rows.gather(part, into: pass.input(rows: part.count))
      pass.forward(rows: part.count)
      shardLosses[shard] = pass.backward(loss, rows: part.count, scale: scale)
    }
    let factor = clipNorm.map { clipFactor(norm: $0, shardCount: shardCount) }
    forEachChunk { _, chunk in
      if clipNorm == nil { addShards(of: chunk, shardCount: shardCount) }
      if let factor, factor < 1 { VectorKernels.current.scale(gradients[chunk], by: factor) }
      VectorKernels.current.step(
        optimizerStep, parameters: network.parameters[chunk], gradients: gradients[chunk],
        moments: (state.firstMoment[chunk], state.secondMoment[chunk]))
    }
    return (0..<shardCount).reduce(0.0) { $0 + Double(shardLosses[$1]) }
  }

  /// What the gradient is multiplied by so that its length is at most `norm`; the shards are added on the
  /// way.
  private func clipFactor(norm: Double, shardCount: Int) -> Float {
    forEachChunk { index, chunk in
      addShards(of: chunk, shardCount: shardCount)
      chunkNorms[index] = VectorKernels.current.sumOfSquares(of: gradients[chunk])
    }
    let length = (0..<chunkNorms.count).reduce(0.0) { $0 + Double(chunkNorms[$1]) }.squareRoot()
    return length > norm ? Float(norm / length) : 1
  }

  private func addShards(of chunk: Range<Int>, shardCount: Int) {
    for pass in passes[1..<max(shardCount, 1)] {
      guard let addend = pass.parameterGradients else { continue }
      VectorKernels.current.add(addend[chunk], to: gradients[chunk])
    }
  }

  private func forEachChunk(_ body: (Int, Range<Int>) -> Void) {
    let count = network.parameterCount
    pool.run(shardCount: Self.chunkCount(of: network)) { index in
      let start = index * Self.parametersPerChunk
      body(index, start..<min(start + Self.parametersPerChunk, count))
    }
  }

  private static func chunkCount(of network: Network) -> Int {
    max(1, (network.parameterCount + parametersPerChunk - 1) / parametersPerChunk)
  }

  /// Follows from the work alone, so that the bits of a run do not depend on the machine's cores.
  private static func shardCount(batchSize: Int, network: Network) -> Int {
    let multiplications = batchSize * network.layers.reduce(0) { $0 + $1.multiplicationsPerRow }
    let byWork = (multiplications + multiplicationsPerShard - 1) / multiplicationsPerShard
    let byMemory = gradientsAtMost / max(network.parameterCount, 1)
    return max(1, min(byWork, byMemory, batchSize / rowsPerShardAtLeast, shardsAtMost))
  }
}

import MisfitCore
import MisfitKernels
import Synchronization

/// A training plan for any network and any options: rows pass forward and back in stages.
///
/// Like ``LayeredTrainingPlan``, but a stage ends where a layer needs sums over the whole batch; one thread
/// combines them in the order of the blocks, and the next stage begins. Blocks are small, so that the images
/// of a row stay in the cache.
final class StagedTrainingPlan: TrainingPlan {
  let arena: ParameterArena
  private let network: Network
  private let options: TrainingOptions
  /// The groups of the output, with a mixed loss.
  private let groups: GroupedLoss?
  private let pool: WorkerPool
  private let input: FloatSlice
  /// The target of the loss: the input, unless it has noise, or the rows have targets of their own.
  private let target: FloatSlice
  /// The sums of the last layer, replaced by the gradient of the loss.
  private let output: FloatSlice
  private let steps: [LayerStep]
  private let stages: [PassStage]
  private let tiles: [ParameterTile]
  private let penalties: [CodePenaltyStep]
  /// The buffers whose addresses the steps hold.
  private let buffers: [FloatSlice]
  private let rowsPerBlock: Int
  /// The rows that pass through all layers at a time, in memory that the blocks share; nil if the memory
  /// holds the whole batch.
  private let rowsAtOnce: Int?
  /// The slots of that memory that no thread uses.
  private let freeSlots: Mutex<[Int]>
  private let position: BatchPosition
  private let blockLosses: FloatSlice
  private let change: ParameterChange

  /// The default of `rowsPerBlock` depends on the sizes.
  init(
    _ network: Network, options: TrainingOptions, groups: GroupedLoss? = nil, batchSize: Int,
    hasTargets: Bool,
    arena: ParameterArena, pool: WorkerPool, precision: Precision = .float32, rowsPerBlock: Int? = nil
  ) {
    self.network = network
    self.options = options
    self.groups = groups
    self.arena = arena
    self.pool = pool
    let rowsPerBlock = min(
      batchSize, rowsPerBlock ?? Self.rowsPerBlock(batchSize: batchSize, network: network))
    self.rowsPerBlock = rowsPerBlock
    position = BatchPosition(seed: options.seed)
    let blockCount = (batchSize + rowsPerBlock - 1) / rowsPerBlock
    let rowsAtOnce = Self.rowsAtOnce(rowsPerBlock, network, options, precision: precision)
    self.rowsAtOnce = rowsAtOnce
    let slotCount = min(pool.threadCount, blockCount)
    freeSlots = Mutex(Array(0..<slotCount))
    let rowCount = rowsAtOnce.map { $0 * slotCount } ?? batchSize
    let memory = PlanMemory(network, batchSize: rowCount)
    input = memory.input
    target =
      hasTargets || options.noise != nil
      ? FloatBuffer(count: rowCount * network.outputWidth).all : memory.input
    output = memory.outputs[memory.outputs.count - 1]
    buffers = memory.all
    let position = position
    let steps = network.layers.indices.map { index in
      var layer = memory.layer(
        index, of: network, arena: arena, position: position, precision: precision)
      layer.rowsPerBlock = rowsPerBlock
      layer.blockCount = rowsAtOnce == nil ? nil : blockCount
      return network.layers[index].step(in: layer)
    }
    self.steps = steps
    penalties = options.penalties.map { [index = network.codeIndex] in
      CodePenaltyStep(
        $0, of: network.layers[index], activation: network.codeActivation, code: memory.outputs[index],
        delta: memory.deltas[index], arena: arena, rowsPerBlock: rowsPerBlock)
    }
    stages = PassStage.stages(of: steps, penalties: penalties, codeIndex: network.codeIndex)
    tiles = Self.tiles(of: steps, network)
    blockLosses = FloatBuffer(count: blockCount).all
    change = ParameterChange(arena: arena, tileCount: tiles.count)
    refreshParameters()
  }

  func refreshParameters() {
    for step in steps { step.refreshParameters() }
  }

  func step(
    on rows: any EpochRows, range: Range<Int>, epoch: Int, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double {
    let lossSum = passRows(rows, range: range, rowCount: range.count, epoch: epoch)
    let factor = clipNorm.map { clipFactor(norm: $0, rowCount: range.count) }
    forEachTile { _, tile in
      if clipNorm == nil { gradient(of: tile, rowCount: range.count) }
      change.apply(optimizerStep, to: tile, gradientFactor: factor ?? 1)
    }
    return lossSum
  }

  func gradients(of rows: any EpochRows, range: Range<Int>, rowCount: Int, epoch: Int) -> Double {
    let lossSum = passRows(rows, range: range, rowCount: rowCount, epoch: epoch)
    forEachTile { gradient(of: $1, rowCount: range.count) }
    return lossSum
  }

  /// Runs the first phase on a batch of `rowCount` rows, or on a shard of it: computes all deltas, and
  /// returns the sum of the losses.
  private func passRows(_ rows: any EpochRows, range: Range<Int>, rowCount: Int, epoch: Int) -> Double {
    for stage in stages.indices {
      run(stage: stage, on: rows, range: range, rowCount: rowCount, epoch: epoch)
      guard let sums = stages[stage].sums else { continue }
      let total = sums.total(rowCount: range.count)
      sums.use(total, rowCount: range.count, addsGradients: true)
      sums.updateAverages(total)
    }
    return lossSum(rowCount: range.count)
  }

  /// The stages of a pass.
  var stageCount: Int { stages.count }

  /// Returns the sums that have to be combined after a stage; nil if it ends the pass.
  func sums(afterStage stage: Int) -> (any BatchSums)? { stages[stage].sums }

  /// Runs one stage of the first phase on a batch of `rowCount` rows, or on a shard of it.
  func run(stage index: Int, on rows: any EpochRows, range: Range<Int>, rowCount: Int, epoch: Int) {
    if index == 0 { position.move(toEpoch: epoch, firstRow: range.lowerBound) }
    pool.run(shardCount: (range.count + rowsPerBlock - 1) / rowsPerBlock) { block in
      let blockRows = block * rowsPerBlock..<min((block + 1) * rowsPerBlock, range.count)
      if index == 0 { blockLosses[block] = 0 }
      forEachRowRange(of: blockRows, block: block) { part in
        if index == 0 { gather(part, of: rows, from: range.lowerBound) }
        for operation in stages[index].operations { perform(operation, on: part, rowCount: rowCount) }
      }
    }
  }

  /// Computes the gradients of a shard of `rowCount` rows that have passed all stages, and returns the sum of
  /// the losses.
  func finishShard(rowCount: Int) -> Double {
    forEachTile { gradient(of: $1, rowCount: rowCount) }
    return lossSum(rowCount: rowCount)
  }

  private func lossSum(rowCount: Int) -> Double {
    (0..<(rowCount + rowsPerBlock - 1) / rowsPerBlock).reduce(0.0) { $0 + Double(blockLosses[$1]) }
  }

  /// Some rows of a block, and their range in memory.
  private struct RowRange {
    var block: Int
    var isFirst: Bool
    /// The rows in the batch.
    var rows: Range<Int>
    /// The rows in memory.
    var memory: Range<Int>
  }

  /// Calls `body` with a whole block or, if memory holds only a part of it, with a few rows at a time.
  private func forEachRowRange(of blockRows: Range<Int>, block: Int, _ body: (RowRange) -> Void) {
    guard let rowsAtOnce else {
      return body(RowRange(block: block, isFirst: true, rows: blockRows, memory: blockRows))
    }
    guard let free = freeSlots.withLock({ $0.popLast() }) else {
      preconditionFailure("more threads than slots")
    }
    for start in stride(from: blockRows.lowerBound, to: blockRows.upperBound, by: rowsAtOnce) {
      let rows = start..<min(start + rowsAtOnce, blockRows.upperBound)
      let memory = free * rowsAtOnce..<free * rowsAtOnce + rows.count
      body(RowRange(block: block, isFirst: start == blockRows.lowerBound, rows: rows, memory: memory))
    }
    freeSlots.withLock { $0.append(free) }
  }

  /// Fills target and input with some rows; noise depends only on seed, epoch and position.
  private func gather(_ part: RowRange, of rows: any EpochRows, from start: Int) {
    let range = start + part.rows.lowerBound..<start + part.rows.upperBound
    let input = Rows(input, width: network.width)[part.memory]
    let target = Rows(target, width: network.outputWidth)[part.memory].slice
    rows.gather(range, into: input.slice)
    if rows.targetWidth != nil {
      rows.gatherTargets(range, into: target)
    } else if options.noise != nil {
      target.copy(from: input.slice)
    }
    guard let noise = options.noise else { return }
    for (index, row) in part.rows.enumerated() {
      let values = input[index]
      let key =
        noise.isKept
        ? NoiseKey(seed: options.seed, stream: SeedStream.noise.value, row: values)
        : self.position.key(row: row, stream: SeedStream.noise.value)
      VectorKernels.current.add(noise, key, to: values, into: values)
    }
  }

  private func perform(_ operation: PassStage.Operation, on part: RowRange, rowCount: Int) {
    let last = steps.count - 1
    let rows = part.memory
    switch operation {
    case .sum(let sums): sums.sum(rows)
    case .forward(let index): steps[index].forward(rows, activates: index < last)
    case .loss: blockLosses[part.block] += lossGradient(rows, rowCount: rowCount)
    case .addPenalty(let penalty): penalty.addDelta(rows, rowCount: rowCount)
    case .addSkippedDelta(let index): steps[index].work?.addSkippedDelta(rows)
    case .backward(let index):
      steps[index].backward(
        rows, deltaIsOfSums: index == last, block: part.block, isFirst: part.isFirst)
    }
  }

  /// The losses of some rows of the memory; their gradient takes the position of the sums.
  private func lossGradient(_ rows: Range<Int>, rowCount: Int) -> Float {
    guard let groups else {
      let scale = 1 / (Float(rowCount) * Float(network.outputWidth))
      return steps[steps.count - 1].lossGradient(options.loss, rows, target: target, scale: scale)
    }
    return groups.replaceSums(rows, of: output, target: target, rowCount: rowCount)
  }

  private func gradient(of tile: ParameterTile, rowCount: Int) {
    tile.gradient(rowCount: rowCount)
    for penalty in penalties { penalty.addGradient(to: tile.blocks.0) }
  }

  /// Computes the gradients, and returns the factor that limits their norm to `norm`.
  private func clipFactor(norm: Double, rowCount: Int) -> Float {
    forEachTile { index, tile in
      gradient(of: tile, rowCount: rowCount)
      change.noteLength(of: tile, at: index)
    }
    return change.clipFactor(norm: norm)
  }

  private func forEachTile(_ body: (Int, ParameterTile) -> Void) {
    pool.run(shardCount: tiles.count) { body($0, tiles[$0]) }
  }

  /// Returns the tiles of all layers; the tiles of a kernel that another layer is tied to are shared.
  ///
  /// The largest come first, so that no thread starts a large one at the end.
  private static func tiles(of steps: [LayerStep], _ network: Network) -> [ParameterTile] {
    var shared: [Int: any SharedKernel] = [:]
    for case let kernel? in steps.map({ $0.work?.sharedKernel }) { shared[kernel.kernelStart] = kernel }
    let tiles = steps.flatMap(\.tiles).map { tile -> ParameterTile in
      guard case .dense(let step, let part) = tile, let second = shared[step.kernelStart] else { return tile }
      return .shared(step, part, second)
    }
    func size(_ tile: ParameterTile) -> Int { tile.blocks.0.rows * tile.blocks.0.columns }
    return tiles.enumerated().sorted {
      (size($0.element), $1.offset) > (size($1.element), $0.offset)
    }.map(\.element)
  }

  /// The rows whose images, with their deltas, fill about the L2 cache of a core; depends only on the sizes.
  private static func rowsPerBlock(batchSize: Int, network: Network) -> Int {
    let valuesPerRow = 2 * network.layers.reduce(network.width) { $0 + $1.outputCount }
    let byMemory = max(1, valuesPerBlock / valuesPerRow)
    let byCount = (batchSize + maximumBlocks - 1) / maximumBlocks
    return min(batchSize, max(byMemory, byCount, minimumRows))
  }

  /// The number of rows that can pass through all layers alone; nil if some layer needs the whole batch in
  /// memory.
  private static func rowsAtOnce(
    _ rowsPerBlock: Int, _ network: Network, _ options: TrainingOptions, precision: Precision
  ) -> Int? {
    guard options.penalties.isEmpty, ConvolutionStep.isDirect(precision),
      network.layers.allSatisfy(\.acceptsPartialBlocks)
    else { return nil }
    let valuesPerRow = 2 * network.layers.reduce(network.width) { $0 + $1.outputCount }
    // In pairs, for bf16.
    return min(rowsPerBlock, max(2, valuesAtOnce / valuesPerRow / 2 * 2))
  }

  /// Half of the L2 cache of a core.
  private static let valuesAtOnce = 1 << 17
  private static let valuesPerBlock = 1 << 18
  private static let maximumBlocks = 16
  /// With fewer rows, the overhead of a call is too large for a convolution.
  private static let minimumRows = 8
}

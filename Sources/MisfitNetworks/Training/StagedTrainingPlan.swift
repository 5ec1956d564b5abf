import MisfitCore
import MisfitKernels
import Synchronization

/// Steps of networks with images, and of all variants: rows pass forward and back in stages.
///
/// As ``LayeredTrainingPlan``, but a stage ends where a layer needs sums over the whole batch; they are joined
/// in the order of the blocks, on one thread, and the next stage begins. The blocks are small, so that a row's
/// images stay in the cache on their way.
final class StagedTrainingPlan: TrainingPlan {
  let arena: ParameterArena
  private let network: Network
  private let options: TrainingOptions
  /// What the output stands for, with a mixed loss.
  private let cells: CellLayout?
  private let pool: WorkerPool
  private let input: FloatSlice
  /// What the output is held against: the input, unless it has noise, or the rows have targets of their own.
  private let target: FloatSlice
  /// What the last layer's sums are written to, and the loss's gradient in their place.
  private let output: FloatSlice
  private let steps: [LayerStep]
  private let stages: [PassStage]
  private let pieces: [LayerPiece]
  private let penalties: [CodePenaltyStep]
  /// What the steps hold addresses of.
  private let buffers: [FloatSlice]
  private let rowsPerBlock: Int
  /// The rows that pass through all layers at a time, in memory that all blocks use in turn; nil where the memory holds the batch.
  private let rowsAtOnce: Int?
  /// The parts of that memory that no thread is at.
  private let freeParts: Mutex<[Int]>
  private let place: BatchPlace
  private let blockLosses: FloatSlice
  private let change: ParameterChange

  /// `rowsPerBlock` is chosen from the sizes where it is not given.
  init(
    _ network: Network, options: TrainingOptions, cells: CellLayout? = nil, batchSize: Int, hasTargets: Bool,
    arena: ParameterArena, pool: WorkerPool, precision: Precision = .single, rowsPerBlock: Int? = nil
  ) {
    self.network = network
    self.options = options
    self.cells = cells
    self.arena = arena
    self.pool = pool
    let rowsPerBlock = min(
      batchSize, rowsPerBlock ?? Self.rowsPerBlock(batchSize: batchSize, network: network))
    self.rowsPerBlock = rowsPerBlock
    place = BatchPlace(seed: options.seed)
    let blockCount = (batchSize + rowsPerBlock - 1) / rowsPerBlock
    let rowsAtOnce = Self.rowsAtOnce(rowsPerBlock, network, options, precision: precision)
    self.rowsAtOnce = rowsAtOnce
    let partCount = min(pool.threadCount, blockCount)
    freeParts = Mutex(Array(0..<partCount))
    let rowCount = rowsAtOnce.map { $0 * partCount } ?? batchSize
    let memory = PlanMemory(network, batchSize: rowCount)
    input = memory.input
    target =
      hasTargets || options.noise != nil
      ? FloatBuffer(count: rowCount * network.outputWidth).all : memory.input
    output = memory.outputs[memory.outputs.count - 1]
    buffers = memory.all
    let place = place
    let steps = network.layers.indices.map { index in
      var layer = memory.layer(
        index, of: network, arena: arena, place: place, precision: precision)
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
    pieces = Self.pieces(of: steps, network)
    blockLosses = FloatBuffer(count: blockCount).all
    change = ParameterChange(arena: arena, pieceCount: pieces.count)
    takeUpParameters()
  }

  func takeUpParameters() {
    for step in steps { step.takeUpParameters() }
  }

  func step(
    on rows: any EpochRows, range: Range<Int>, epoch: Int, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double {
    place.move(toEpoch: epoch, firstRow: range.lowerBound)
    let lossSum = passRows(rows, range: range)
    let factor = clipNorm.map { clipFactor(norm: $0, rowCount: range.count) }
    forEachPiece { _, piece in
      if clipNorm == nil { gradient(of: piece, rowCount: range.count) }
      change.apply(optimizerStep, to: piece, gradientFactor: factor ?? 1)
    }
    return lossSum
  }

  /// The first phase: all deltas, and the sum of the losses.
  private func passRows(_ rows: any EpochRows, range: Range<Int>) -> Double {
    let blockCount = (range.count + rowsPerBlock - 1) / rowsPerBlock
    for (index, stage) in stages.enumerated() {
      pool.run(shardCount: blockCount) { block in
        let part = block * rowsPerBlock..<min((block + 1) * rowsPerBlock, range.count)
        if index == 0 { blockLosses[block] = 0 }
        forEachPlace(of: part, block: block) { place in
          if index == 0 { gather(place, of: rows, from: range.lowerBound) }
          for operation in stage.operations { perform(operation, on: place, rowCount: range.count) }
        }
      }
      stage.join?.perform(rowCount: range.count)
    }
    return (0..<blockCount).reduce(0.0) { $0 + Double(blockLosses[$1]) }
  }

  /// Some rows of a block, and where in the memory they are.
  private struct Place {
    var block: Int
    var isFirst: Bool
    /// In the batch.
    var rows: Range<Int>
    /// In the memory.
    var memory: Range<Int>
  }

  /// Passes a block at once, or a few rows after the other through a part of the memory.
  private func forEachPlace(of part: Range<Int>, block: Int, _ body: (Place) -> Void) {
    guard let rowsAtOnce else { return body(Place(block: block, isFirst: true, rows: part, memory: part)) }
    guard let free = freeParts.withLock({ $0.popLast() }) else {
      preconditionFailure("more threads than the pool has")
    }
    for start in stride(from: part.lowerBound, to: part.upperBound, by: rowsAtOnce) {
      let rows = start..<min(start + rowsAtOnce, part.upperBound)
      let memory = free * rowsAtOnce..<free * rowsAtOnce + rows.count
      body(Place(block: block, isFirst: start == part.lowerBound, rows: rows, memory: memory))
    }
    freeParts.withLock { $0.append(free) }
  }

  /// Fills target and input with some rows; noise is made from seed, epoch and place alone.
  private func gather(_ place: Place, of rows: any EpochRows, from start: Int) {
    let range = start + place.rows.lowerBound..<start + place.rows.upperBound
    let (width, outputWidth) = (network.width, network.outputWidth)
    let input = input[place.memory.lowerBound * width..<place.memory.upperBound * width]
    rows.gather(range, into: input)
    let target = target[place.memory.lowerBound * outputWidth..<place.memory.upperBound * outputWidth]
    if rows.targetWidth != nil {
      rows.gatherTargets(range, into: target)
    } else if options.noise != nil {
      target.copy(from: input)
    }
    guard let noise = options.noise else { return }
    for (index, row) in place.rows.enumerated() {
      let values = input[index * width..<(index + 1) * width]
      let key =
        noise.isKept
        ? NoiseKey(seed: options.seed, stream: RandomStream.noise, row: values)
        : self.place.key(row: row, stream: RandomStream.noise)
      VectorKernels.current.add(noise, key, to: values, into: values)
    }
  }

  private func perform(_ operation: PassStage.Operation, on place: Place, rowCount: Int) {
    let last = steps.count - 1
    let part = place.memory
    switch operation {
    case .sumValues(let step): step.sumValues(part)
    case .forward(let index): steps[index].forward(part, activates: index < last)
    case .sumCode(let penalty): penalty.sum(part)
    case .loss: blockLosses[place.block] += lossGradient(part, rowCount: rowCount)
    case .addPenalty(let penalty): penalty.addDelta(part, rowCount: rowCount)
    case .sumDeltas(let step): step.sumDeltas(part)
    case .backward(let index):
      steps[index].backward(
        part, deltaIsOfSums: index == last, block: place.block, isFirst: place.isFirst)
    }
  }

  /// The losses of some rows of the memory; their gradient takes the place of the sums.
  private func lossGradient(_ rows: Range<Int>, rowCount: Int) -> Float {
    guard let cells else {
      let scale = 1 / (Float(rowCount) * Float(network.outputWidth))
      return steps[steps.count - 1].lossGradient(options.loss, rows, target: target, scale: scale)
    }
    return cells.replaceSums(rows, of: output, target: target, rowCount: rowCount)
  }

  private func gradient(of piece: LayerPiece, rowCount: Int) {
    piece.gradient(rowCount: rowCount)
    for penalty in penalties { penalty.addGradient(to: piece.blocks.0) }
  }

  /// What the gradient is multiplied by so that its length is at most `norm`; the gradients are computed on
  /// the way.
  private func clipFactor(norm: Double, rowCount: Int) -> Float {
    forEachPiece { index, piece in
      gradient(of: piece, rowCount: rowCount)
      change.noteLength(of: piece, at: index)
    }
    return change.clipFactor(norm: norm)
  }

  private func forEachPiece(_ body: (Int, LayerPiece) -> Void) {
    pool.run(shardCount: pieces.count) { body($0, pieces[$0]) }
  }

  /// The pieces of all layers; where a layer is tied to a kernel, that kernel's pieces are shared.
  ///
  /// The largest come first, so that no thread is left with one at the end.
  private static func pieces(of steps: [LayerStep], _ network: Network) -> [LayerPiece] {
    var ties: [Int: TiedDenseStep] = [:]
    for case .tied(let step) in steps { ties[step.kernelStart] = step }
    let pieces = steps.flatMap(\.pieces).map { piece -> LayerPiece in
      guard case .dense(let step, let part) = piece, let tied = ties[step.kernelStart] else { return piece }
      return .shared(step, part, tied)
    }
    func size(_ piece: LayerPiece) -> Int { piece.blocks.0.rows * piece.blocks.0.columns }
    return pieces.enumerated().sorted {
      (size($0.element), $1.offset) > (size($1.element), $0.offset)
    }.map(\.element)
  }

  /// Rows whose images, with their deltas, fill about a core's second cache; from the work alone.
  private static func rowsPerBlock(batchSize: Int, network: Network) -> Int {
    let valuesPerRow = 2 * network.layers.reduce(network.width) { $0 + $1.outputCount }
    let byMemory = max(1, valuesPerBlock / valuesPerRow)
    let byCount = (batchSize + blocksAtMost - 1) / blocksAtMost
    return min(batchSize, max(byMemory, byCount, rowsAtLeast))
  }

  /// How few rows can pass through all layers alone; nil where some layer needs all rows of the batch in memory.
  private static func rowsAtOnce(
    _ rowsPerBlock: Int, _ network: Network, _ options: TrainingOptions, precision: Precision
  ) -> Int? {
    guard options.penalties.isEmpty, ConvolutionStep.isDirect(precision),
      network.layers.allSatisfy({ $0 is ConvolutionLayer || $0 is WindowLayer })
    else { return nil }
    let valuesPerRow = 2 * network.layers.reduce(network.width) { $0 + $1.outputCount }
    // In pairs, as bf16 takes them.
    return min(rowsPerBlock, max(2, valuesAtOnce / valuesPerRow / 2 * 2))
  }

  /// Half of a core's second cache.
  private static let valuesAtOnce = 1 << 17
  private static let valuesPerBlock = 1 << 18
  private static let blocksAtMost = 16
  /// With fewer, a convolution spends too much on each call.
  private static let rowsAtLeast = 8
}

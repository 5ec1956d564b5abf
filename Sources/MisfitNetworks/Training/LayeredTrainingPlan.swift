import MisfitCore
import MisfitKernels

/// Steps in two phases, each shared out between the threads.
///
/// First, rows pass forward and back, a block of them to a thread. Then each thread takes a piece of a
/// layer's parameters, computes its gradient from all rows, and changes it while it is in the cache. Blocks
/// and pieces follow from the sizes alone, so that the bits of a run do not depend on the machine's cores.
final class LayeredTrainingPlan: TrainingPlan, ShardedWork, @unchecked Sendable {
  /// What the threads are at; written by the caller of a step while they wait.
  private enum Phase {
    case passing(any EpochRows, Range<Int>)
    case computing(rowCount: Int)
    case changing(OptimizerStep, factor: Float)
    case computingAndChanging(rowCount: Int, OptimizerStep)
  }

  let arena: ParameterArena
  private let network: Network
  private let loss: Loss
  /// What the output stands for, with a mixed loss.
  private let cells: CellLayout?
  private let pool: WorkerPool
  private let input: FloatSlice
  /// What the last layer's sums are written to, and the loss's gradient in their place.
  private let output: FloatSlice
  private let steps: [LayerStep]
  private let pieces: [LayerPiece]
  /// What the steps hold addresses of.
  private let buffers: [FloatSlice]
  private let bfloat16: [BFloat16Memory?]
  private let rowsPerBlock: Int
  private var phase = Phase.computing(rowCount: 0)
  private let rowsPerGather: Int
  private let blockLosses: FloatSlice
  private let change: ParameterChange

  private static let multiplicationsPerBlock = 1_500_000
  private static let rowsPerBlockAtLeast = 32
  private static let blocksAtMost = 16
  private static let rowsPerGather = 8

  init(
    _ network: Network, loss: Loss, cells: CellLayout? = nil, batchSize: Int, precision: Precision = .single,
    arena: ParameterArena,
    pool: WorkerPool
  ) {
    self.network = network
    self.loss = loss
    self.cells = cells
    self.arena = arena
    self.pool = pool
    let rowsPerBlock = Self.rowsPerBlock(batchSize: batchSize, network: network)
    // Pairs of rows lie in one block.
    self.rowsPerBlock = precision == .single ? rowsPerBlock : (rowsPerBlock + 1) / 2 * 2
    rowsPerGather = precision == .single ? rowsPerBlock : Self.rowsPerGather
    let input = FloatBuffer(count: batchSize * network.width).all
    let outputs = network.layers.map { FloatBuffer(count: batchSize * $0.outputCount).all }
    // The last layer's delta takes the place of its sums.
    let deltas = outputs.dropLast().map { FloatBuffer(count: $0.count).all } + [outputs[outputs.count - 1]]
    let workspaces = network.layers.enumerated().map { index, layer in
      FloatBuffer(count: index == 0 ? 0 : layer.workspaceCount).all
    }
    let bfloat16 = network.layers.enumerated().map { index, layer -> BFloat16Memory? in
      guard precision == .bfloat16 else { return nil }
      return BFloat16Memory(
        layer.bfloat16Weights(hasWayBack: index > 0),
        layer.bfloat16Rows(capacity: batchSize, trains: true, hasWayBack: index > 0))
    }
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
    pieces = steps.flatMap(\.pieces)
    blockLosses = FloatBuffer(count: (batchSize + self.rowsPerBlock - 1) / self.rowsPerBlock).all
    change = ParameterChange(arena: arena, pieceCount: pieces.count)
    takeUpParameters()
  }

  func takeUpParameters() {
    for piece in pieces { piece.takeUpParameters() }
  }

  func step(
    on rows: any EpochRows, range: Range<Int>, epoch: Int, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double {
    let blockCount = (range.count + rowsPerBlock - 1) / rowsPerBlock
    phase = .passing(rows, range)
    pool.run(shardCount: blockCount, self)
    if let clipNorm {
      runPieces(.computing(rowCount: range.count))
      runPieces(.changing(optimizerStep, factor: change.clipFactor(norm: clipNorm)))
    } else {
      runPieces(.computingAndChanging(rowCount: range.count, optimizerStep))
    }
    return (0..<blockCount).reduce(0.0) { $0 + Double(blockLosses[$1]) }
  }

  func run(shard: Int) {
    switch phase {
    case .passing(let rows, let range):
      let part = shard * rowsPerBlock..<min((shard + 1) * rowsPerBlock, range.count)
      gather(part, of: rows, from: range.lowerBound)
      blockLosses[shard] = pass(part, rowCount: range.count)
    case .computing(let rowCount):
      pieces[shard].gradient(rowCount: rowCount)
      change.noteLength(of: pieces[shard], at: shard)
    case .changing(let step, let factor): change.apply(step, to: pieces[shard], gradientFactor: factor)
    case .computingAndChanging(let rowCount, let step):
      pieces[shard].gradient(rowCount: rowCount)
      change.apply(step, to: pieces[shard])
    }
  }

  /// Runs a phase for all pieces; where one block of rows is all the work there is, on this thread.
  private func runPieces(_ phase: Phase) {
    self.phase = phase
    if blockLosses.count > 1 {
      pool.run(shardCount: pieces.count, self)
    } else {
      for piece in pieces.indices { run(shard: piece) }
    }
  }

  /// Rows of the batch that begins at `start`; a few at a time are taken up while they are in the cache.
  private func gather(_ part: Range<Int>, of rows: any EpochRows, from start: Int) {
    let width = network.width
    for first in stride(from: part.lowerBound, to: part.upperBound, by: rowsPerGather) {
      let some = first..<min(first + rowsPerGather, part.upperBound)
      rows.gather(
        start + some.lowerBound..<start + some.upperBound,
        into: input[some.lowerBound * width..<some.upperBound * width])
      steps[0].takeUpInput(some)
    }
  }

  private func pass(_ rows: Range<Int>, rowCount: Int) -> Float {
    let last = steps.count - 1
    for index in 0..<last {
      steps[index].forward(rows, activates: true)
      steps[index + 1].takeUpInput(rows)
    }
    let lossSum = forwardToLoss(rows, rowCount: rowCount)
    for index in stride(from: last, through: 0, by: -1) {
      steps[index].backward(rows, deltaIsOfSums: index == last)
    }
    return lossSum
  }

  /// The losses of rows that have come to the last layer; its sums become the gradient of the loss, the mean over a batch of `rowCount`.
  private func forwardToLoss(_ rows: Range<Int>, rowCount: Int) -> Float {
    let last = steps[steps.count - 1]
    guard let cells else {
      let scale = 1 / (Float(rowCount) * Float(network.width))
      return last.forwardToLoss(loss, rows, target: input, scale: scale)
    }
    last.forward(rows, activates: false)
    return cells.replaceSums(rows, of: output, target: input, rowCount: rowCount)
  }

  /// Follows from the work alone.
  private static func rowsPerBlock(batchSize: Int, network: Network) -> Int {
    let multiplications = batchSize * network.layers.reduce(0) { $0 + $1.multiplicationsPerRow }
    let byWork = multiplications / multiplicationsPerBlock
    let count = max(1, min(byWork, batchSize / rowsPerBlockAtLeast, blocksAtMost))
    // An even number, since most machines have an even number of cores.
    let even = count > 1 ? count / 2 * 2 : 1
    return (batchSize + even - 1) / even
  }
}

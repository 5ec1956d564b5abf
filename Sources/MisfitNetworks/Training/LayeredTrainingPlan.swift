import MisfitCore
import MisfitKernels

/// Steps in two phases, each shared out between the threads.
///
/// First, rows pass forward and back, a block of them to a thread. Then each thread takes a piece of a
/// layer's parameters, computes its gradient from all rows, and changes it while it is in the cache. Blocks
/// and pieces follow from the sizes alone, so that the bits of a run do not depend on the machine's cores.
final class LayeredTrainingPlan: TrainingPlan {
  let arena: ParameterArena
  private let network: Network
  private let loss: Loss
  private let pool: WorkerPool
  private let input: FloatSlice
  private let steps: [LayerStep]
  private let pieces: [LayerPiece]
  /// What the steps hold addresses of.
  private let buffers: [FloatSlice]
  private let rowsPerBlock: Int
  private let blockLosses: FloatSlice
  private let pieceNorms: FloatSlice

  private static let multiplicationsPerBlock = 1_500_000
  private static let rowsPerBlockAtLeast = 32
  private static let blocksAtMost = 16

  init(_ network: Network, loss: Loss, batchSize: Int, arena: ParameterArena, pool: WorkerPool) {
    self.network = network
    self.loss = loss
    self.arena = arena
    self.pool = pool
    rowsPerBlock = Self.rowsPerBlock(batchSize: batchSize, network: network)
    let input = FloatBuffer(count: batchSize * network.width).all
    let ones = FloatBuffer([Float](repeating: 1, count: batchSize)).all
    let outputs = network.layers.map { FloatBuffer(count: batchSize * $0.outputCount).all }
    // The last layer's delta takes the place of its sums.
    let deltas = outputs.dropLast().map { FloatBuffer(count: $0.count).all } + [outputs[outputs.count - 1]]
    let workspaces = network.layers.enumerated().map { index, layer in
      FloatBuffer(count: index == 0 ? 0 : layer.workspaceCount).all
    }
    steps = network.layers.enumerated().map { index, layer in
      layer.step(
        in: LayerMemory(
          parameters: network.parameters, input: index == 0 ? input : outputs[index - 1],
          output: outputs[index],
          training: .init(
            arena: arena, delta: deltas[index], inputDelta: index == 0 ? nil : deltas[index - 1],
            workspace: workspaces[index], ones: ones)))
    }
    self.input = input
    buffers = [ones] + outputs + deltas + workspaces
    pieces = steps.flatMap(\.pieces)
    blockLosses = FloatBuffer(count: (batchSize + rowsPerBlock - 1) / rowsPerBlock).all
    pieceNorms = FloatBuffer(count: pieces.count).all
    takeUpParameters()
  }

  func takeUpParameters() {
    for piece in pieces { piece.takeUpParameters() }
  }

  func step(
    on rows: any EpochRows, range: Range<Int>, epoch: Int, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double {
    let lossSum = passRows(rows, range: range)
    let factor = clipNorm.map { clipFactor(norm: $0, rowCount: range.count) }
    forEachPiece { _, piece in
      if clipNorm == nil { piece.gradient(rowCount: range.count) }
      change(piece, by: optimizerStep, gradientFactor: factor ?? 1)
    }
    return lossSum
  }

  /// The first phase: all deltas, and the sum of the losses.
  private func passRows(_ rows: any EpochRows, range: Range<Int>) -> Double {
    let scale = 1 / (Float(range.count) * Float(network.width))
    let blockCount = (range.count + rowsPerBlock - 1) / rowsPerBlock
    pool.run(shardCount: blockCount) { block in
      let part = block * rowsPerBlock..<min((block + 1) * rowsPerBlock, range.count)
      let start = range.lowerBound
      rows.gather(
        start + part.lowerBound..<start + part.upperBound,
        into: input[part.lowerBound * network.width..<part.upperBound * network.width])
      blockLosses[block] = pass(part, scale: scale)
    }
    return (0..<blockCount).reduce(0.0) { $0 + Double(blockLosses[$1]) }
  }

  private func pass(_ rows: Range<Int>, scale: Float) -> Float {
    let last = steps.count - 1
    for index in 0...last { steps[index].forward(rows, activates: index < last) }
    let lossSum = steps[last].lossGradient(loss, rows, target: input, scale: scale)
    for index in stride(from: last, through: 0, by: -1) {
      steps[index].backward(rows, deltaIsOfSums: index == last)
    }
    return lossSum
  }

  private func change(_ piece: LayerPiece, by optimizerStep: OptimizerStep, gradientFactor: Float) {
    let (first, second) = piece.blocks
    change(first, by: optimizerStep, gradientFactor: gradientFactor)
    if let second { change(second, by: optimizerStep, gradientFactor: gradientFactor) }
    piece.takeUpParameters()
  }

  private func change(_ block: ParameterBlock, by optimizerStep: OptimizerStep, gradientFactor: Float) {
    if gradientFactor < 1 { VectorKernels.current.scale(block, of: arena.gradients, by: gradientFactor) }
    VectorKernels.current.step(optimizerStep, on: block, of: arena)
  }

  /// What the gradient is multiplied by so that its length is at most `norm`; the gradients are computed on
  /// the way.
  private func clipFactor(norm: Double, rowCount: Int) -> Float {
    forEachPiece { index, piece in
      piece.gradient(rowCount: rowCount)
      let (first, second) = piece.blocks
      pieceNorms[index] = sumOfSquares(of: first) + (second.map(sumOfSquares) ?? 0)
    }
    let length = (0..<pieceNorms.count).reduce(0.0) { $0 + Double(pieceNorms[$1]) }.squareRoot()
    return length > norm ? Float(norm / length) : 1
  }

  private func sumOfSquares(of block: ParameterBlock) -> Float {
    VectorKernels.current.sumOfSquares(of: block, in: arena.gradients)
  }

  /// Calls `body` for all pieces; where one block of rows is all the work there is, on this thread.
  private func forEachPiece(_ body: (Int, LayerPiece) -> Void) {
    guard blockLosses.count > 1 else {
      for index in pieces.indices { body(index, pieces[index]) }
      return
    }
    pool.run(shardCount: pieces.count) { body($0, pieces[$0]) }
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

import MisfitCore
import MisfitKernels

/// A training plan for networks of a few hundred parameters: one call computes all gradients, on the calling
/// thread.
///
/// A step takes a few microseconds, less than passing work to another thread would cost.
final class SmallTrainingPlan: TrainingPlan {
  let arena: ParameterArena
  private let step: SmallNetworkStep
  private let width: Int

  private static let parameterLimit = 1024
  private static let valueLimit = 1 << 14

  /// Creates a plan, or nil if the network and the values of a batch do not fit in the L1 cache.
  init?(_ network: Network, loss: Loss, batchSize: Int, arena: ParameterArena) {
    guard let layers = network.denseLayers, Self.suits(network, batchSize: batchSize) else { return nil }
    self.arena = arena
    width = network.width
    step = SmallNetworkStep(
      layers.map {
        SmallNetworkStep.Layer(
          inputCount: $0.inputCount, outputCount: $0.outputCount, activation: $0.activation,
          kernelStart: $0.kernel.range.lowerBound, biasStart: $0.bias.range.lowerBound)
      }, capacity: batchSize, loss: loss, arena: arena)
  }

  /// Whether the network and the values of a batch fit in the L1 cache.
  static func suits(_ network: Network, batchSize: Int) -> Bool {
    guard let layers = network.denseLayers else { return false }
    let valuesPerRow = network.width + layers.reduce(0) { $0 + 2 * $1.outputCount }
    return network.parameterCount <= parameterLimit && batchSize <= valueLimit / valuesPerRow
  }

  func refreshParameters() {}

  func step(
    on rows: any EpochRows, range: Range<Int>, epoch: Int, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double {
    let lossSum = gradients(of: rows, range: range, rowCount: range.count, epoch: epoch)
    let kernels = VectorKernels.current
    if let clipNorm {
      let length = Double(kernels.sumOfSquares(of: arena.gradients)).squareRoot()
      if length > clipNorm { kernels.scale(arena.gradients, by: Float(clipNorm / length)) }
    }
    let all = ParameterBlock(start: 0, columns: arena.parameters.count)
    kernels.step(optimizerStep, on: all, of: arena)
    return lossSum
  }

  func gradients(of rows: any EpochRows, range: Range<Int>, rowCount: Int, epoch: Int) -> Double {
    rows.gather(range, into: step.input[0..<range.count * width])
    return Double(step.gradients(rows: range.count, scale: 1 / (Float(rowCount) * Float(width))))
  }
}

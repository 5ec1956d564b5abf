import MisfitCore
import MisfitKernels

/// A penalty on the code, compiled for batches of up to B rows in blocks.
///
/// Shapes: C values of the code a row, I of the input; `code` and `delta` [B, C].
final class CodePenaltyStep: BatchSums {
  private let penalty: CodePenalty
  private let width: Int
  private let activation: Activation
  private let code: FloatSlice
  private let delta: FloatSlice
  private let parameters: FloatSlice
  private let arena: ParameterArena
  private let rowsPerBlock: Int
  /// The kernel of the code layer, for a contractive penalty.
  private let kernel: Range<Int>
  /// The sums of each block, [blocks, C], and the factors computed from them, [C].
  private let blockSums: FloatSlice
  private let factors: FloatSlice
  /// The squared length of each unit's weights, [C].
  private let squaredLengths: FloatSlice
  private let zeros: FloatSlice
  /// The slopes of the code, [B, C].
  private let slopes: FloatSlice

  /// - Precondition: the penalty was checked for the layer.
  init(
    _ penalty: CodePenalty, of layer: any Layer, activation: Activation, code: FloatSlice, delta: FloatSlice,
    arena: ParameterArena, rowsPerBlock: Int
  ) {
    self.penalty = penalty
    self.activation = activation
    self.code = code
    self.delta = delta
    self.arena = arena
    self.rowsPerBlock = rowsPerBlock
    parameters = arena.parameters
    width = layer.outputCount
    let rows = code.count / layer.outputCount
    let blocks = (rows + rowsPerBlock - 1) / rowsPerBlock
    blockSums = FloatBuffer(count: blocks * layer.outputCount).all
    factors = FloatBuffer(count: layer.outputCount).all
    squaredLengths = FloatBuffer(count: layer.outputCount).all
    zeros = FloatBuffer(count: layer.outputCount).all
    let isContractive = if case .contractive = penalty { true } else { false }
    kernel = isContractive ? layer.tensors[0].range : 0..<0
    slopes = FloatBuffer(count: isContractive ? code.count : 0).all
  }

  /// Whether the penalty depends on sums over the whole batch.
  var needsBatchSums: Bool { penalty.needsBatchSums }

  /// Computes the sums of a block: of the code, or of its squared slopes.
  func sum(_ rows: Range<Int>) {
    let kernels = VectorKernels.current
    let block = rows.lowerBound / rowsPerBlock
    let sums = Rows(blockSums, width: width)[block]
    switch penalty {
    case .absolute: break
    case .divergence: kernels.channelSums(of: slice(code, rows), into: sums)
    case .contractive:
      let slopes = slice(slopes, rows)
      slopes.fill(with: 1)
      kernels.multiply(slopes, bySlopeOf: activation, at: slice(code, rows))
      kernels.squaredDeviations(of: slopes, from: zeros, into: sums)
    }
  }

  var totalCount: Int { width }

  /// Returns the sums of all units, in block order.
  func total(rowCount: Int) -> [Double] {
    let blocks = (rowCount + rowsPerBlock - 1) / rowsPerBlock
    return (0..<width).map { unit in
      (0..<blocks).reduce(0.0) { $0 + Double(blockSums[$1 * width + unit]) }
    }
  }

  func use(_ total: [Double], rowCount: Int, addsGradients: Bool) {
    for unit in 0..<width {
      let mean = total[unit] / Double(rowCount)
      switch penalty {
      case .absolute: break
      case .divergence(let weight, let target):
        // A unit that is 0 or saturated over the whole batch would have an infinite slope.
        let mean = min(max(mean, 1e-6), 1 - 1e-6)
        factors[unit] = Float(
          weight / Double(rowCount) * ((1 - target) / (1 - mean) - target / mean))
      case .contractive(let weight): factors[unit] = addsGradients ? Float(2 * weight * mean) : 0
      }
    }
    guard case .contractive(let weight) = penalty else { return }
    VectorKernels.current.squaredDeviations(of: parameters[kernel], from: zeros, into: squaredLengths)
    VectorKernels.current.scale(squaredLengths, by: Float(2 * weight / Double(rowCount)))
  }

  /// Adds the gradient of the penalty to the delta of the code.
  func addDelta(_ rows: Range<Int>, rowCount: Int) {
    let kernels = VectorKernels.current
    let (delta, code) = (slice(delta, rows), slice(code, rows))
    switch penalty {
    case .absolute(let weight):
      kernels.addSigns(of: code, times: Float(weight / Double(rowCount)), to: delta)
    case .divergence: kernels.addBias(factors, andActivate: .linear, in: delta)
    case .contractive:
      if activation == .sigmoid { kernels.addSigmoidCurvature(at: code, times: squaredLengths, to: delta) }
    }
  }

  /// Adds the direct gradient of the penalty to a tile of the code layer's kernel.
  func addGradient(to block: ParameterBlock) {
    guard case .contractive = penalty, kernel.contains(block.start) else { return }
    let firstUnit = (block.start - kernel.lowerBound) % width
    VectorKernels.current.addColumns(
      of: block, in: parameters, times: factors[firstUnit..<firstUnit + block.columns],
      to: arena.gradients)
  }

  private func slice(_ values: FloatSlice, _ rows: Range<Int>) -> FloatSlice {
    Rows(values, width: width)[rows].slice
  }
}

extension CodePenalty {
  /// Whether the penalty depends on sums over the whole batch.
  var needsBatchSums: Bool {
    if case .absolute = self { false } else { true }
  }

  /// Checks that a network can be trained with the penalty.
  ///
  /// - Throws: ``TrainingError``.
  func check(_ network: Network) throws(TrainingError) {
    let activation = network.codeActivation
    switch self {
    case .absolute: break
    case .divergence:
      guard activation == .sigmoid else { throw TrainingError(.divergenceNeedsSigmoid) }
    case .contractive:
      guard network.codeIndex == 0, network.codeLayer?.dense != nil,
        activation == .sigmoid || activation == .relu
      else { throw TrainingError(.contractiveNeedsOneLayer) }
    }
  }
}

extension Network {
  /// The activation of the layer that computes the code.
  var codeActivation: Activation { codeLayer?.activation ?? .linear }

  /// The layer that computes the code.
  var codeLayer: LayerSpecification? {
    architecture.layers[...architecture.codeLayer].last { !$0.isView }
  }
}

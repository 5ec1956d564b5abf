import MisfitCore
import MisfitKernels

/// Batch normalisation, channel by channel (Ioffe and Szegedy, 2015), with Keras' numbers: the running
/// averages keep 0.99 of what they were, and 0.001 is added to variances.
///
/// The running averages stand in the arena beside factor and addend; no optimizer touches them.
struct NormalizationLayer: Layer {
  static let epsilon = 1e-3
  static let kept = 0.99

  let inputCount: Int
  let channels: Int
  let activation: Activation
  /// Where factor, addend, running mean and running variance begin.
  let offset: Int
  let tensors: [ParameterTensor]

  init(name: String, shape: Shape, activation: Activation, offset: Int) {
    let channels = shape.channels
    inputCount = shape.elementCount
    self.channels = channels
    self.activation = activation
    self.offset = offset
    tensors = ["gamma", "beta", "moving_mean", "moving_variance"].enumerated().map { index, part in
      let start = offset + index * channels
      return ParameterTensor(name: "\(name).\(part)", extents: [channels], range: start..<start + channels)
    }
  }

  var outputCount: Int { inputCount }
  var multiplicationsPerRow: Int { 0 }
  var workspaceCount: Int { 0 }

  func step(in memory: LayerMemory) -> LayerStep { .normalization(NormalizationStep(self, in: memory)) }

  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {
    reset(parameters)
  }

  /// Factor and variance 1, addend and mean 0.
  func reset(_ parameters: FloatSlice) {
    for (tensor, value) in zip(tensors, [1, 0, 0, 1] as [Float]) {
      parameters[tensor.range].fill(with: value)
    }
  }
}

import MisfitCore
import MisfitKernels

/// A dense layer of the decoder with the kernel of the layer that it mirrors, turned over, and a bias of its
/// own.
struct TiedDenseLayer: Layer {
  let mirrored: DenseLayer
  let activation: Activation
  let bias: ParameterTensor

  init(name: String, mirrored: DenseLayer, activation: Activation, offset: Int) {
    self.mirrored = mirrored
    self.activation = activation
    bias = ParameterTensor(
      name: "\(name).bias", extents: [mirrored.inputCount], range: offset..<offset + mirrored.inputCount)
  }

  var inputCount: Int { mirrored.outputCount }
  var outputCount: Int { mirrored.inputCount }
  var tensors: [ParameterTensor] { [bias] }
  var multiplicationsPerRow: Int { inputCount * outputCount }
  var workspaceCount: Int { 0 }

  func step(in memory: LayerMemory) -> LayerStep {
    let training = memory.training.map { training in
      guard let ones = training.ones else { preconditionFailure("the plan has no ones") }
      return TiedDenseStep.Training(
        arena: training.arena, delta: training.delta, inputDelta: training.inputDelta, ones: ones)
    }
    return .tied(
      TiedDenseStep(
        inputCount: inputCount, outputCount: outputCount, activation: activation,
        kernelStart: mirrored.kernel.range.lowerBound, biasStart: bias.range.lowerBound,
        parameters: memory.parameters, input: memory.input, output: memory.output, training: training))
  }

  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {
    parameters[bias.range].fill(with: 0)
  }
}

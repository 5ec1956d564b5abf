import MisfitCore
import MisfitKernels

/// `activation(input · kernel + bias)`, with the kernel stored [I, O] as Keras stores it.
struct DenseLayer: Layer {
  let inputCount: Int
  let outputCount: Int
  let activation: Activation
  let kernel: ParameterTensor
  let bias: ParameterTensor

  /// Lays the layer's tensors into the arena from `offset` on.
  init(name: String, inputCount: Int, outputCount: Int, activation: Activation, offset: Int) {
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.activation = activation
    let kernelEnd = offset + inputCount * outputCount
    kernel = ParameterTensor(
      name: "\(name).kernel", extents: [inputCount, outputCount], range: offset..<kernelEnd)
    bias = ParameterTensor(
      name: "\(name).bias", extents: [outputCount], range: kernelEnd..<kernelEnd + outputCount)
  }

  var tensors: [ParameterTensor] { [kernel, bias] }
  var multiplicationsPerRow: Int { inputCount * outputCount }

  /// The kernel turned over.
  var workspaceCount: Int { inputCount * outputCount }

  func step(in memory: LayerMemory) -> LayerStep {
    let training = memory.training.map { training in
      DenseStep.Training(
        arena: training.arena, delta: training.delta,
        input: training.inputDelta.map { ($0, training.workspace) })
    }
    let step = DenseStep(
      inputCount: inputCount, outputCount: outputCount, activation: activation,
      kernelStart: kernel.range.lowerBound, biasStart: bias.range.lowerBound,
      parameters: memory.parameters, input: memory.input, output: memory.output, training: training)
    guard let bfloat16 = memory.bfloat16 else { return .dense(step) }
    return .bfloat16Dense(BFloat16DenseStep(step, weights: bfloat16.weights, rows: bfloat16.rows))
  }

  func bfloat16Weights(needsInputGradient: Bool) -> BFloat16DenseWeights? {
    BFloat16DenseWeights(
      inputCount: inputCount, outputCount: outputCount, needsInputGradient: needsInputGradient)
  }

  func bfloat16Rows(capacity: Int, trains: Bool, needsInputGradient: Bool) -> BFloat16DenseRows? {
    BFloat16DenseRows(
      inputCount: inputCount, outputCount: outputCount, capacity: capacity, trains: trains,
      needsInputGradient: needsInputGradient)
  }

  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {
    let limit = initialization.limit(inputs: inputCount, outputs: outputCount)
    for index in kernel.range { parameters[index] = (generator.nextUnitFloat() * 2 - 1) * limit }
    parameters[bias.range].fill(with: 0)
  }
}

import MisfitCore
import MisfitKernels

/// `activation(input · kernel + bias)`, with the kernel stored [I, O] as Keras stores it.
struct DenseLayer: Layer {
  let inputCount: Int
  let outputCount: Int
  var activation: Activation
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

  func forward(rows: Int, input: FloatSlice, parameters: FloatSlice, output: FloatSlice) {
    MatrixProduct.multiply(
      input, by: parameters[kernel.range], into: output, rows: rows, columns: outputCount, inner: inputCount)
    VectorKernels.current.addBias(parameters[bias.range], andActivate: activation, in: output)
  }

  func backward(
    rows: Int, input: FloatSlice, output: FloatSlice, outputGradient: FloatSlice, inputGradient: FloatSlice?,
    parameters: FloatSlice, parameterGradients: FloatSlice
  ) {
    VectorKernels.current.multiply(outputGradient, bySlopeOf: activation, at: output)
    MatrixProduct.multiply(
      input, .transposed, by: outputGradient, into: parameterGradients[kernel.range], rows: inputCount,
      columns: outputCount, inner: rows)
    VectorKernels.current.sumColumns(of: outputGradient, into: parameterGradients[bias.range])
    guard let inputGradient else { return }
    MatrixProduct.multiply(
      outputGradient, by: parameters[kernel.range], .transposed, into: inputGradient, rows: rows,
      columns: inputCount, inner: outputCount)
  }

  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {
    let limit = initialization.limit(inputs: inputCount, outputs: outputCount)
    for index in kernel.range { parameters[index] = (generator.nextUnitFloat() * 2 - 1) * limit }
    parameters[bias.range].fill(with: 0)
  }

  func withoutActivation() -> any Layer {
    var layer = self
    layer.activation = .linear
    return layer
  }
}

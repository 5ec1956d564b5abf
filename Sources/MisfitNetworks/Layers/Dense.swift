import MisfitCore
import MisfitKernels
import MisfitONNX

/// A dense layer: y = activation(x · kernel + bias).
///
/// A tied layer of the decoder uses the transposed kernel of the layer that it mirrors in the encoder, and a
/// bias of its own.
package struct Dense: LayerKind {
  /// The number of outputs.
  package var units: Int
  /// The activation; never nil.
  package var activation: Activation?
  /// Whether the layer uses the transposed kernel of the layer that it mirrors.
  package var isTied = false

  static let forms = [LayerForm("dense UNITS [ACTIVATION] [tied]")]

  init(_ words: inout LayerWords) throws(ArchitectureError) {
    units = try words.count()
    activation = words.activation()
    isTied = words.flag("tied")
  }

  init(units: Int, activation: Activation, isTied: Bool = false) {
    self.units = units
    self.activation = activation
    self.isTied = isTied
  }

  var text: String { "dense \(units)".with(activation ?? .linear) + (isTied ? " tied" : "") }
  var canBeLast: Bool { true }
  var explicitValueCount: Int { units }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape {
    try LayerCheck.check([units], layer: layer, isLimited: false)
    return try LayerCheck.shape([units], layer: layer)
  }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) {
    (isTied ? units : LayerCheck.product(input.elementCount + 1, units), 0)
  }

  func layer(at site: LayerSite) -> (any Layer)? {
    guard isTied else {
      return DenseLayer(
        name: site.name, inputCount: site.input.elementCount, outputCount: units,
        activation: activation ?? .linear, offset: site.offset)
    }
    guard let mirrored = site.mirrored else {
      preconditionFailure("the architecture was not checked: the mirrored layer is missing")
    }
    return TiedDenseLayer(
      name: site.name, mirrored: mirrored, activation: activation ?? .linear, offset: site.offset)
  }
}

/// A dense layer, with the kernel stored [I, O] as in Keras.
struct DenseLayer: Layer {
  let inputCount: Int
  let outputCount: Int
  let activation: Activation
  let kernel: ParameterTensor
  let bias: ParameterTensor

  /// Places the tensors of the layer in the arena, starting at `offset`.
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
  var asDense: DenseLayer? { self }
  /// The transposed kernel.
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
    guard let rounded = memory.bfloat16 else { return .dense(step) }
    return .bfloat16Dense(BFloat16DenseStep(step, weights: rounded.weights, rows: rounded.rows))
  }

  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {
    let limit = initialization.limit(inputs: inputCount, outputs: outputCount)
    for index in kernel.range { parameters[index] = (generator.nextUnitFloat() * 2 - 1) * limit }
    parameters[bias.range].fill(with: 0)
  }
}

// y[r, o] = activation(bias[o] + sum over i of x[r, i] * kernel[i, o])
extension DenseLayer {
  func referenceOutput(of input: [Double], parameters: [Double]) -> [Double] {
    var output = [Double](repeating: 0, count: input.count / inputCount * outputCount)
    for row in 0..<input.count / inputCount {
      for o in 0..<outputCount {
        var sum = parameters[bias.range.lowerBound + o]
        for i in 0..<inputCount {
          sum += input[row * inputCount + i] * parameters[kernel.range.lowerBound + i * outputCount + o]
        }
        output[row * outputCount + o] = activation.reference(sum)
      }
    }
    return output
  }

  func referenceBackward(_ pass: ReferencePass, addingTo gradients: inout [Double]) -> [Double] {
    let delta = pass.deltaOfSums(activation)
    var inputDelta = [Double](repeating: 0, count: pass.input.count)
    for row in 0..<pass.input.count / inputCount {
      for o in 0..<outputCount {
        let d = delta[row * outputCount + o]
        gradients[bias.range.lowerBound + o] += d
        for i in 0..<inputCount {
          let weight = kernel.range.lowerBound + i * outputCount + o
          gradients[weight] += d * pass.input[row * inputCount + i]
          inputDelta[row * inputCount + i] += d * pass.parameters[weight]
        }
      }
    }
    return inputDelta
  }
}

/// A dense layer of the decoder with the transposed kernel of the layer that it mirrors.
struct TiedDenseLayer: Layer {
  let inputCount: Int
  let outputCount: Int
  let activation: Activation
  let bias: ParameterTensor
  /// The offset of the mirrored layer's kernel, [O, I].
  private let kernelStart: Int

  init(name: String, mirrored: any Layer, activation: Activation, offset: Int) {
    inputCount = mirrored.outputCount
    outputCount = mirrored.inputCount
    kernelStart = mirrored.tensors[0].range.lowerBound
    self.activation = activation
    bias = ParameterTensor(
      name: "\(name).bias", extents: [mirrored.inputCount], range: offset..<offset + mirrored.inputCount)
  }

  var tensors: [ParameterTensor] { [bias] }
  var multiplicationsPerRow: Int { inputCount * outputCount }

  func step(in memory: LayerMemory) -> LayerStep {
    let training = memory.training.map { training in
      guard let ones = training.ones else { preconditionFailure("the plan has no ones") }
      return TiedDenseStep.Training(
        arena: training.arena, delta: training.delta, inputDelta: training.inputDelta, ones: ones)
    }
    return .other(
      TiedDenseStep(
        inputCount: inputCount, outputCount: outputCount, activation: activation, kernelStart: kernelStart,
        biasStart: bias.range.lowerBound, parameters: memory.parameters, input: memory.input,
        output: memory.output, training: training))
  }
}

// y[r, o] = activation(bias[o] + sum over i of x[r, i] * kernel[o, i])
extension TiedDenseLayer {
  func referenceOutput(of input: [Double], parameters: [Double]) -> [Double] {
    var output = [Double](repeating: 0, count: input.count / inputCount * outputCount)
    for row in 0..<input.count / inputCount {
      for o in 0..<outputCount {
        var sum = parameters[bias.range.lowerBound + o]
        for i in 0..<inputCount {
          sum += input[row * inputCount + i] * parameters[kernelStart + o * inputCount + i]
        }
        output[row * outputCount + o] = activation.reference(sum)
      }
    }
    return output
  }

  func referenceBackward(_ pass: ReferencePass, addingTo gradients: inout [Double]) -> [Double] {
    let delta = pass.deltaOfSums(activation)
    var inputDelta = [Double](repeating: 0, count: pass.input.count)
    for row in 0..<pass.input.count / inputCount {
      for o in 0..<outputCount {
        let d = delta[row * outputCount + o]
        gradients[bias.range.lowerBound + o] += d
        for i in 0..<inputCount {
          let weight = kernelStart + o * inputCount + i
          gradients[weight] += d * pass.input[row * inputCount + i]
          inputDelta[row * inputCount + i] += d * pass.parameters[weight]
        }
      }
    }
    return inputDelta
  }
}

extension TiedDenseStep: LayerWork, SharedKernel {
  var sharedKernel: (any SharedKernel)? { self }
  var parameterBlocks: (ParameterBlock, ParameterBlock?)? { (biasBlock, nil) }

  func gradient(rowCount: Int) { biasGradient(rowCount: rowCount) }

  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool, block: Int?, isFirst: Bool) {
    backward(rows, deltaIsOfSums: deltaIsOfSums)
  }

  /// Does nothing: the tiles of the shared kernel update the transposed kernel.
  func refreshAfterStep() {}
}

extension DenseLayer {
  func graph(_ input: GraphValue, parameters: FloatSlice) -> GraphValue {
    let weights = input.graph.matrix(parameters[kernel.range].array, width: outputCount, name: kernel.name)
    let offsets = input.graph.matrix(parameters[bias.range].array, width: outputCount, name: bias.name)
    return activation.graph(input.matMul(weights) + offsets)
  }
}

extension TiedDenseLayer {
  func graph(_ input: GraphValue, parameters: FloatSlice) -> GraphValue {
    let range = kernelStart..<kernelStart + inputCount * outputCount
    // The kernel of the mirrored layer, which is stored once.
    let weights = input.graph.matrix(parameters[range].array, width: inputCount, name: bias.name + ".kernel")
    let offsets = input.graph.matrix(parameters[bias.range].array, width: outputCount, name: bias.name)
    return activation.graph(input.matMul(weights.transposed([1, 0])) + offsets)
  }
}

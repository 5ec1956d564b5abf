import MisfitCore
import MisfitKernels
import MisfitONNX

/// A skip connection: the output of an earlier layer joins that of the previous one.
///
/// `add` sums both (residual blocks: He et al., 2016), `concat` appends the channels of the earlier layer
/// (U-Net: Ronneberger, Fischer and Brox, 2015).
struct Skip: LayerKind {
  /// The operation that joins two values.
  enum Operation: String {
    case add
    case concat
  }

  var operation: Operation
  /// The number of the earlier layer in the text, from 1; 0 for the input of the network.
  var number: Int
  /// The activation of the sum; linear for `concat`.
  var sumActivation: Activation

  static let forms = [LayerForm("add LAYER [ACTIVATION]"), LayerForm("concat LAYER")]

  init(_ words: inout LayerWords) throws(ArchitectureError) {
    operation = Operation(rawValue: words.name.text) ?? .add
    number = try words.layerNumber()
    sumActivation = operation == .add ? words.activation() : .linear
  }

  var text: String {
    let source = number == 0 ? LayerWords.inputName : String(number)
    return "\(operation.rawValue) \(source)".with(sumActivation)
  }
  var activation: Activation? { operation == .add ? sumActivation : nil }
  var canBeLast: Bool { operation == .add }
  var skippedNumber: Int? { number }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape { input }

  func outputShape(
    of input: SampleShape, joining skipped: SampleShape, layer: Int
  ) throws(ArchitectureError) -> SampleShape {
    let (own, other) = (input.extents, skipped.extents)
    let fits = operation == .add ? own == other : own.dropLast() == other.dropLast()
    guard fits, let channels = own.last, let more = other.last else {
      throw ArchitectureError(.cannotJoin(layer: layer, name: text, input, with: skipped))
    }
    guard operation == .concat else { return input }
    return try LayerCheck.shape(own.dropLast() + [channels + more], layer: layer)
  }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) { (0, 0) }

  func layer(at site: LayerSite) -> (any Layer)? {
    guard let skipped = site.skipped else { preconditionFailure("a skip connection without its source") }
    return SkipLayer(
      operation: operation, activation: sumActivation,
      inputs: LayerJoint(
        layer: skipped.layer, pixels: site.input.elementCount / site.input.channels,
        channels: site.input.channels, skippedChannels: skipped.shape.channels))
  }
}

/// The two inputs of a layer that joins an earlier layer's output to that of the previous one.
struct LayerJoint: Hashable {
  /// The index of the earlier layer among the layers that compute; -1 for the input of the network.
  var layer: Int
  /// The number of pixels of both; 1 for rows.
  var pixels: Int
  /// The channels of the previous layer's output, or its columns.
  var channels: Int
  /// The channels of the earlier layer's output, or its columns.
  var skippedChannels: Int
}

/// A layer with two inputs, which have as many pixels.
///
/// The values of a pixel are those of the previous layer, then those of the earlier one: [P, C + S].
struct SkipLayer: Layer {
  let operation: Skip.Operation
  let activation: Activation
  let inputs: LayerJoint

  var joint: LayerJoint? { inputs }
  var inputCount: Int { inputs.pixels * inputs.channels }
  var outputCount: Int { inputCount + (operation == .add ? 0 : inputs.pixels * inputs.skippedChannels) }
  var tensors: [ParameterTensor] { [] }
  var acceptsPartialBlocks: Bool { true }

  func step(in memory: LayerMemory) -> LayerStep { .other(SkipStep(self, in: memory)) }
}

// add: y = f(x + s); concat: y = [x, s], pixel by pixel
extension SkipLayer {
  func referenceOutput(of input: [Double], parameters: [Double]) -> [Double] {
    guard operation == .add else { return input }
    let channels = inputs.channels
    return stride(from: 0, to: input.count, by: 2 * channels).flatMap { start in
      (start..<start + channels).map { activation.reference(input[$0] + input[$0 + channels]) }
    }
  }

  func referenceBackward(_ pass: ReferencePass, addingTo gradients: inout [Double]) -> [Double] {
    guard operation == .add else { return pass.delta }
    let channels = inputs.channels
    let delta = pass.deltaOfSums(activation)
    return stride(from: 0, to: delta.count, by: channels).flatMap { start in
      let pixel = delta[start..<start + channels]
      return pixel + pixel
    }
  }
}

extension SkipLayer {
  func graph(_ input: GraphValue, parameters: FloatSlice) -> GraphValue {
    guard operation == .add else { return input }
    let sums = input.reshaped([-1, inputs.pixels, 2, inputs.channels]).sum(axis: 2)
    return activation.graph(sums.reshaped([-1, outputCount]))
  }
}

extension LayerJoint {
  /// Returns the values of two graphs' rows, joined pixel by pixel: [N, P·(C + S)].
  func joined(_ input: GraphValue, _ skipped: GraphValue) -> GraphValue {
    input.graph.concatenate(
      [input.reshaped([-1, pixels, channels]), skipped.reshaped([-1, pixels, skippedChannels])], axis: 2
    ).reshaped([-1, pixels * (channels + skippedChannels)])
  }
}

/// A layer with two inputs, compiled for a batch.
///
/// The gradient of the earlier layer's output is added to the one that its next layer has computed, when all
/// layers in between have passed backward; until then it stays in the memory of this layer's delta.
///
/// Shapes: `input`, `inputDelta` [B, P, C]; `skipped`, `skippedDelta` [B, P, S]; `output`, `delta` [B, O].
private struct SkipStep: LayerWork {
  private let layer: SkipLayer
  private let joint: LayerJoint
  private let input: FloatSlice
  private let skipped: FloatSlice
  private let output: FloatSlice
  private let delta: FloatSlice?
  private let inputDelta: FloatSlice?
  private let skippedDelta: FloatSlice?

  init(_ layer: SkipLayer, in memory: LayerMemory) {
    guard let skipped = memory.skipped else {
      preconditionFailure("a skip connection without its source")
    }
    self.layer = layer
    joint = layer.inputs
    self.skipped = skipped
    (input, output) = (memory.input, memory.output)
    delta = memory.training?.delta
    inputDelta = memory.training?.inputDelta
    skippedDelta = memory.training?.skippedDelta
  }

  var skippedLayer: Int? { joint.layer }

  func forward(_ rows: Range<Int>, activates: Bool) {
    guard layer.operation == .add else {
      let (own, other) = parts(of: output)
      own.copy(pixels(rows), of: all(input, joint.channels))
      other.copy(pixels(rows), of: all(skipped, joint.skippedChannels))
      return
    }
    let sums = values(output, rows)
    sums.copy(from: values(input, rows))
    VectorKernels.current.add(values(skipped, rows), to: sums)
    guard activates, layer.activation != .linear else { return }
    VectorKernels.current.apply(layer.activation, to: sums)
  }

  func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    VectorKernels.current.lossGradient(
      loss, of: layer.activation, sums: output, width: layer.outputCount, rows, target: target, scale: scale)
  }

  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool, block: Int?, isFirst: Bool) {
    guard let delta else { preconditionFailure("the step was created without memory for training") }
    if !deltaIsOfSums, layer.activation != .linear {
      VectorKernels.current.multiply(
        values(delta, rows), bySlopeOf: layer.activation, at: values(output, rows))
    }
    guard let inputDelta else { return }
    if layer.operation == .add {
      values(inputDelta, rows).copy(from: values(delta, rows))
    } else {
      all(inputDelta, joint.channels).copy(pixels(rows), of: parts(of: delta).own)
    }
  }

  func addSkippedDelta(_ rows: Range<Int>) {
    guard let delta, let skippedDelta else { return }
    if layer.operation == .add {
      VectorKernels.current.add(values(delta, rows), to: values(skippedDelta, rows))
    } else {
      all(skippedDelta, joint.skippedChannels).add(pixels(rows), of: parts(of: delta).skipped)
    }
  }

  /// Returns rows of a slice that is as wide as the output of `add`.
  private func values(_ slice: FloatSlice, _ rows: Range<Int>) -> FloatSlice {
    slice[rows.lowerBound * layer.outputCount..<rows.upperBound * layer.outputCount]
  }

  /// Returns the pixels of rows.
  private func pixels(_ rows: Range<Int>) -> Range<Int> {
    rows.lowerBound * joint.pixels..<rows.upperBound * joint.pixels
  }

  /// Returns the two parts of the pixels of a joined output or delta.
  private func parts(of joined: FloatSlice) -> (own: FloatColumns, skipped: FloatColumns) {
    let width = joint.channels + joint.skippedChannels
    return (
      FloatColumns(joined, width: width, count: joint.channels),
      FloatColumns(joined, width: width, first: joint.channels, count: joint.skippedChannels)
    )
  }

  /// Returns the pixels of one input, or of its delta.
  private func all(_ slice: FloatSlice, _ channels: Int) -> FloatColumns {
    FloatColumns(slice, width: channels, count: channels)
  }
}

import MisfitCore
import MisfitKernels
import MisfitONNX

/// Batch normalization, channel by channel (Ioffe and Szegedy, 2015).
///
/// Each channel (each column of a row) is scaled to mean 0 and variance 1, and then to a learned deviation
/// and mean: over the batch in training, by running averages in scoring.
struct Normalization: LayerKind {
  var activation: Activation?

  static let forms = [LayerForm("norm [ACTIVATION]")]

  init(_ words: inout LayerWords) throws(ArchitectureError) { activation = words.activation() }

  var text: String { "norm".with(activation ?? .linear) }
  var canBeLast: Bool { false }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape { input }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) {
    (2 * input.channels, 2 * input.channels)
  }

  func layer(at site: LayerSite) -> (any Layer)? {
    NormalizationLayer(
      name: site.name, shape: site.input, activation: activation ?? .linear, offset: site.offset)
  }
}

/// A batch normalization layer with Keras' constants: the running averages keep 0.99 of their value, and
/// 0.001 is added to variances.
///
/// The running averages are in the arena after scale and offset; no optimizer changes them.
struct NormalizationLayer: Layer {
  static let epsilon = 1e-3
  static let kept = 0.99

  let inputCount: Int
  let channels: Int
  let activation: Activation
  /// The start of scale (gamma), offset (beta), running mean and running variance in the arena.
  let offset: Int
  let tensors: [ParameterTensor]

  init(name: String, shape: SampleShape, activation: Activation, offset: Int) {
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
  var needsBatchSums: Bool { true }

  func step(in memory: LayerMemory) -> LayerStep { .other(NormalizationStep(self, in: memory)) }

  /// Sets scales and variances to 1, offsets and means to 0.
  func setConstants(in parameters: FloatSlice) {
    for (tensor, value) in zip(tensors, [1, 0, 0, 1] as [Float]) {
      parameters[tensor.range].fill(with: value)
    }
  }
}

// With mean m and variance v of a channel over the N values of the batch, and s = 1 / √(v + ε):
//   y = activation(gamma * n + beta), n = (x - m) * s
//   dgamma = Σ dz * n, dbeta = Σ dz, dx = gamma * s * (dz - dbeta / N - n * dgamma / N)
extension NormalizationLayer {
  /// Returns the output in training, with the statistics of the batch.
  func referenceOutput(of input: [Double], parameters: [Double]) -> [Double] {
    var output = input
    for channel in 0..<channels {
      let (mean, scale) = statistics(of: input, channel)
      for index in stride(from: channel, to: input.count, by: channels) {
        let normalized = (input[index] - mean) * scale
        output[index] = activation.reference(
          parameters[offset + channel] * normalized + parameters[offset + channels + channel])
      }
    }
    return output
  }

  func referenceBackward(_ pass: ReferencePass, addingTo gradients: inout [Double]) -> [Double] {
    let delta = pass.deltaOfSums(activation)
    var inputDelta = delta
    let count = Double(pass.input.count / channels)
    for channel in 0..<channels {
      let (mean, scale) = statistics(of: pass.input, channel)
      let indices = stride(from: channel, to: delta.count, by: channels)
      let gammaGradient = indices.reduce(0) { $0 + delta[$1] * (pass.input[$1] - mean) * scale }
      let betaGradient = indices.reduce(0) { $0 + delta[$1] }
      gradients[offset + channel] += gammaGradient
      gradients[offset + channels + channel] += betaGradient
      for index in indices {
        let normalized = (pass.input[index] - mean) * scale
        inputDelta[index] =
          pass.parameters[offset + channel] * scale
          * (delta[index] - betaGradient / count - normalized * gammaGradient / count)
      }
    }
    return inputDelta
  }

  /// Returns the mean of a channel, and 1 over the root of its variance plus ε.
  private func statistics(of input: [Double], _ channel: Int) -> (mean: Double, scale: Double) {
    let indices = stride(from: channel, to: input.count, by: channels)
    let count = Double(input.count / channels)
    let mean = indices.reduce(0) { $0 + input[$1] } / count
    let variance = indices.reduce(0) { $0 + (input[$1] - mean) * (input[$1] - mean) } / count
    return (mean, 1 / (variance + Self.epsilon).squareRoot())
  }
}

extension NormalizationLayer {
  func graph(_ input: GraphValue, parameters: FloatSlice) -> GraphValue {
    let values = tensors.map { parameters[$0.range].array.map { Double($0) } }
    let scales = zip(values[0], values[3]).map { $0 / ($1 + Self.epsilon).squareRoot() }
    let offsets = (0..<channels).map { values[1][$0] - values[2][$0] * scales[$0] }
    let graph = input.graph
    let channelRows = input.reshaped([-1, channels])
    let sums = channelRows * graph.row(scales, name: "scales") + graph.row(offsets, name: "offsets")
    return activation.graph(sums.reshaped([-1, inputCount]))
  }
}

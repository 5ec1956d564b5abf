import MisfitCore
import MisfitKernels

/// The buffers of a forward pass through a network.
///
/// All memory is allocated at creation, none in a pass. One thread uses a pass at a time.
package final class NetworkPass: Sendable {
  /// The maximum number of rows.
  package let capacity: Int
  private let network: Network
  private let steps: [LayerStep]
  private let input: FloatSlice
  private let outputs: [FloatSlice]
  private let givesLogits: Bool
  /// The groups of the output, with a mixed loss.
  private let groups: GroupedLoss?
  private let bfloat16: [BFloat16Memory?]
  /// The target of the losses: the input, or separate memory.
  private let target: FloatSlice
  private let hasTargets: Bool
  private let noise: (Noise, seed: UInt64)?

  /// Allocates the buffers.
  ///
  /// `givesLogits` omits the last activation, for a loss that includes it. `weights` are the rounded kernels
  /// that passes share, one per layer; without them, products have float factors. Convolutions round their
  /// factors to `convolutionPrecision`.
  package init(
    _ network: Network, capacity: Int, groups: GroupedLoss? = nil, givesLogits: Bool = false,
    weights: [BFloat16DenseWeights?] = [],
    convolutionPrecision: Precision = .float32, hasTargets: Bool = false, noise: (Noise, seed: UInt64)? = nil
  ) {
    self.capacity = capacity
    self.network = network
    self.givesLogits = givesLogits
    self.groups = groups
    let input = FloatBuffer(count: capacity * network.width).all
    let outputs = network.layers.map { FloatBuffer(count: capacity * $0.outputCount).all }
    self.input = input
    self.noise = noise
    self.hasTargets = hasTargets
    target =
      hasTargets || noise != nil ? FloatBuffer(count: capacity * network.outputWidth).all : input
    self.outputs = outputs
    let bfloat16 = network.bfloat16Memory(weights, capacity: capacity, trains: false) { _ in false }
    self.bfloat16 = bfloat16
    steps = network.layers.enumerated().map { index, layer in
      layer.step(
        in: LayerMemory(
          parameters: network.parameters, input: index == 0 ? input : outputs[index - 1],
          output: outputs[index], skipped: layer.joint.map { $0.layer < 0 ? input : outputs[$0.layer] },
          bfloat16: bfloat16.isEmpty ? nil : bfloat16[index],
          precision: convolutionPrecision,
          rowsPerBlock: min(capacity, network.rowsPerShard)))
    }
    refreshOwnParameters()
  }

  /// Updates everything derived from the parameters after they have changed.
  func refreshParameters() {
    for step in steps { step.refreshParameters() }
  }

  /// The same without the rounded kernels, which are shared with passes that may be running.
  func refreshOwnParameters() {
    for (index, step) in steps.enumerated() where bfloat16.isEmpty || bfloat16[index] == nil {
      step.refreshParameters()
    }
  }

  /// Adds the noise of the rows at `range`, if any; the target of the losses stays without noise.
  func addNoise(to range: Range<Int>) {
    guard let (noise, seed) = noise else { return }
    if !hasTargets { target(rows: range.count).copy(from: input(rows: range.count)) }
    let rows = Rows(input(rows: range.count), width: network.width)
    for (index, row) in range.enumerated() {
      let key = NoiseKey(seed: seed, stream: SeedStream.noise.value, epoch: 0, row: row)
      VectorKernels.current.add(noise, key, to: rows[index], into: rows[index])
    }
  }

  /// The target of the losses: [rows, output width].
  func target(rows: Int) -> FloatSlice { target[0..<rows * network.outputWidth] }

  /// The memory for the input rows: [rows, width].
  package func input(rows: Int) -> FloatSlice { input[0..<rows * network.width] }

  /// The output of layer `index`: [rows, its outputs].
  func output(ofLayer index: Int, rows: Int) -> FloatSlice {
    outputs[index][0..<rows * network.layers[index].outputCount]
  }

  /// The reconstruction (or its logits): [rows, output width].
  package func reconstruction(rows: Int) -> FloatSlice { output(ofLayer: steps.count - 1, rows: rows) }

  /// The bottleneck's values: [rows, code width].
  package func code(rows: Int) -> FloatSlice { output(ofLayer: network.codeIndex, rows: rows) }

  /// Computes the output of every layer from the input.
  func forward(rows: Int) { forward(0..<rows) }

  /// Computes the output of every layer for some of the rows, few enough to stay in the cache from layer to
  /// layer.
  package func forward(_ rows: Range<Int>) {
    for index in steps.indices {
      steps[index].packInput(rows)
      steps[index].forward(rows, activates: !givesLogits || index + 1 < steps.count)
    }
  }

  /// Computes the outputs of the layers after the code from codes written to ``code(rows:)``.
  ///
  /// - Precondition: the network decodes codes; see ``Network/decodesCodes``.
  package func decode(rows: Int) {
    for index in steps.indices.dropFirst(network.codeIndex + 1) {
      steps[index].packInput(0..<rows)
      steps[index].forward(0..<rows, activates: !givesLogits || index + 1 < steps.count)
    }
  }

  /// Returns the sum of the losses of the rows, against their targets or, without targets, the rows without
  /// noise.
  func lossSum(_ loss: Loss, rows: Int) -> Float {
    if let groups {
      return groups.loss(
        of: reconstruction(rows: rows), against: target(rows: rows), gradient: nil, scale: 0)
    }
    return VectorKernels.current.loss(
      loss, of: reconstruction(rows: rows), against: target(rows: rows), gradient: nil, scale: 0)
  }
}

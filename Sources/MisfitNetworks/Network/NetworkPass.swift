import MisfitCore
import MisfitKernels

/// The buffers of rows on their way forward through a network.
///
/// They are made once: nothing is allocated while rows pass. One thread uses them at a time.
package final class NetworkPass: Sendable {
  /// The most rows that pass at once.
  package let capacity: Int
  private let network: Network
  private let steps: [LayerStep]
  private let input: FloatSlice
  private let outputs: [FloatSlice]
  private let givesLogits: Bool
  /// What the output stands for, with a mixed loss.
  private let cells: CellLayout?
  private let bfloat16: [BFloat16Memory?]
  /// What losses are against: the input, or memory of its own.
  private let target: FloatSlice
  private let hasTargets: Bool
  private let noise: (Noise, seed: UInt64)?

  /// Makes the buffers.
  ///
  /// `givesLogits` leaves out the last activation, for a loss that includes it. `weights` are the rounded kernels
  /// that passes share, a layer's each; without them, products are of floats. Convolutions round their factors to
  /// `convolutionPrecision`.
  package init(
    _ network: Network, capacity: Int, cells: CellLayout? = nil, givesLogits: Bool = false,
    weights: [BFloat16DenseWeights?] = [],
    convolutionPrecision: Precision = .single, hasTargets: Bool = false, noise: (Noise, seed: UInt64)? = nil
  ) {
    self.capacity = capacity
    self.network = network
    self.givesLogits = givesLogits
    self.cells = cells
    let input = FloatBuffer(count: capacity * network.width).all
    let outputs = network.layers.map { FloatBuffer(count: capacity * $0.outputCount).all }
    self.input = input
    self.noise = noise
    self.hasTargets = hasTargets
    target =
      hasTargets || noise != nil ? FloatBuffer(count: capacity * network.outputWidth).all : input
    self.outputs = outputs
    let bfloat16 = zip(network.layers, weights).map { layer, weights in
      BFloat16Memory(weights, layer.bfloat16Rows(capacity: capacity, trains: false, hasWayBack: false))
    }
    self.bfloat16 = bfloat16
    steps = network.layers.enumerated().map { index, layer in
      layer.step(
        in: LayerMemory(
          parameters: network.parameters, input: index == 0 ? input : outputs[index - 1],
          output: outputs[index], bfloat16: bfloat16.isEmpty ? nil : bfloat16[index],
          precision: convolutionPrecision,
          rowsPerBlock: min(capacity, network.rowsPerShard)))
    }
    takeUpOwnParameters()
  }

  /// Takes up parameters that were changed since.
  func takeUpParameters() {
    for step in steps { step.takeUpParameters() }
  }

  /// The same, but for rounded kernels: those are shared with passes that may be at work.
  func takeUpOwnParameters() {
    for (index, step) in steps.enumerated() where bfloat16.isEmpty || bfloat16[index] == nil {
      step.takeUpParameters()
    }
  }

  /// Adds the noise of the rows at `range` of their order, if there is any; what losses are against stays
  /// without.
  func addNoise(to range: Range<Int>) {
    guard let (noise, seed) = noise else { return }
    if !hasTargets { target(rows: range.count).copy(from: input(rows: range.count)) }
    for (place, row) in range.enumerated() {
      let key = NoiseKey(seed: seed, stream: RandomStream.noise, epoch: 0, row: row)
      let values = input[place * network.width..<(place + 1) * network.width]
      VectorKernels.current.add(noise, key, to: values, into: values)
    }
  }

  /// What losses are against: [rows, output width].
  func target(rows: Int) -> FloatSlice { target[0..<rows * network.outputWidth] }

  /// Where the rows to pass are written: [rows, width].
  package func input(rows: Int) -> FloatSlice { input[0..<rows * network.width] }

  /// What layer `index` gave: [rows, its outputs].
  func output(ofLayer index: Int, rows: Int) -> FloatSlice {
    outputs[index][0..<rows * network.layers[index].outputCount]
  }

  /// The reconstruction (or its logits): [rows, output width].
  package func reconstruction(rows: Int) -> FloatSlice { output(ofLayer: steps.count - 1, rows: rows) }

  /// The bottleneck's values: [rows, code width].
  package func code(rows: Int) -> FloatSlice { output(ofLayer: network.codeIndex, rows: rows) }

  /// Computes every layer's output from the input.
  func forward(rows: Int) { forward(0..<rows) }

  /// Computes every layer's output for some of the rows, few enough to stay in the cache from layer to layer.
  package func forward(_ rows: Range<Int>) {
    for index in steps.indices {
      steps[index].takeUpInput(rows)
      steps[index].forward(rows, activates: !givesLogits || index + 1 < steps.count)
    }
  }

  /// Computes the outputs of the layers behind the code from codes that were written to ``code(rows:)``.
  package func decode(rows: Int) {
    for index in steps.indices.dropFirst(network.codeIndex + 1) {
      steps[index].takeUpInput(0..<rows)
      steps[index].forward(0..<rows, activates: !givesLogits || index + 1 < steps.count)
    }
  }

  /// The sum of the losses of the rows that have passed, against their targets or, without, the rows without noise.
  func lossSum(_ loss: Loss, rows: Int) -> Float {
    if let cells {
      return cells.loss(
        of: reconstruction(rows: rows), against: target(rows: rows), gradient: nil, scale: 0)
    }
    return VectorKernels.current.loss(
      loss, of: reconstruction(rows: rows), against: target(rows: rows), gradient: nil, scale: 0)
  }
}

extension Network {
  /// The kernels as products of a precision take them, to be shared by passes; none where they take floats.
  package func roundedWeights(for precision: Precision) -> [BFloat16DenseWeights?] {
    guard precision == .bfloat16, BFloat16Support.isAvailable else { return [] }
    let weights = layers.map { $0.bfloat16Weights(hasWayBack: false) }
    NetworkPass(self, capacity: 1, weights: weights).takeUpParameters()
    return weights
  }
}

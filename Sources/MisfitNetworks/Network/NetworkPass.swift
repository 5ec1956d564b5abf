import MisfitCore
import MisfitKernels

/// The buffers of one shard on its way forward through a network, made once: nothing is allocated while rows
/// pass.
final class NetworkPass: Sendable {
  /// The most rows that pass at once.
  let capacity: Int
  private let network: Network
  private let steps: [LayerStep]
  private let input: FloatSlice
  private let outputs: [FloatSlice]
  private let givesLogits: Bool
  /// What losses are against: the input, or memory of its own.
  private let target: FloatSlice
  private let noise: (Noise, seed: UInt64)?

  /// Makes the buffers.
  ///
  /// `givesLogits` leaves out the last activation, for a loss that includes it.
  init(
    _ network: Network, capacity: Int, givesLogits: Bool, hasTargets: Bool = false,
    noise: (Noise, seed: UInt64)? = nil
  ) {
    self.capacity = capacity
    self.network = network
    self.givesLogits = givesLogits
    let input = FloatBuffer(count: capacity * network.width).all
    let outputs = network.layers.map { FloatBuffer(count: capacity * $0.outputCount).all }
    self.input = input
    self.noise = noise
    target =
      hasTargets || noise != nil ? FloatBuffer(count: capacity * network.outputWidth).all : input
    self.outputs = outputs
    steps = network.layers.enumerated().map { index, layer in
      layer.step(
        in: LayerMemory(
          parameters: network.parameters, input: index == 0 ? input : outputs[index - 1],
          output: outputs[index]))
    }
    takeUpParameters()
  }

  /// Takes up parameters that were changed since.
  func takeUpParameters() {
    for step in steps { step.takeUpParameters() }
  }

  /// Adds the noise of the rows at `range` of their order, if there is any; the target stays as they were.
  func addNoise(to range: Range<Int>) {
    guard let (noise, seed) = noise else { return }
    target.copy(from: input(rows: range.count))
    for (place, row) in range.enumerated() {
      let key = NoiseKey(seed: seed, stream: RandomStream.noise, epoch: 0, row: row)
      let values = input[place * network.width..<(place + 1) * network.width]
      VectorKernels.current.add(noise, key, to: values, into: values)
    }
  }

  /// What losses are against: [rows, output width].
  func target(rows: Int) -> FloatSlice { target[0..<rows * network.outputWidth] }

  /// Where the rows to pass are written: [rows, width].
  func input(rows: Int) -> FloatSlice { input[0..<rows * network.width] }

  /// What layer `index` gave: [rows, its outputs].
  func output(ofLayer index: Int, rows: Int) -> FloatSlice {
    outputs[index][0..<rows * network.layers[index].outputCount]
  }

  /// The reconstruction (or its logits): [rows, width].
  func reconstruction(rows: Int) -> FloatSlice { output(ofLayer: steps.count - 1, rows: rows) }

  /// Computes every layer's output from the input.
  func forward(rows: Int) {
    for (index, step) in steps.enumerated() {
      step.forward(0..<rows, activates: !givesLogits || index + 1 < steps.count)
    }
  }

  /// The sum of the losses of the rows that have passed, against their input.
  func lossSum(_ loss: Loss, rows: Int) -> Float {
    VectorKernels.current.loss(
      loss, of: reconstruction(rows: rows), against: target(rows: rows), gradient: nil, scale: 0)
  }
}

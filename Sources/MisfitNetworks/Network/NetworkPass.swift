import MisfitCore
import MisfitKernels

/// The buffers of one shard on its way through a network, made once: nothing is allocated while rows pass.
final class NetworkPass: Sendable {
  /// The most rows that pass at once.
  let capacity: Int
  private let network: Network
  private let layers: [any Layer]
  private let inputBuffer: FloatSlice
  private let outputs: [FloatSlice]
  private let gradients: (FloatSlice, FloatSlice)?
  /// The gradient of every parameter, in the arena's order; nil in a pass that only goes forward.
  let parameterGradients: FloatSlice?

  /// Makes the buffers.
  ///
  /// `givesLogits` leaves out the last activation, for a loss that includes it; `trains` makes the buffers of
  /// the way back.
  init(_ network: Network, capacity: Int, givesLogits: Bool, trains: Bool) {
    self.capacity = capacity
    self.network = network
    var layers = network.layers
    if givesLogits, let last = layers.popLast() { layers.append(last.withoutActivation()) }
    self.layers = layers
    inputBuffer = FloatBuffer(count: capacity * network.width).all
    outputs = layers.map { FloatBuffer(count: capacity * $0.outputCount).all }
    if trains {
      let widest = network.widest
      gradients = (FloatBuffer(count: capacity * widest).all, FloatBuffer(count: capacity * widest).all)
      parameterGradients = FloatBuffer(count: network.parameterCount).all
    } else {
      gradients = nil
      parameterGradients = nil
    }
  }

  /// Where the rows to pass are written: [rows, width].
  func input(rows: Int) -> FloatSlice { inputBuffer[0..<rows * network.width] }

  /// What layer `index` gave: [rows, its outputs].
  func output(ofLayer index: Int, rows: Int) -> FloatSlice {
    outputs[index][0..<rows * layers[index].outputCount]
  }

  /// The reconstruction (or its logits): [rows, width].
  func reconstruction(rows: Int) -> FloatSlice { output(ofLayer: layers.count - 1, rows: rows) }

  /// Computes every layer's output from the input.
  func forward(rows: Int) {
    var input = input(rows: rows)
    for (index, layer) in layers.enumerated() {
      let output = output(ofLayer: index, rows: rows)
      layer.forward(rows: rows, input: input, parameters: network.parameters, output: output)
      input = output
    }
  }

  /// The sum of the losses of the rows that have passed, against their input.
  func lossSum(_ loss: Loss, rows: Int) -> Float {
    VectorKernels.current.loss(
      loss, of: reconstruction(rows: rows), against: input(rows: rows), gradient: nil, scale: 0)
  }

  /// The sum of the losses, and `scale` times its gradient in ``parameterGradients``.
  ///
  /// - Precondition: the pass was made to train.
  func backward(_ loss: Loss, rows: Int, scale: Float) -> Float {
    guard let gradients, let parameterGradients else { preconditionFailure("a pass that cannot train") }
    let last = layers.count - 1
    var (upper, lower) = gradients
    let lossSum = VectorKernels.current.loss(
      loss, of: reconstruction(rows: rows), against: input(rows: rows),
      gradient: upper[0..<rows * layers[last].outputCount], scale: scale)
    for index in stride(from: last, through: 0, by: -1) {
      let layer = layers[index]
      layer.backward(
        rows: rows, input: index == 0 ? input(rows: rows) : output(ofLayer: index - 1, rows: rows),
        output: output(ofLayer: index, rows: rows), outputGradient: upper[0..<rows * layer.outputCount],
        inputGradient: index == 0 ? nil : lower[0..<rows * layer.inputCount],
        parameters: network.parameters, parameterGradients: parameterGradients)
      swap(&upper, &lower)
    }
    return lossSum
  }
}

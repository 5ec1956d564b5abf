import MisfitCore
import MisfitKernels

/// The buffers of rows on their way forward through a network, made once: nothing is allocated while rows
/// pass. One thread uses it at a time.
package final class NetworkPass: Sendable {
  /// The most rows that pass at once.
  package let capacity: Int
  private let network: Network
  private let steps: [LayerStep]
  private let input: FloatSlice
  private let outputs: [FloatSlice]
  private let givesLogits: Bool

  /// Makes the buffers.
  ///
  /// `givesLogits` leaves out the last activation, for a loss that includes it.
  package init(_ network: Network, capacity: Int, givesLogits: Bool = false) {
    self.capacity = capacity
    self.network = network
    self.givesLogits = givesLogits
    let input = FloatBuffer(count: capacity * network.width).all
    let outputs = network.layers.map { FloatBuffer(count: capacity * $0.outputCount).all }
    self.input = input
    self.outputs = outputs
    steps = network.layers.enumerated().map { index, layer in
      layer.step(
        in: LayerMemory(
          parameters: network.parameters, input: index == 0 ? input : outputs[index - 1],
          output: outputs[index]))
    }
  }

  /// Where the rows to pass are written: [rows, width].
  package func input(rows: Int) -> FloatSlice { input[0..<rows * network.width] }

  /// What layer `index` gave: [rows, its outputs].
  func output(ofLayer index: Int, rows: Int) -> FloatSlice {
    outputs[index][0..<rows * network.layers[index].outputCount]
  }

  /// The reconstruction (or its logits): [rows, width].
  package func reconstruction(rows: Int) -> FloatSlice { output(ofLayer: steps.count - 1, rows: rows) }

  /// The bottleneck's values: [rows, code width].
  package func code(rows: Int) -> FloatSlice { output(ofLayer: network.architecture.codeLayer, rows: rows) }

  /// Computes every layer's output from the input.
  func forward(rows: Int) { forward(0..<rows) }

  /// Computes every layer's output for some of the rows, few enough to stay in the cache from layer to layer.
  package func forward(_ rows: Range<Int>) {
    for index in steps.indices {
      steps[index].forward(rows, activates: !givesLogits || index + 1 < steps.count)
    }
  }

  /// The sum of the losses of the rows that have passed, against their input.
  func lossSum(_ loss: Loss, rows: Int) -> Float {
    VectorKernels.current.loss(
      loss, of: reconstruction(rows: rows), against: input(rows: rows), gradient: nil, scale: 0)
  }
}

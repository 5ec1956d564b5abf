import MisfitCore
import MisfitKernels

/// The memory of a network's layers for training on batches of up to B rows.
struct PlanMemory {
  let input: FloatSlice
  let outputs: [FloatSlice]
  /// The deltas of the layers; that of the last layer shares the memory of its sums.
  let deltas: [FloatSlice]
  private let workspaces: [FloatSlice]
  private let ones: FloatSlice

  init(_ network: Network, batchSize: Int) {
    input = FloatBuffer(count: batchSize * network.width).all
    let outputs = network.layers.map { FloatBuffer(count: batchSize * $0.outputCount).all }
    self.outputs = outputs
    deltas = outputs.dropLast().map { FloatBuffer(count: $0.count).all } + [outputs[outputs.count - 1]]
    workspaces = network.layers.enumerated().map { index, layer in
      FloatBuffer(count: index == 0 ? 0 : layer.workspaceCount).all
    }
    ones = FloatBuffer([Float](repeating: 1, count: batchSize)).all
  }

  /// All buffers, to be kept alive.
  var all: [FloatSlice] { [input, ones] + outputs + deltas + workspaces }

  /// Returns the memory of layer `index`.
  func layer(
    _ index: Int, of network: Network, arena: ParameterArena, position: BatchPosition,
    precision: Precision = .float32
  ) -> LayerMemory {
    let skipped = network.layers[index].joint?.layer
    return LayerMemory(
      parameters: network.parameters, input: index == 0 ? input : outputs[index - 1], output: outputs[index],
      skipped: skipped.map { $0 < 0 ? input : outputs[$0] },
      training: .init(
        arena: arena, delta: deltas[index], inputDelta: index == 0 ? nil : deltas[index - 1],
        skippedDelta: skipped.flatMap { $0 < 0 ? nil : deltas[$0] }, workspace: workspaces[index], ones: ones,
        position: position),
      precision: precision)
  }
}

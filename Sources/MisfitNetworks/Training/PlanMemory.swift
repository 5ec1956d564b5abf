import MisfitCore
import MisfitKernels

/// The memory of a network's layers while batches of up to B rows pass forward and back.
struct PlanMemory {
  let input: FloatSlice
  let outputs: [FloatSlice]
  /// The last layer's takes the place of its sums.
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

  /// Everything, to be kept alive.
  var all: [FloatSlice] { [input, ones] + outputs + deltas + workspaces }

  /// What layer `index` works on.
  func layer(
    _ index: Int, of network: Network, arena: ParameterArena, place: BatchPlace,
    precision: Precision = .single
  ) -> LayerMemory {
    LayerMemory(
      parameters: network.parameters, input: index == 0 ? input : outputs[index - 1], output: outputs[index],
      training: .init(
        arena: arena, delta: deltas[index], inputDelta: index == 0 ? nil : deltas[index - 1],
        workspace: workspaces[index], ones: ones, place: place),
      precision: precision)
  }
}

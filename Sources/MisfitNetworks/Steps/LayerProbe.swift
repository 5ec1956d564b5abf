import MisfitCore
import MisfitKernels

/// One layer of a network on memory of its own, to measure its kernels apart from a training.
///
/// Rows pass in blocks, as many as the forward pass of the network takes at once.
package struct LayerProbe: Sendable {
  /// The extents of the layer's kernel, outermost first.
  package let kernelExtents: [Int]
  /// The floating-point operations of ``forward()``.
  package let forwardOperations: Double
  /// The floating-point operations of ``train()``: forward, gradient of the parameters, and gradient of the
  /// input except for the first layer's.
  package let trainingOperations: Double
  private let blocks: [Range<Int>]
  private let rowCount: Int
  private let step: LayerStep
  private let tiles: [ParameterTile]
  private let delta: FloatSlice
  private let startingDelta: FloatSlice
  /// Kept alive for the step.
  private let buffers: [FloatSlice]

  /// The number of layers with weights.
  package static func layerCount(of network: Network) -> Int { weightedLayers(of: network).count }

  private static func weightedLayers(of network: Network) -> [Int] {
    network.layers.indices.filter { network.layers[$0].multiplicationsPerRow > 0 }
  }

  /// Makes a probe for batches of `rowCount` rows of a layer; `index` counts the layers with weights.
  ///
  /// - Complexity: O(parameters + rows · width of the layer) memory.
  package init(_ network: Network, layer place: Int, rowCount: Int) {
    let index = Self.weightedLayers(of: network)[place]
    let layer = network.layers[index]
    let isFirst = index == 0
    var generator = SeededGenerator(seed: 1, stream: UInt64(index))
    func random(_ count: Int) -> FloatSlice {
      FloatBuffer((0..<count).map { _ in generator.nextUnitFloat() - 0.5 }).all
    }
    let rowsPerBlock = min(rowCount, network.rowsPerShard)
    let input = random(rowCount * layer.inputCount)
    let output = FloatBuffer(count: rowCount * layer.outputCount).all
    let inputDelta = isFirst ? nil : FloatBuffer(count: input.count).all
    startingDelta = random(output.count)
    delta = FloatBuffer(count: output.count).all
    let arena = ParameterArena(
      parameters: network.parameters, gradients: FloatBuffer(count: network.parameterCount).all,
      moments: (
        FloatBuffer(count: network.parameterCount).all, FloatBuffer(count: network.parameterCount).all
      ))
    let workspace = FloatBuffer(count: layer.workspaceCount).all
    let ones = FloatBuffer([Float](repeating: 1, count: rowCount)).all
    step = layer.step(
      in: LayerMemory(
        parameters: network.parameters, input: input, output: output,
        training: .init(arena: arena, delta: delta, inputDelta: inputDelta, workspace: workspace, ones: ones),
        rowsPerBlock: rowsPerBlock))
    tiles = step.tiles
    step.refreshParameters()
    buffers = [input, output, workspace, ones, arena.gradients] + (inputDelta.map { [$0] } ?? [])
    self.rowCount = rowCount
    blocks = stride(from: 0, to: rowCount, by: rowsPerBlock).map { $0..<min($0 + rowsPerBlock, rowCount) }
    kernelExtents = layer.tensors.first?.extents ?? []
    forwardOperations = 2 * Double(layer.multiplicationsPerRow * rowCount)
    trainingOperations = (isFirst ? 2 : 3) * forwardOperations
  }

  /// Computes the output of all rows.
  package func forward() {
    for block in blocks { step.forward(block, activates: true) }
  }

  /// Computes the output of all rows, and the gradients of the parameters and of the input.
  package func train() {
    forward()
    // The backward pass replaces it by the gradient of the sums.
    delta.copy(from: startingDelta)
    for block in blocks { step.backward(block, deltaIsOfSums: false) }
    for tile in tiles { tile.gradient(rowCount: rowCount) }
  }
}

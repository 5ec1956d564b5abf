import CVectorKernels
import MisfitCore

/// Loss and gradients of a network of a few dense layers in one call, which keeps a batch in the L1 cache.
///
/// For networks so small that one call per layer would cost more than the layer's arithmetic.
///
/// Shapes: B rows at most, D values a row; layer l has I inputs and O outputs a row.
@safe package final class SmallNetworkStep: @unchecked Sendable {
  /// A dense layer: its widths, and the offsets of its kernel [I, O] and bias [O] in the arena.
  package struct Layer: Sendable {
    package var inputCount: Int
    package var outputCount: Int
    package var activation: Activation
    package var kernelStart: Int
    package var biasStart: Int

    package init(
      inputCount: Int, outputCount: Int, activation: Activation, kernelStart: Int, biasStart: Int
    ) {
      self.inputCount = inputCount
      self.outputCount = outputCount
      self.activation = activation
      self.kernelStart = kernelStart
      self.biasStart = biasStart
    }
  }

  /// The memory for the rows of a batch: [B, D].
  package let input: FloatSlice
  private let arena: ParameterArena
  /// The intermediate values, feature by feature.
  private let values: FloatBuffer
  private let layers: UnsafeMutableBufferPointer<misfit_small_layer>
  private var network: misfit_small_network
  private let capacity: Int

  /// Allocates the buffers for batches of up to `capacity` rows.
  ///
  /// - Precondition: each layer takes the output of the previous one, and all are inside the arena.
  package init(_ specification: [Layer], capacity: Int, loss: Loss, arena: ParameterArena) {
    let lanes = (capacity + 15) / 16 * 16
    guard let width = specification.first?.inputCount else {
      preconditionFailure("the network has no layers")
    }
    let columns = width + specification.reduce(0) { $0 + 2 * $1.outputCount }
    let values = FloatBuffer(count: lanes * columns)
    let layers = UnsafeMutableBufferPointer<misfit_small_layer>.allocate(capacity: specification.count)
    var next = unsafe values.base + width * lanes
    var inputs = width
    for (index, layer) in specification.enumerated() {
      precondition(layer.inputCount == inputs, "a layer does not take the output of the previous one")
      precondition(
        layer.kernelStart + layer.inputCount * layer.outputCount <= arena.parameters.count
          && layer.biasStart + layer.outputCount <= arena.parameters.count, "the layer is outside the arena")
      unsafe layers.initializeElement(
        at: index,
        to: misfit_small_layer(
          inputs: layer.inputCount, outputs: layer.outputCount, activation: layer.activation.code,
          kernel: layer.kernelStart, bias: layer.biasStart, output: next,
          delta: next + layer.outputCount * lanes))
      unsafe next += 2 * layer.outputCount * lanes
      inputs = layer.outputCount
    }
    precondition(inputs == width, "the output has another width than the input")
    self.capacity = capacity
    self.arena = arena
    self.values = values
    unsafe self.layers = layers
    input = FloatBuffer(count: capacity * width).all
    guard let first = unsafe UnsafePointer(layers.baseAddress) else {
      preconditionFailure("the network has no layers")
    }
    unsafe network = misfit_small_network(
      layers: first, layer_count: layers.count, parameters: arena.parameters.pointer,
      gradients: arena.gradients.pointer, input: values.base, lanes: lanes, loss: loss.code)
  }

  deinit { unsafe layers.deallocate() }

  /// Sets the gradients of the arena to `scale` times those of the losses of the first `rows` rows of
  /// ``input``.
  ///
  /// Returns the sum of these losses.
  ///
  /// - Precondition: one thread calls it at a time.
  package func gradients(rows: Int, scale: Float) -> Float {
    precondition(rows >= 0 && rows <= capacity, "the rows are outside the batch")
    return unsafe VectorKernels.current.table.small_step(&network, input.pointer, rows, scale)
  }
}

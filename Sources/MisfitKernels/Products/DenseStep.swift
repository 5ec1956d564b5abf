import CVectorKernels
import MisfitCore

/// A dense layer compiled for batches of up to B rows, as plain addresses and sizes.
///
/// Calling it changes no reference count: two threads that retain and release the same objects in every layer
/// would spend a good part of a step on that.
///
/// Shapes: I inputs, O outputs a row; `kernel` [I, O], `bias` [O], `input` [B, I], `output` and `delta` [B,
/// O], `inputDelta` [B, I], `transposedKernel` [O, I].
///
/// - Precondition: the creator of a step keeps the buffers of all slices alive while it is used.
@safe package struct DenseStep: @unchecked Sendable {
  /// The memory that only training needs.
  package struct Training {
    /// The gradients, with kernel and bias at the offsets of the parameters.
    package var arena: ParameterArena
    /// The gradient with respect to the layer's output, then with respect to its sums.
    ///
    /// For the last layer it is the memory of the output: the loss writes it there.
    package var delta: FloatSlice
    /// The delta of the previous layer, and memory for the transposed kernel; nil for the first layer.
    package var input: (delta: FloatSlice, transposedKernel: FloatSlice)?

    package init(
      arena: ParameterArena, delta: FloatSlice, input: (delta: FloatSlice, transposedKernel: FloatSlice)?
    ) {
      self.arena = arena
      self.delta = delta
      self.input = input
    }
  }

  @safe struct TrainingAddresses {
    var gradients: UnsafeMutablePointer<Float>
    var delta: UnsafeMutablePointer<Float>
    var inputDelta: UnsafeMutablePointer<Float>?
    var transposedKernel: UnsafeMutablePointer<Float>?
  }

  /// The number of inputs, I.
  package let inputCount: Int
  /// The number of outputs, O.
  package let outputCount: Int
  /// The offsets of kernel and bias in the arena.
  package let kernelStart: Int
  package let biasStart: Int
  let capacity: Int
  let activation: Activation
  let kernels: VectorKernels
  let parameters: UnsafeMutablePointer<Float>
  let input: UnsafeMutablePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let training: TrainingAddresses?

  /// Creates a step on the given memory.
  ///
  /// - Precondition: the shapes fit, for a whole number of rows.
  package init(
    inputCount: Int, outputCount: Int, activation: Activation, kernelStart: Int, biasStart: Int,
    parameters: FloatSlice, input: FloatSlice, output: FloatSlice, training: Training? = nil
  ) {
    let capacity = input.count / inputCount
    precondition(
      input.count == capacity * inputCount && output.count == capacity * outputCount, "shapes differ")
    precondition(
      kernelStart + inputCount * outputCount <= parameters.count
        && biasStart + outputCount <= parameters.count, "the layer is outside the arena")
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.kernelStart = kernelStart
    self.biasStart = biasStart
    self.capacity = capacity
    self.activation = activation
    kernels = .current
    unsafe self.parameters = parameters.pointer
    unsafe self.input = input.pointer
    unsafe self.output = output.pointer
    self.training = training.map { training in
      precondition(
        training.delta.count == output.count
          && training.arena.gradients.count == parameters.count, "shapes differ")
      if let before = training.input {
        precondition(
          before.delta.count == input.count && before.transposedKernel.count == inputCount * outputCount,
          "shapes differ")
      }
      return unsafe TrainingAddresses(
        gradients: training.arena.gradients.pointer, delta: training.delta.pointer,
        inputDelta: training.input?.delta.pointer, transposedKernel: training.input?.transposedKernel.pointer)
    }
  }

  /// Whether the step has the memory for training.
  var isTraining: Bool { training != nil }

  /// Whether the backward pass computes a gradient with respect to the input.
  var needsInputGradient: Bool { unsafe training?.inputDelta != nil }

  /// Computes the output of `rows`; `activates: false` leaves the sums, for a loss that takes the sums.
  package func forward(_ rows: Range<Int>, activates: Bool = true) {
    check(rows)
    let target = unsafe output + rows.lowerBound * outputCount
    var product = unsafe misfit_product(
      a: input + rows.lowerBound * inputCount, a_row: inputCount, a_inner: 1, b: parameters + kernelStart,
      b_row: outputCount, c: target, c_row: outputCount, row_start: nil,
      column_start: parameters + biasStart, rows: rows.count, columns: outputCount, inner: inputCount,
      adding: false)
    unsafe kernels.table.product(&product)
    if activates { unsafe kernels.table.activate(target, rows.count * outputCount, activation.code) }
  }

  /// Replaces the sums of `rows` by `scale` times the gradient of the loss with respect to them.
  ///
  /// Returns the sum of the losses against `target` [B, O].
  package func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    check(rows)
    precondition(target.count == capacity * outputCount, "the target has another count than the output")
    let start = rows.lowerBound * outputCount
    var block = misfit_block(rows: 1, columns: rows.count * outputCount, stride: 0)
    let sums = unsafe output + start
    return unsafe kernels.table.loss_gradient(
      sums, target.pointer + start, sums, &block, activation.code, loss.code, scale)
  }

  /// Computes the delta of the sums, unless it already is, and from it the delta of the previous layer.
  package func backward(_ rows: Range<Int>, deltaIsOfSums: Bool) {
    check(rows)
    guard let training else { preconditionFailure("the step was created without memory for training") }
    let delta = unsafe training.delta + rows.lowerBound * outputCount
    if !deltaIsOfSums {
      unsafe kernels.table.activation_gradient(
        delta, output + rows.lowerBound * outputCount, rows.count * outputCount, activation.code)
    }
    guard let inputDelta = unsafe training.inputDelta, let transposed = unsafe training.transposedKernel
    else {
      return
    }
    var product = unsafe misfit_product(
      a: delta, a_row: outputCount, a_inner: 1, b: transposed, b_row: inputCount,
      c: inputDelta + rows.lowerBound * inputCount, c_row: inputCount, row_start: nil, column_start: nil,
      rows: rows.count, columns: inputCount, inner: outputCount, adding: false)
    unsafe kernels.table.product(&product)
  }

  /// Computes the gradient of a tile of the kernel from the first `rowCount` rows, and of the biases of its
  /// columns if it contains the kernel's first row.
  package func gradient(_ tile: KernelTile, rowCount: Int) {
    guard let training else {
      preconditionFailure("the step was created without memory for training")
    }
    unsafe gradient(tile, 0..<rowCount, into: training.gradients)
  }

  /// Computes the same from some rows, into an arena of gradients that has the layout of the parameters.
  package func gradient(_ tile: KernelTile, rows: Range<Int>, into gradients: FloatSlice) {
    precondition(
      gradients.count >= kernelStart + inputCount * outputCount && gradients.count >= biasStart + outputCount,
      "the layer is outside the arena")
    unsafe gradient(tile, rows, into: gradients.pointer)
  }

  private func gradient(
    _ tile: KernelTile, _ rows: Range<Int>, into gradients: UnsafeMutablePointer<Float>
  ) {
    check(rows)
    guard let training else { preconditionFailure("the step was created without memory for training") }
    precondition(
      tile.inputs.upperBound <= inputCount && tile.outputs.upperBound <= outputCount,
      "the tile is outside its layer")
    let blocks = blocks(of: tile)
    let delta = unsafe training.delta + rows.lowerBound * outputCount + tile.outputs.lowerBound
    var product = unsafe misfit_product(
      a: input + rows.lowerBound * inputCount + tile.inputs.lowerBound, a_row: 1, a_inner: inputCount,
      b: delta, b_row: outputCount,
      c: gradients + blocks.kernel.start, c_row: outputCount, row_start: nil, column_start: nil,
      rows: tile.inputs.count, columns: tile.outputs.count, inner: rows.count, adding: false)
    unsafe kernels.table.product(&product)
    guard let bias = blocks.bias else { return }
    unsafe kernels.table.column_sums(
      delta, rows.count, tile.outputs.count, outputCount, gradients + bias.start)
  }

  /// The blocks of a tile in the arena: its part of the kernel, and the biases of its columns if it contains
  /// the kernel's first row.
  package func blocks(of tile: KernelTile) -> (kernel: ParameterBlock, bias: ParameterBlock?) {
    let kernel = ParameterBlock(
      start: kernelStart + tile.inputs.lowerBound * outputCount + tile.outputs.lowerBound,
      rows: tile.inputs.count, columns: tile.outputs.count, stride: outputCount)
    let bias = ParameterBlock(start: biasStart + tile.outputs.lowerBound, columns: tile.outputs.count)
    return (kernel, tile.inputs.lowerBound == 0 ? bias : nil)
  }

  /// Copies a tile of the kernel to the transposed kernel, if there is one.
  package func updateTranspose(of tile: KernelTile) {
    guard let transposed = unsafe training?.transposedKernel else { return }
    let inputs = tile.inputs
    unsafe kernels.table.transpose(
      parameters + blocks(of: tile).kernel.start, outputCount, inputs.count, tile.outputs.count,
      transposed + tile.outputs.lowerBound * inputCount + inputs.lowerBound, inputCount, inputs.count)
  }

  func check(_ rows: Range<Int>) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= capacity, "the rows are outside the batch")
  }
}

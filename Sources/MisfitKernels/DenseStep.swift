import CVectorKernels
import MisfitCore

/// A dense layer compiled for batches of up to B rows: addresses and sizes, taken once.
///
/// Calling it touches no reference count: two threads that count the same objects up and down, layer after
/// layer, would spend a good part of a step on that.
///
/// Shapes: I inputs, O outputs a row; `kernel` [I, O], `bias` [O], `input` [B, I], `output` and `delta` [B,
/// O], `inputDelta` [B, I], `turnedKernel` [O, I].
///
/// - Precondition: who makes a step keeps the buffers of all slices alive while it is used.
@safe package struct DenseStep: @unchecked Sendable {
  /// The slices that only training needs.
  package struct Training {
    /// The arena's gradients, with kernel and bias at the places of the parameters.
    package var arena: ParameterArena
    /// The gradient with respect to the layer's output, and then to its sums.
    ///
    /// For the last layer it is the output itself: a loss leaves it there.
    package var delta: FloatSlice
    /// The layer before's delta, and the kernel turned over; nil for the first layer.
    package var input: (delta: FloatSlice, turnedKernel: FloatSlice)?

    package init(
      arena: ParameterArena, delta: FloatSlice, input: (delta: FloatSlice, turnedKernel: FloatSlice)?
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
    var turnedKernel: UnsafeMutablePointer<Float>?
  }

  /// I.
  package let inputCount: Int
  /// O.
  package let outputCount: Int
  /// Where kernel and bias begin in the arena.
  package let kernelStart: Int
  package let biasStart: Int
  let capacity: Int
  let activation: Activation
  let kernels: VectorKernels
  let parameters: UnsafeMutablePointer<Float>
  let input: UnsafeMutablePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let training: TrainingAddresses?

  /// Takes the addresses.
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
        && biasStart + outputCount <= parameters.count, "a layer outside the arena")
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
          before.delta.count == input.count && before.turnedKernel.count == inputCount * outputCount,
          "shapes differ")
      }
      return unsafe TrainingAddresses(
        gradients: training.arena.gradients.pointer, delta: training.delta.pointer,
        inputDelta: training.input?.delta.pointer, turnedKernel: training.input?.turnedKernel.pointer)
    }
  }

  /// Whether the step was made with the memory that training needs.
  var isTraining: Bool { training != nil }

  /// Whether it passes a delta on to a layer before.
  var hasWayBack: Bool { unsafe training?.inputDelta != nil }

  /// Computes the output of `rows`; `activates: false` leaves the sums, for a loss that goes on from them.
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

  /// Turns the sums of `rows` into `scale` times the loss's gradient with respect to them; gives the sum of
  /// the losses against `target` [B, O].
  package func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    check(rows)
    precondition(target.count == capacity * outputCount, "a target has its output's count")
    let start = rows.lowerBound * outputCount
    var block = misfit_block(rows: 1, columns: rows.count * outputCount, stride: 0)
    let sums = unsafe output + start
    return unsafe kernels.table.loss_gradient(
      sums, target.pointer + start, sums, &block, activation.code, loss.code, scale)
  }

  /// Makes `delta` that of the sums, unless a loss has left it so, and from it the delta of the layer before.
  package func backward(_ rows: Range<Int>, deltaIsOfSums: Bool) {
    check(rows)
    guard let training else { preconditionFailure("a step that cannot train") }
    let delta = unsafe training.delta + rows.lowerBound * outputCount
    if !deltaIsOfSums {
      unsafe kernels.table.activation_gradient(
        delta, output + rows.lowerBound * outputCount, rows.count * outputCount, activation.code)
    }
    guard let inputDelta = unsafe training.inputDelta, let turned = unsafe training.turnedKernel else {
      return
    }
    var product = unsafe misfit_product(
      a: delta, a_row: outputCount, a_inner: 1, b: turned, b_row: inputCount,
      c: inputDelta + rows.lowerBound * inputCount, c_row: inputCount, row_start: nil, column_start: nil,
      rows: rows.count, columns: inputCount, inner: outputCount, adding: false)
    unsafe kernels.table.product(&product)
  }

  /// The gradient of a piece of the kernel from the first `rowCount` rows, and of the biases of its columns
  /// where it holds the kernel's first row.
  package func gradient(_ piece: DensePiece, rowCount: Int) {
    check(0..<rowCount)
    guard let training else { preconditionFailure("a step that cannot train") }
    precondition(
      piece.inputs.upperBound <= inputCount && piece.outputs.upperBound <= outputCount,
      "a piece outside its layer")
    let blocks = blocks(of: piece)
    let delta = unsafe training.delta + piece.outputs.lowerBound
    var product = unsafe misfit_product(
      a: input + piece.inputs.lowerBound, a_row: 1, a_inner: inputCount, b: delta, b_row: outputCount,
      c: training.gradients + blocks.kernel.start, c_row: outputCount, row_start: nil, column_start: nil,
      rows: piece.inputs.count, columns: piece.outputs.count, inner: rowCount, adding: false)
    unsafe kernels.table.product(&product)
    guard let bias = blocks.bias else { return }
    unsafe kernels.table.column_sums(
      delta, rowCount, piece.outputs.count, outputCount, training.gradients + bias.start)
  }

  /// The piece's part of the kernel in the arena, and the biases of its columns where it holds the kernel's
  /// first row.
  package func blocks(of piece: DensePiece) -> (kernel: ParameterBlock, bias: ParameterBlock?) {
    let kernel = ParameterBlock(
      start: kernelStart + piece.inputs.lowerBound * outputCount + piece.outputs.lowerBound,
      rows: piece.inputs.count, columns: piece.outputs.count, stride: outputCount)
    let bias = ParameterBlock(start: biasStart + piece.outputs.lowerBound, columns: piece.outputs.count)
    return (kernel, piece.inputs.lowerBound == 0 ? bias : nil)
  }

  /// Copies a piece of the kernel to its place in the kernel turned over, if there is one.
  package func turn(_ piece: DensePiece) {
    guard let turned = unsafe training?.turnedKernel else { return }
    let inputs = piece.inputs
    unsafe kernels.table.transpose(
      parameters + blocks(of: piece).kernel.start, outputCount, inputs.count, piece.outputs.count,
      turned + piece.outputs.lowerBound * inputCount + inputs.lowerBound, inputCount, inputs.count)
  }

  func check(_ rows: Range<Int>) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= capacity, "rows outside the batch")
  }
}

/// A rectangle of a layer's kernel: what one thread computes the gradient of, and then changes.
package struct DensePiece: Hashable, Sendable {
  package var inputs: Range<Int>
  package var outputs: Range<Int>

  /// Cuts a kernel [I, O] into pieces whose parameters, gradients and moments fit in a core's first cache
  /// beside a few rows.
  package static func pieces(inputCount: Int, outputCount: Int) -> [DensePiece] {
    let columns = min(outputCount, columnsAtMost)
    // Even, so that a pair of rows of bf16 lies in one piece.
    let rows = max(rowsAtLeast, parametersAtMost / columns / 2 * 2)
    return stride(from: 0, to: inputCount, by: rows).flatMap { i in
      stride(from: 0, to: outputCount, by: columns).map { o in
        DensePiece(
          inputs: i..<min(i + rows, inputCount), outputs: o..<min(o + columns, outputCount))
      }
    }
  }

  private static let columnsAtMost = 96
  private static let rowsAtLeast = 16
  private static let parametersAtMost = 3072
}

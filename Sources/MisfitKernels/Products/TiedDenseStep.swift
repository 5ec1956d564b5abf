import CVectorKernels
import MisfitCore

/// A dense layer with the transposed kernel of another layer, compiled for batches of up to B rows.
///
/// Shapes: I inputs, O outputs a row; the other layer's kernel is in the arena as [O, I]. `input` and
/// `inputDelta` [B, I], `output` and `delta` [B, O].
package struct TiedDenseStep: Sendable {
  /// The memory that only training needs.
  package struct Training: Sendable {
    package var arena: ParameterArena
    package var delta: FloatSlice
    package var inputDelta: FloatSlice?
    /// A vector of B ones, to sum over rows.
    package var ones: FloatSlice

    package init(arena: ParameterArena, delta: FloatSlice, inputDelta: FloatSlice?, ones: FloatSlice) {
      self.arena = arena
      self.delta = delta
      self.inputDelta = inputDelta
      self.ones = ones
    }
  }

  package let inputCount: Int
  package let outputCount: Int
  /// The offset of the other layer's kernel in the arena.
  package let kernelStart: Int
  private let biasStart: Int
  private let activation: Activation
  private let parameters: FloatSlice
  private let input: FloatSlice
  private let output: FloatSlice
  /// The kernel, [I, O].
  private let transposedKernel: FloatSlice
  private let training: Training?

  /// Allocates the transposed kernel.
  ///
  /// - Precondition: the shapes fit, for a whole number of rows.
  package init(
    inputCount: Int, outputCount: Int, activation: Activation, kernelStart: Int, biasStart: Int,
    parameters: FloatSlice, input: FloatSlice, output: FloatSlice, training: Training? = nil
  ) {
    precondition(
      input.count % inputCount == 0 && output.count / outputCount == input.count / inputCount,
      "shapes differ")
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.activation = activation
    self.kernelStart = kernelStart
    self.biasStart = biasStart
    self.parameters = parameters
    self.input = input
    self.output = output
    self.training = training
    transposedKernel = FloatBuffer(count: inputCount * outputCount).all
  }

  private var kernel: FloatSlice { parameters[kernelStart..<kernelStart + inputCount * outputCount] }

  /// Computes the output of `rows`; `activates: false` leaves the sums.
  package func forward(_ rows: Range<Int>, activates: Bool = true) {
    let target = slice(output, rows, outputCount)
    product(
      slice(input, rows, inputCount), (inputCount, 1), by: transposedKernel, into: target, rows: rows.count,
      columns: outputCount, inner: inputCount, start: parameters[biasStart..<biasStart + outputCount])
    if activates {
      unsafe VectorKernels.current.table.activate(target.pointer, target.count, activation.code)
    }
  }

  /// The same as the method of ``DenseStep``.
  package func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    VectorKernels.current.lossGradient(
      loss, of: activation, sums: output, width: outputCount, rows, target: target, scale: scale)
  }

  /// The same as the method of ``DenseStep``.
  package func backward(_ rows: Range<Int>, deltaIsOfSums: Bool) {
    guard let training else { preconditionFailure("the step was created without memory for training") }
    let delta = slice(training.delta, rows, outputCount)
    if !deltaIsOfSums {
      VectorKernels.current.multiply(delta, bySlopeOf: activation, at: slice(output, rows, outputCount))
    }
    guard let inputDelta = training.inputDelta else { return }
    product(
      delta, (outputCount, 1), by: kernel, into: slice(inputDelta, rows, inputCount), rows: rows.count,
      columns: inputCount, inner: outputCount)
  }

  /// Adds this layer's slice of the gradient to a tile of the other layer's, from the first `rowCount` rows.
  package func addGradient(to tile: KernelTile, rowCount: Int) {
    guard let training else { preconditionFailure("the step was created without memory for training") }
    // The tile's inputs are this layer's outputs: gradient[o, i] += the sum over rows of delta[o] * input[i].
    let start = kernelStart + tile.inputs.lowerBound * inputCount + tile.outputs.lowerBound
    var form = unsafe misfit_product(
      a: training.delta.pointer + tile.inputs.lowerBound, a_row: 1, a_inner: outputCount,
      b: input.pointer + tile.outputs.lowerBound, b_row: inputCount,
      c: training.arena.gradients.pointer + start, c_row: inputCount, row_start: nil, column_start: nil,
      rows: tile.inputs.count, columns: tile.outputs.count, inner: rowCount, adding: true)
    unsafe VectorKernels.current.table.product(&form)
  }

  /// Computes the gradient of the bias from the first `rowCount` rows.
  package func biasGradient(rowCount: Int) {
    guard let training else { preconditionFailure("the step was created without memory for training") }
    VectorKernels.current.sumColumns(
      of: training.delta[0..<rowCount * outputCount],
      into: training.arena.gradients[biasStart..<biasStart + outputCount])
  }

  /// The block of the bias in the arena.
  package var biasBlock: ParameterBlock { ParameterBlock(start: biasStart, columns: outputCount) }

  /// Copies a changed tile of the other layer's kernel to the transposed kernel.
  package func updateTranspose(of tile: KernelTile) {
    let (inputs, outputs) = (tile.inputs, tile.outputs)
    let source = kernelStart + inputs.lowerBound * inputCount + outputs.lowerBound
    unsafe VectorKernels.current.table.transpose(
      parameters.pointer + source, inputCount, inputs.count, outputs.count,
      transposedKernel.pointer + outputs.lowerBound * outputCount + inputs.lowerBound, outputCount,
      inputs.count)
  }

  /// Transposes the whole kernel after a change.
  package func refreshParameters() {
    updateTranspose(of: KernelTile(inputs: 0..<outputCount, outputs: 0..<inputCount))
  }

  private func slice(_ values: FloatSlice, _ rows: Range<Int>, _ count: Int) -> FloatSlice {
    values[rows.lowerBound * count..<rows.upperBound * count]
  }

  private func product(
    _ a: FloatSlice, _ strides: (row: Int, inner: Int), by b: FloatSlice, into c: FloatSlice, rows: Int,
    columns: Int, inner: Int, start: FloatSlice? = nil
  ) {
    var form = unsafe misfit_product(
      a: a.pointer, a_row: strides.row, a_inner: strides.inner, b: b.pointer, b_row: columns, c: c.pointer,
      c_row: columns, row_start: nil, column_start: start.map { unsafe UnsafePointer($0.pointer) },
      rows: rows, columns: columns, inner: inner, adding: false)
    unsafe VectorKernels.current.table.product(&form)
  }
}

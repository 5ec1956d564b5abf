import CVectorKernels
import MisfitCore

/// A ``DenseStep`` whose products have bf16 factors.
///
/// Every factor is rounded once: inputs and deltas when they are computed, the kernel when it has changed.
/// Sums, outputs, gradients and parameters are floats. The products are AVX-512 BF16 kernels of this package,
/// on processors with AMX too, so the bits do not depend on how rows and tiles are split. Factors below the
/// smallest normal number count as 0.
///
/// Shapes: I inputs, O outputs a row, batches of up to B rows, as in ``DenseStep``.
///
/// - Precondition: the creator of a step keeps the memory alive while it is used.
@safe package struct BFloat16DenseStep: @unchecked Sendable {
  @safe private struct TrainingAddresses {
    var inputPairs: UnsafeMutablePointer<UInt32>
    var delta: UnsafeMutablePointer<UInt32>?
    var deltaPairs: UnsafeMutablePointer<UInt32>
    var ones: UnsafeMutablePointer<UInt32>
    var transposedKernel: UnsafeMutablePointer<UInt32>?
  }

  /// The same layer in float32: its sizes, offsets and float memory.
  package let dense: DenseStep
  private let bfloat16Kernels: UnsafePointer<misfit_bfloat16_kernels>
  /// The words of a row of inputs, and of a row of outputs.
  private let inputWords: Int
  private let outputWords: Int
  private let input: UnsafeMutablePointer<UInt32>
  private let kernel: UnsafeMutablePointer<UInt32>
  private let training: TrainingAddresses?

  /// Creates a step on the given memory.
  ///
  /// - Precondition: the shapes match, and ``BFloat16Support/isAvailable``.
  package init(_ dense: DenseStep, weights: BFloat16DenseWeights, rows: BFloat16DenseRows) {
    guard BFloat16Support.isAvailable, let bfloat16Kernels = unsafe misfit_bfloat16_kernels() else {
      preconditionFailure("this processor has no bf16 products")
    }
    unsafe self.bfloat16Kernels = bfloat16Kernels
    self.dense = dense
    inputWords = (dense.inputCount + 1) / 2
    outputWords = (dense.outputCount + 1) / 2
    let pairCount = (dense.capacity + 1) / 2
    precondition(
      rows.input.count >= 2 * dense.capacity * inputWords
        && weights.pairs.count >= 2 * inputWords * dense.outputCount, "shapes differ")
    unsafe input = rows.input.words
    unsafe kernel = weights.pairs.words
    guard dense.isTraining else {
      training = nil
      return
    }
    guard let inputPairs = rows.inputPairs, let deltaPairs = rows.deltaPairs, let ones = rows.ones else {
      preconditionFailure("the memory is not for training")
    }
    precondition(
      inputPairs.count >= 2 * pairCount * dense.inputCount && ones.count >= 2 * pairCount
        && deltaPairs.count >= 2 * pairCount * dense.outputCount, "shapes differ")
    if dense.needsInputGradient {
      precondition(
        (rows.delta?.count ?? 0) >= 2 * dense.capacity * outputWords
          && (weights.transposed?.count ?? 0) >= 2 * outputWords * dense.inputCount, "shapes differ")
    }
    unsafe training = TrainingAddresses(
      inputPairs: inputPairs.words, delta: dense.needsInputGradient ? rows.delta?.words : nil,
      deltaPairs: deltaPairs.words, ones: ones.words,
      transposedKernel: dense.needsInputGradient ? weights.transposed?.words : nil)
  }

  /// Rounds the input of `rows`; the first row is even.
  package func packInput(_ rows: Range<Int>) {
    dense.check(rows)
    let count = dense.inputCount
    var packing = unsafe packing(
      dense.input + rows.lowerBound * count, stride: count, rows: rows, columns: count,
      into: input, words: inputWords, pairs: training?.inputPairs, pairStride: count)
    unsafe bfloat16Kernels.pointee.pack(&packing)
  }

  /// Computes the output of `rows`; `activates: false` leaves the sums.
  package func forward(_ rows: Range<Int>, activates: Bool = true) {
    dense.check(rows)
    let target = unsafe dense.output + rows.lowerBound * dense.outputCount
    unsafe sums(of: rows, columns: 0..<dense.outputCount, into: target)
    if activates {
      unsafe dense.kernels.table.activate(
        target, rows.count * dense.outputCount, dense.activation.code)
    }
  }

  /// Computes the sums of `rows` (the first row is even) and `scale` times the gradient of the loss with
  /// respect to them, rounded.
  ///
  /// Returns the sum of the losses against `target` [B, O].
  ///
  /// The sums of a panel of columns are consumed before those of the next one are computed in the same
  /// memory, so they never leave the L1 cache; the output is overwritten.
  package func forwardToLoss(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    dense.check(rows)
    let count = dense.outputCount
    precondition(target.count == dense.capacity * count, "the target has another count than the output")
    let start = rows.lowerBound * count
    let panel = unsafe dense.output + start
    var lossSum: Float = 0
    for first in stride(from: 0, to: count, by: Self.columnsPerPanel) {
      let columns = first..<min(first + Self.columnsPerPanel, count)
      unsafe sums(of: rows, columns: columns, into: panel)
      lossSum += unsafe packLossGradient(
        loss, panel, rows, columns: columns, target: target.pointer + start + first, scale: scale)
    }
    return lossSum
  }

  /// Computes the losses of a panel of sums, and their gradients as the rounded delta.
  private func packLossGradient(
    _ loss: Loss, _ sums: UnsafeMutablePointer<Float>, _ rows: Range<Int>, columns: Range<Int>,
    target: UnsafeMutablePointer<Float>, scale: Float
  ) -> Float {
    let count = dense.outputCount
    let activation = dense.activation.code
    if let kernel = unsafe bfloat16Kernels.pointee.loss(activation, loss.code) {
      var packing = unsafe deltaPacking(sums, rows, columns: columns)
      return unsafe kernel(&packing, target, count, scale)
    }
    var block = misfit_block(rows: rows.count, columns: columns.count, stride: count)
    let lossSum = unsafe dense.kernels.table.loss_gradient(
      sums, target, sums, &block, activation, loss.code, scale)
    unsafe packDelta(sums, rows, columns: columns)
    return lossSum
  }

  /// An even number of vectors.
  private static let columnsPerPanel = 64

  /// Computes the delta of the sums of `rows` (the first row is even), unless it already is, and from it the
  /// delta of the previous layer.
  package func backward(_ rows: Range<Int>, deltaIsOfSums: Bool) {
    dense.check(rows)
    guard let training, let floats = dense.training else {
      preconditionFailure("the step was created without memory for training")
    }
    let count = dense.outputCount
    if !deltaIsOfSums {
      let delta = unsafe floats.delta + rows.lowerBound * count
      unsafe dense.kernels.table.activation_gradient(
        delta, dense.output + rows.lowerBound * count, rows.count * count, dense.activation.code)
      unsafe packDelta(delta, rows, columns: 0..<count)
    }
    guard let inputDelta = unsafe floats.inputDelta, let delta = unsafe training.delta,
      let transposed = unsafe training.transposedKernel
    else { return }
    var product = unsafe misfit_bfloat16_product(
      a: delta + rows.lowerBound * outputWords, a_row: outputWords, a_inner: 1, b: transposed,
      b_row: dense.inputCount, c: inputDelta + rows.lowerBound * dense.inputCount,
      c_row: dense.inputCount, column_start: nil, rows: rows.count, columns: dense.inputCount,
      inner: outputWords)
    unsafe bfloat16Kernels.pointee.product(&product)
  }

  /// Computes the gradient of a tile of the kernel from the first `rowCount` rows, and of the biases of its
  /// columns if it contains the kernel's first row.
  package func gradient(_ tile: KernelTile, rowCount: Int) {
    dense.check(0..<rowCount)
    guard let training, let floats = dense.training else {
      preconditionFailure("the step was created without memory for training")
    }
    let blocks = dense.blocks(of: tile)
    let count = dense.outputCount
    var product = unsafe misfit_bfloat16_product(
      a: training.inputPairs + tile.inputs.lowerBound, a_row: 1, a_inner: dense.inputCount,
      b: training.deltaPairs + tile.outputs.lowerBound, b_row: count,
      c: floats.gradients + blocks.kernel.start, c_row: count, column_start: nil,
      rows: tile.inputs.count, columns: tile.outputs.count, inner: (rowCount + 1) / 2)
    unsafe bfloat16Kernels.pointee.product(&product)
    guard let bias = blocks.bias else { return }
    unsafe product.a = UnsafePointer(training.ones)
    unsafe product.a_inner = 1
    unsafe product.c = floats.gradients + bias.start
    unsafe product.rows = 1
    unsafe bfloat16Kernels.pointee.product(&product)
  }

  /// Rounds a changed tile of the kernel; its first input and output are even.
  package func pack(_ tile: KernelTile) {
    let (inputs, outputs) = (tile.inputs, tile.outputs)
    precondition(inputs.lowerBound % 2 == 0 && outputs.lowerBound % 2 == 0, "the tile starts inside a pair")
    let count = dense.outputCount
    let source = unsafe dense.parameters + dense.blocks(of: tile).kernel.start
    var packing = unsafe misfit_bfloat16_packing(
      source: source, source_row: count, rows: inputs.count, columns: outputs.count, rows_target: nil,
      rows_stride: 0, pairs_target: kernel + inputs.lowerBound / 2 * count + outputs.lowerBound,
      pairs_stride: count)
    unsafe bfloat16Kernels.pointee.pack(&packing)
    guard let transposed = unsafe training?.transposedKernel else { return }
    unsafe bfloat16Kernels.pointee.transpose(
      source, count, inputs.count, outputs.count,
      transposed + outputs.lowerBound / 2 * dense.inputCount + inputs.lowerBound, dense.inputCount)
  }

  private func sums(of rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    let count = dense.outputCount
    var product = unsafe misfit_bfloat16_product(
      a: input + rows.lowerBound * inputWords, a_row: inputWords, a_inner: 1, b: kernel + columns.lowerBound,
      b_row: count, c: target, c_row: count,
      column_start: dense.parameters + dense.biasStart + columns.lowerBound, rows: rows.count,
      columns: columns.count, inner: inputWords)
    unsafe bfloat16Kernels.pointee.product(&product)
  }

  /// Rounds some columns of the delta of `rows`, stored at `delta`.
  private func packDelta(_ delta: UnsafeMutablePointer<Float>, _ rows: Range<Int>, columns: Range<Int>) {
    var packing = unsafe deltaPacking(delta, rows, columns: columns)
    unsafe bfloat16Kernels.pointee.pack(&packing)
  }

  private func deltaPacking(
    _ source: UnsafeMutablePointer<Float>, _ rows: Range<Int>, columns: Range<Int>
  ) -> misfit_bfloat16_packing {
    let count = dense.outputCount
    return unsafe packing(
      source, stride: count, rows: rows, columns: columns.count,
      into: training?.delta.map { unsafe $0 + columns.lowerBound / 2 }, words: outputWords,
      pairs: training.map { unsafe $0.deltaPairs + columns.lowerBound }, pairStride: count)
  }

  /// The packing of rows of floats into rows of words and pairs of rows.
  private func packing(
    _ source: UnsafeMutablePointer<Float>, stride: Int, rows: Range<Int>, columns: Int,
    into target: UnsafeMutablePointer<UInt32>?, words: Int, pairs: UnsafeMutablePointer<UInt32>?,
    pairStride: Int
  ) -> misfit_bfloat16_packing {
    precondition(rows.lowerBound % 2 == 0, "the rows start inside a pair")
    let rowsTarget = unsafe target.map { unsafe UnsafeMutableRawPointer($0 + rows.lowerBound * words) }
    return unsafe misfit_bfloat16_packing(
      source: source, source_row: stride, rows: rows.count, columns: columns,
      rows_target: rowsTarget?.assumingMemoryBound(to: UInt16.self), rows_stride: 2 * words,
      pairs_target: pairs.map { unsafe $0 + rows.lowerBound / 2 * pairStride }, pairs_stride: pairStride)
  }
}

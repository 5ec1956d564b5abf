import CVectorKernels
import MisfitCore

/// A ``DenseStep`` whose products have bf16 factors.
///
/// Every factor is rounded once: inputs and deltas when they are made, the kernel when it has changed. Sums,
/// outputs, gradients and parameters are floats. The products are our own kernels of AVX-512 BF16, on
/// processors with AMX too: the same bits however rows and pieces are cut. Factors below the smallest normal
/// number count as 0.
///
/// Shapes: I inputs, O outputs a row, batches of up to B rows, as in ``DenseStep``.
///
/// - Precondition: who makes a step keeps the memory alive while it is used.
@safe package struct BFloat16DenseStep: @unchecked Sendable {
  @safe private struct TrainingAddresses {
    var inputPairs: UnsafeMutablePointer<UInt32>
    var delta: UnsafeMutablePointer<UInt32>?
    var deltaPairs: UnsafeMutablePointer<UInt32>
    var ones: UnsafeMutablePointer<UInt32>
    var turnedKernel: UnsafeMutablePointer<UInt32>?
  }

  /// The same layer in f32: its sizes, its places, and its memory of floats.
  package let single: DenseStep
  private let half: UnsafePointer<misfit_bfloat16_kernels>
  /// Words of a row of inputs, and of a row of outputs.
  private let inputWords: Int
  private let outputWords: Int
  private let input: UnsafeMutablePointer<UInt32>
  private let kernel: UnsafeMutablePointer<UInt32>
  private let training: TrainingAddresses?

  /// Takes the addresses.
  ///
  /// - Precondition: the shapes fit; ``BFloat16Support`` has nothing against it.
  package init(_ single: DenseStep, weights: BFloat16DenseWeights, rows: BFloat16DenseRows) {
    guard BFloat16Support.isAvailable, let half = unsafe misfit_bfloat16_kernels() else {
      preconditionFailure("bf16 on a processor without it")
    }
    unsafe self.half = half
    self.single = single
    inputWords = (single.inputCount + 1) / 2
    outputWords = (single.outputCount + 1) / 2
    let pairCount = (single.capacity + 1) / 2
    precondition(
      rows.input.count >= 2 * single.capacity * inputWords
        && weights.pairs.count >= 2 * inputWords * single.outputCount, "shapes differ")
    unsafe input = rows.input.words
    unsafe kernel = weights.pairs.words
    guard single.isTraining else {
      training = nil
      return
    }
    guard let inputPairs = rows.inputPairs, let deltaPairs = rows.deltaPairs, let ones = rows.ones else {
      preconditionFailure("memory that does not train")
    }
    precondition(
      inputPairs.count >= 2 * pairCount * single.inputCount && ones.count >= 2 * pairCount
        && deltaPairs.count >= 2 * pairCount * single.outputCount, "shapes differ")
    if single.hasWayBack {
      precondition(
        (rows.delta?.count ?? 0) >= 2 * single.capacity * outputWords
          && (weights.turned?.count ?? 0) >= 2 * outputWords * single.inputCount, "shapes differ")
    }
    unsafe training = TrainingAddresses(
      inputPairs: inputPairs.words, delta: single.hasWayBack ? rows.delta?.words : nil,
      deltaPairs: deltaPairs.words, ones: ones.words,
      turnedKernel: single.hasWayBack ? weights.turned?.words : nil)
  }

  /// Rounds the input of `rows`, of which the first is an even one.
  package func takeUpInput(_ rows: Range<Int>) {
    single.check(rows)
    let count = single.inputCount
    var packing = unsafe packing(
      single.input + rows.lowerBound * count, stride: count, rows: rows, columns: count,
      into: input, words: inputWords, pairs: training?.inputPairs, pairStride: count)
    unsafe half.pointee.pack(&packing)
  }

  /// Computes the output of `rows`; `activates: false` leaves the sums.
  package func forward(_ rows: Range<Int>, activates: Bool = true) {
    single.check(rows)
    let target = unsafe single.output + rows.lowerBound * single.outputCount
    unsafe sums(of: rows, columns: 0..<single.outputCount, into: target)
    if activates {
      unsafe single.kernels.table.activate(
        target, rows.count * single.outputCount, single.activation.code)
    }
  }

  /// Computes the sums of `rows`, of which the first is an even one, and leaves `scale` times the loss's
  /// gradient with respect to them, rounded; gives the sum of the losses against `target` [B, O].
  ///
  /// The sums of some columns are used up before those of the next are computed, in the same place, so that
  /// they never leave the first cache; the output is overwritten.
  package func forwardToLoss(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    single.check(rows)
    let count = single.outputCount
    precondition(target.count == single.capacity * count, "a target has its output's count")
    let start = rows.lowerBound * count
    let panel = unsafe single.output + start
    var lossSum: Float = 0
    for first in stride(from: 0, to: count, by: Self.columnsPerPanel) {
      let columns = first..<min(first + Self.columnsPerPanel, count)
      unsafe sums(of: rows, columns: columns, into: panel)
      lossSum += unsafe takeUpLoss(
        loss, panel, rows, columns: columns, target: target.pointer + start + first, scale: scale)
    }
    return lossSum
  }

  /// The losses of some columns' sums, at `sums`, and their gradients as the rounded delta.
  private func takeUpLoss(
    _ loss: Loss, _ sums: UnsafeMutablePointer<Float>, _ rows: Range<Int>, columns: Range<Int>,
    target: UnsafeMutablePointer<Float>, scale: Float
  ) -> Float {
    let count = single.outputCount
    let activation = single.activation.code
    if let kernel = unsafe half.pointee.loss(activation, loss.code) {
      var packing = unsafe deltaPacking(sums, rows, columns: columns)
      return unsafe kernel(&packing, target, count, scale)
    }
    var block = misfit_block(rows: rows.count, columns: columns.count, stride: count)
    let lossSum = unsafe single.kernels.table.loss_gradient(
      sums, target, sums, &block, activation, loss.code, scale)
    unsafe takeUpDelta(sums, rows, columns: columns)
    return lossSum
  }

  /// An even number of whole vectors.
  private static let columnsPerPanel = 64

  /// Makes the delta of the sums of `rows`, of which the first is an even one, unless a loss has left it so,
  /// and from it the delta of the layer before.
  package func backward(_ rows: Range<Int>, deltaIsOfSums: Bool) {
    single.check(rows)
    guard let training, let floats = single.training else { preconditionFailure("a step that cannot train") }
    let count = single.outputCount
    if !deltaIsOfSums {
      let delta = unsafe floats.delta + rows.lowerBound * count
      unsafe single.kernels.table.activation_gradient(
        delta, single.output + rows.lowerBound * count, rows.count * count, single.activation.code)
      unsafe takeUpDelta(delta, rows, columns: 0..<count)
    }
    guard let inputDelta = unsafe floats.inputDelta, let delta = unsafe training.delta,
      let turned = unsafe training.turnedKernel
    else { return }
    var product = unsafe misfit_bfloat16_product(
      a: delta + rows.lowerBound * outputWords, a_row: outputWords, a_inner: 1, b: turned,
      b_row: single.inputCount, c: inputDelta + rows.lowerBound * single.inputCount,
      c_row: single.inputCount, column_start: nil, rows: rows.count, columns: single.inputCount,
      inner: outputWords)
    unsafe half.pointee.product(&product)
  }

  /// The gradient of a piece of the kernel from the first `rowCount` rows, and of the biases of its columns
  /// where it holds the kernel's first row.
  package func gradient(_ piece: DensePiece, rowCount: Int) {
    single.check(0..<rowCount)
    guard let training, let floats = single.training else { preconditionFailure("a step that cannot train") }
    let blocks = single.blocks(of: piece)
    let count = single.outputCount
    var product = unsafe misfit_bfloat16_product(
      a: training.inputPairs + piece.inputs.lowerBound, a_row: 1, a_inner: single.inputCount,
      b: training.deltaPairs + piece.outputs.lowerBound, b_row: count,
      c: floats.gradients + blocks.kernel.start, c_row: count, column_start: nil,
      rows: piece.inputs.count, columns: piece.outputs.count, inner: (rowCount + 1) / 2)
    unsafe half.pointee.product(&product)
    guard let bias = blocks.bias else { return }
    unsafe product.a = UnsafePointer(training.ones)
    unsafe product.a_inner = 1
    unsafe product.c = floats.gradients + bias.start
    unsafe product.rows = 1
    unsafe half.pointee.product(&product)
  }

  /// Rounds a piece of the kernel that has changed; its first input is an even one, and so is its first
  /// output.
  package func takeUp(_ piece: DensePiece) {
    let (inputs, outputs) = (piece.inputs, piece.outputs)
    precondition(inputs.lowerBound % 2 == 0 && outputs.lowerBound % 2 == 0, "a piece that begins in a pair")
    let count = single.outputCount
    let source = unsafe single.parameters + single.blocks(of: piece).kernel.start
    var packing = unsafe misfit_bfloat16_packing(
      source: source, source_row: count, rows: inputs.count, columns: outputs.count, rows_target: nil,
      rows_stride: 0, pairs_target: kernel + inputs.lowerBound / 2 * count + outputs.lowerBound,
      pairs_stride: count)
    unsafe half.pointee.pack(&packing)
    guard let turned = unsafe training?.turnedKernel else { return }
    unsafe half.pointee.turn(
      source, count, inputs.count, outputs.count,
      turned + outputs.lowerBound / 2 * single.inputCount + inputs.lowerBound, single.inputCount)
  }

  private func sums(of rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    let count = single.outputCount
    var product = unsafe misfit_bfloat16_product(
      a: input + rows.lowerBound * inputWords, a_row: inputWords, a_inner: 1, b: kernel + columns.lowerBound,
      b_row: count, c: target, c_row: count,
      column_start: single.parameters + single.biasStart + columns.lowerBound, rows: rows.count,
      columns: columns.count, inner: inputWords)
    unsafe half.pointee.product(&product)
  }

  /// Rounds some columns of the delta of `rows`, which stand at `delta`.
  private func takeUpDelta(_ delta: UnsafeMutablePointer<Float>, _ rows: Range<Int>, columns: Range<Int>) {
    var packing = unsafe deltaPacking(delta, rows, columns: columns)
    unsafe half.pointee.pack(&packing)
  }

  private func deltaPacking(
    _ source: UnsafeMutablePointer<Float>, _ rows: Range<Int>, columns: Range<Int>
  ) -> misfit_bfloat16_packing {
    let count = single.outputCount
    return unsafe packing(
      source, stride: count, rows: rows, columns: columns.count,
      into: training?.delta.map { unsafe $0 + columns.lowerBound / 2 }, words: outputWords,
      pairs: training.map { unsafe $0.deltaPairs + columns.lowerBound }, pairStride: count)
  }

  /// How rows of floats are rounded into rows of words and pairs of rows.
  private func packing(
    _ source: UnsafeMutablePointer<Float>, stride: Int, rows: Range<Int>, columns: Int,
    into target: UnsafeMutablePointer<UInt32>?, words: Int, pairs: UnsafeMutablePointer<UInt32>?,
    pairStride: Int
  ) -> misfit_bfloat16_packing {
    precondition(rows.lowerBound % 2 == 0, "rows that begin in a pair")
    let halves = unsafe target.map { unsafe UnsafeMutableRawPointer($0 + rows.lowerBound * words) }
    return unsafe misfit_bfloat16_packing(
      source: source, source_row: stride, rows: rows.count, columns: columns,
      rows_target: halves?.assumingMemoryBound(to: UInt16.self), rows_stride: 2 * words,
      pairs_target: pairs.map { unsafe $0 + rows.lowerBound / 2 * pairStride }, pairs_stride: pairStride)
  }
}

import MisfitCore
import MisfitKernels

/// A layer compiled for a batch.
///
/// A step has two phases. Rows pass forward and back, a block of them to a thread; then the gradients of the
/// parameters are taken from all rows, a tile of a layer to a thread, and the tile is changed at once.
/// No gradient is computed twice or added to another thread's, so that every sum has one order.
///
/// An enumeration, since a dense step is plain addresses: passing it on counts no references.
enum LayerStep: Sendable {
  case dense(DenseStep)
  case bfloat16Dense(BFloat16DenseStep)
  case tied(TiedDenseStep)
  case convolution(ConvolutionStep)
  case window(WindowStep)
  case normalization(NormalizationStep)
  case dropout(DropoutStep)

  /// Takes up the input of `rows`, once it is there; the first of the rows is an even one.
  func packInput(_ rows: Range<Int>) {
    if case .bfloat16Dense(let step) = self { step.packInput(rows) }
  }

  /// Computes the output of `rows`; `activates: false` leaves the sums.
  func forward(_ rows: Range<Int>, activates: Bool) {
    switch self {
    case .dense(let step): step.forward(rows, activates: activates)
    case .bfloat16Dense(let step): step.forward(rows, activates: activates)
    case .tied(let step): step.forward(rows, activates: activates)
    case .convolution(let step): step.forward(rows, activates: activates)
    case .window(let step): step.forward(rows)
    case .normalization(let step): step.forward(rows)
    case .dropout(let step): step.forward(rows)
    }
  }

  /// For a last layer: computes its sums and leaves `scale` times the loss's gradient with respect to them;
  /// gives the sum of the losses against `target`.
  func forwardToLoss(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    if case .bfloat16Dense(let step) = self {
      return step.forwardToLoss(loss, rows, target: target, scale: scale)
    }
    forward(rows, activates: false)
    return lossGradient(loss, rows, target: target, scale: scale)
  }

  /// For a last layer that has computed its sums: replaces them by `scale` times the loss's gradient, and
  /// gives the sum of the losses against `target`.
  func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    switch self {
    case .dense(let step): step.lossGradient(loss, rows, target: target, scale: scale)
    case .tied(let step): step.lossGradient(loss, rows, target: target, scale: scale)
    case .convolution(let step): step.lossGradient(loss, rows, target: target, scale: scale)
    case .bfloat16Dense: preconditionFailure("a bf16 layer does not keep its sums")
    case .window, .normalization, .dropout: preconditionFailure("the layer cannot be the last")
    }
  }

  /// Passes the delta of `rows` on to the layer before; `deltaIsOfSums` where a loss has made it.
  ///
  /// For rows that are not a whole block, `block` is the block's index and `isFirst` whether they are its
  /// first rows.
  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool, block: Int? = nil, isFirst: Bool = true) {
    switch self {
    case .dense(let step): step.backward(rows, deltaIsOfSums: deltaIsOfSums)
    case .bfloat16Dense(let step): step.backward(rows, deltaIsOfSums: deltaIsOfSums)
    case .tied(let step): step.backward(rows, deltaIsOfSums: deltaIsOfSums)
    case .convolution(let step):
      step.backward(rows, deltaIsOfSums: deltaIsOfSums, block: block, isFirst: isFirst)
    case .window(let step): step.backward(rows)
    case .normalization(let step): step.backward(rows)
    case .dropout(let step): step.backward(rows)
    }
  }

  /// The tiles that the gradients of the layer's parameters are computed in, each by one thread.
  var tiles: [ParameterTile] {
    switch self {
    case .dense(let step):
      KernelTile.tiles(inputCount: step.inputCount, outputCount: step.outputCount)
        .map { .dense(step, $0) }
    case .bfloat16Dense(let step):
      KernelTile.tiles(inputCount: step.dense.inputCount, outputCount: step.dense.outputCount)
        .map { .bfloat16Dense(step, $0) }
    case .tied(let step): [.tiedBias(step)]
    case .convolution(let step): [.convolution(step)]
    case .normalization(let step): [.normalization(step)]
    case .window, .dropout: []
    }
  }

  /// The sums over the whole batch that the layer waits for, in training; nil where it waits for none.
  var batchSums: NormalizationStep? {
    if case .normalization(let step) = self, step.needsWholeBatch { step } else { nil }
  }

  /// Updates everything derived from the parameters, after they were changed by anything but a step.
  func refreshParameters() {
    switch self {
    case .dense, .bfloat16Dense: for tile in tiles { tile.refreshParameters() }
    case .tied(let step): step.refreshParameters()
    case .convolution(let step): step.refreshParameters()
    case .normalization(let step): step.refreshParameters()
    case .window, .dropout: break
    }
  }
}

/// Some of a layer's parameters, whose gradient one thread computes from all rows of a batch, and which it
/// then changes.
enum ParameterTile: Sendable {
  case dense(DenseStep, KernelTile)
  case bfloat16Dense(BFloat16DenseStep, KernelTile)
  /// A tile of a kernel that another layer is tied to.
  case shared(DenseStep, KernelTile, TiedDenseStep)
  case tiedBias(TiedDenseStep)
  case convolution(ConvolutionStep)
  /// Its gradient is there when the rows have passed.
  case normalization(NormalizationStep)

  /// Sets the tile's part of the arena's gradients, from the first `rowCount` rows.
  func gradient(rowCount: Int) {
    switch self {
    case .dense(let step, let part): step.gradient(part, rowCount: rowCount)
    case .bfloat16Dense(let step, let part): step.gradient(part, rowCount: rowCount)
    case .shared(let step, let part, let tied):
      step.gradient(part, rowCount: rowCount)
      tied.addGradient(to: part, rowCount: rowCount)
    case .tiedBias(let step): step.biasGradient(rowCount: rowCount)
    case .convolution(let step): step.gradient(rowCount: rowCount)
    case .normalization: break
    }
  }

  /// Where the tile's parameters lie in the arena.
  var blocks: (ParameterBlock, ParameterBlock?) {
    switch self {
    case .dense(let step, let part), .shared(let step, let part, _): step.blocks(of: part)
    case .bfloat16Dense(let step, let part): step.dense.blocks(of: part)
    case .tiedBias(let step): (step.biasBlock, nil)
    case .convolution(let step): step.parameterBlocks
    case .normalization(let step): (step.trainedBlock, nil)
    }
  }

  /// Takes up the tile's parameters after a change.
  func refreshParameters() {
    switch self {
    case .dense(let step, let part): step.updateTranspose(of: part)
    case .bfloat16Dense(let step, let part): step.pack(part)
    case .shared(let step, let part, let tied):
      step.updateTranspose(of: part)
      tied.updateTranspose(of: part)
    case .tiedBias, .normalization: break
    case .convolution(let step): step.refreshParameters()
    }
  }
}

import MisfitCore
import MisfitKernels

/// A layer compiled for a batch.
///
/// A step has two phases. Rows pass forward and backward, one block per thread; then the gradients of the
/// parameters are computed from all rows, one tile of a layer per thread, and the tile is updated at once.
/// No gradient is computed twice or added to another thread's, so every sum has one order.
///
/// Dense steps have their own cases, since they are plain addresses: passing them on counts no references.
enum LayerStep: Sendable {
  /// A dense layer with float factors.
  case dense(DenseStep)
  /// A dense layer with bf16 factors.
  case bfloat16Dense(BFloat16DenseStep)
  /// Any other layer.
  case other(any LayerWork)

  /// Packs the input of `rows`, once it is computed; the first row is even.
  func packInput(_ rows: Range<Int>) {
    if case .bfloat16Dense(let step) = self { step.packInput(rows) }
  }

  /// Computes the output of `rows`; `activates: false` leaves the sums.
  func forward(_ rows: Range<Int>, activates: Bool) {
    switch self {
    case .dense(let step): step.forward(rows, activates: activates)
    case .bfloat16Dense(let step): step.forward(rows, activates: activates)
    case .other(let work): work.forward(rows, activates: activates)
    }
  }

  /// Computes the sums of the last layer, and `scale` times the gradient of the loss with respect to them.
  ///
  /// Returns the sum of the losses against `target`.
  func forwardToLoss(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    if case .bfloat16Dense(let step) = self {
      return step.forwardToLoss(loss, rows, target: target, scale: scale)
    }
    forward(rows, activates: false)
    return lossGradient(loss, rows, target: target, scale: scale)
  }

  /// Replaces the sums of the last layer by `scale` times the gradient of the loss with respect to them.
  ///
  /// Returns the sum of the losses against `target`.
  func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    switch self {
    case .dense(let step): step.lossGradient(loss, rows, target: target, scale: scale)
    case .bfloat16Dense: preconditionFailure("a bf16 layer does not keep its sums")
    case .other(let work): work.lossGradient(loss, rows, target: target, scale: scale)
    }
  }

  /// Computes the delta of the previous layer; `deltaIsOfSums` if a loss has computed the delta.
  ///
  /// For rows that are not a whole block, `block` is the block's index and `isFirst` whether they are its
  /// first rows.
  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool, block: Int? = nil, isFirst: Bool = true) {
    switch self {
    case .dense(let step): step.backward(rows, deltaIsOfSums: deltaIsOfSums)
    case .bfloat16Dense(let step): step.backward(rows, deltaIsOfSums: deltaIsOfSums)
    case .other(let work):
      work.backward(rows, deltaIsOfSums: deltaIsOfSums, block: block, isFirst: isFirst)
    }
  }

  /// The tiles of the layer's parameters, for one thread each.
  var tiles: [ParameterTile] {
    switch self {
    case .dense(let step):
      KernelTile.tiles(inputCount: step.inputCount, outputCount: step.outputCount).map { .dense(step, $0) }
    case .bfloat16Dense(let step):
      KernelTile.tiles(inputCount: step.dense.inputCount, outputCount: step.dense.outputCount)
        .map { .bfloat16Dense(step, $0) }
    case .other(let work): work.parameterBlocks.map { [.whole(work, $0)] } ?? []
    }
  }

  /// The work of a layer that is not dense; nil for a dense one.
  var work: (any LayerWork)? {
    if case .other(let work) = self { work } else { nil }
  }

  /// Updates everything derived from the parameters, after they were changed by anything but a step.
  func refreshParameters() {
    switch self {
    case .dense, .bfloat16Dense: for tile in tiles { tile.refreshParameters() }
    case .other(let work): work.refreshParameters()
    }
  }
}

/// A part of a layer's parameters, whose gradient one thread computes and then applies.
enum ParameterTile: Sendable {
  /// A tile of a dense kernel.
  case dense(DenseStep, KernelTile)
  /// A tile of a dense kernel whose products have bf16 factors.
  case bfloat16Dense(BFloat16DenseStep, KernelTile)
  /// A tile of a dense kernel that a second layer uses, too.
  case shared(DenseStep, KernelTile, any SharedKernel)
  /// All parameters of a layer.
  case whole(any LayerWork, (ParameterBlock, ParameterBlock?))

  /// Computes the gradient of the tile from the first `rowCount` rows.
  func gradient(rowCount: Int) {
    switch self {
    case .dense(let step, let tile): step.gradient(tile, rowCount: rowCount)
    case .bfloat16Dense(let step, let tile): step.gradient(tile, rowCount: rowCount)
    case .shared(let step, let tile, let second):
      step.gradient(tile, rowCount: rowCount)
      second.addGradient(to: tile, rowCount: rowCount)
    case .whole(let work, _): work.gradient(rowCount: rowCount)
    }
  }

  /// Computes the gradient of a dense tile from some rows, in another arena than that of the step.
  func gradient(rows: Range<Int>, into gradients: FloatSlice) {
    guard case .dense(let step, let tile) = self else {
      preconditionFailure("only a dense tile can be computed from some of the rows")
    }
    step.gradient(tile, rows: rows, into: gradients)
  }

  /// Adds the tile's part of one arena to that of another one.
  func add(_ addend: FloatSlice, to target: FloatSlice) {
    let (first, second) = blocks
    VectorKernels.current.add(first, of: addend, to: target)
    if let second { VectorKernels.current.add(second, of: addend, to: target) }
  }

  /// The blocks of the tile's parameters in the arena.
  var blocks: (ParameterBlock, ParameterBlock?) {
    switch self {
    case .dense(let step, let tile), .shared(let step, let tile, _): step.blocks(of: tile)
    case .bfloat16Dense(let step, let tile): step.dense.blocks(of: tile)
    case .whole(_, let blocks): blocks
    }
  }

  /// Updates everything derived from the tile's parameters.
  func refreshParameters() {
    switch self {
    case .dense(let step, let tile): step.updateTranspose(of: tile)
    case .bfloat16Dense(let step, let tile): step.pack(tile)
    case .shared(let step, let tile, let second):
      step.updateTranspose(of: tile)
      second.updateTranspose(of: tile)
    case .whole(let work, _): work.refreshAfterStep()
    }
  }
}

import MisfitCore
import MisfitKernels

/// A layer compiled for a batch.
///
/// A step has two phases. Rows pass forward and back, a block of them to a thread; then the gradients of the
/// parameters are taken from all rows, a piece of a layer to a thread, and the piece is changed at once.
/// No gradient is computed twice or added to another thread's, so that every sum has one order.
///
/// An enumeration, since a dense step is plain addresses: passing it on counts no references.
enum LayerStep: Sendable {
  case dense(DenseStep)
  case bfloat16Dense(BFloat16DenseStep)

  /// Takes up the input of `rows`, once it is there; the first of the rows is an even one.
  func takeUpInput(_ rows: Range<Int>) {
    switch self {
    case .dense: break
    case .bfloat16Dense(let step): step.takeUpInput(rows)
    }
  }

  /// Computes the output of `rows`; `activates: false` leaves the sums.
  func forward(_ rows: Range<Int>, activates: Bool) {
    switch self {
    case .dense(let step): step.forward(rows, activates: activates)
    case .bfloat16Dense(let step): step.forward(rows, activates: activates)
    }
  }

  /// For a last layer: computes its sums and leaves `scale` times the loss's gradient with respect to them;
  /// gives the sum of the losses against `target`.
  func forwardToLoss(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    switch self {
    case .dense(let step):
      step.forward(rows, activates: false)
      return step.lossGradient(loss, rows, target: target, scale: scale)
    case .bfloat16Dense(let step):
      return step.forwardToLoss(loss, rows, target: target, scale: scale)
    }
  }

  /// Passes the delta of `rows` on to the layer before; `deltaIsOfSums` where a loss has made it.
  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool) {
    switch self {
    case .dense(let step): step.backward(rows, deltaIsOfSums: deltaIsOfSums)
    case .bfloat16Dense(let step): step.backward(rows, deltaIsOfSums: deltaIsOfSums)
    }
  }

  /// The pieces that the gradients of the layer's parameters are computed in, each by one thread.
  var pieces: [LayerPiece] {
    switch self {
    case .dense(let step):
      DensePiece.pieces(inputCount: step.inputCount, outputCount: step.outputCount)
        .map { .dense(step, $0) }
    case .bfloat16Dense(let step):
      DensePiece.pieces(inputCount: step.single.inputCount, outputCount: step.single.outputCount)
        .map { .bfloat16Dense(step, $0) }
    }
  }
}

/// Some of a layer's parameters, whose gradient one thread computes from all rows of a batch, and which it
/// then changes.
enum LayerPiece: Sendable {
  case dense(DenseStep, DensePiece)
  case bfloat16Dense(BFloat16DenseStep, DensePiece)

  /// Sets the piece's part of the arena's gradients, from the first `rowCount` rows.
  func gradient(rowCount: Int) {
    switch self {
    case .dense(let step, let part): step.gradient(part, rowCount: rowCount)
    case .bfloat16Dense(let step, let part): step.gradient(part, rowCount: rowCount)
    }
  }

  /// Where the piece's parameters lie in the arena.
  var blocks: (ParameterBlock, ParameterBlock?) {
    switch self {
    case .dense(let step, let part): step.blocks(of: part)
    case .bfloat16Dense(let step, let part): step.single.blocks(of: part)
    }
  }

  /// Takes up the piece's parameters after a change.
  func takeUpParameters() {
    switch self {
    case .dense(let step, let part): step.turn(part)
    case .bfloat16Dense(let step, let part): step.takeUp(part)
    }
  }
}

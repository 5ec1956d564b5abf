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

  /// Computes the output of `rows`; `activates: false` leaves the sums.
  func forward(_ rows: Range<Int>, activates: Bool) {
    switch self {
    case .dense(let step): step.forward(rows, activates: activates)
    }
  }

  /// For a last layer that has computed its sums: replaces them by `scale` times the loss's gradient, and
  /// gives the sum of the losses against `target`.
  func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    switch self {
    case .dense(let step): step.lossGradient(loss, rows, target: target, scale: scale)
    }
  }

  /// Passes the delta of `rows` on to the layer before; `deltaIsOfSums` where a loss has made it.
  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool) {
    switch self {
    case .dense(let step): step.backward(rows, deltaIsOfSums: deltaIsOfSums)
    }
  }
}

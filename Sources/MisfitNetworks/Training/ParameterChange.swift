import MisfitCore
import MisfitKernels

/// The end of a step: parameters are changed by their gradients, a piece to a thread.
struct ParameterChange {
  let arena: ParameterArena
  /// The squares of each piece's gradient, summed up.
  private let squares: FloatSlice

  init(arena: ParameterArena, pieceCount: Int) {
    self.arena = arena
    squares = FloatBuffer(count: pieceCount).all
  }

  /// Notes how long the gradient of a piece is, for ``clipFactor(norm:)``.
  func noteLength(of piece: LayerPiece, at index: Int) {
    let (first, second) = piece.blocks
    squares[index] = sumOfSquares(of: first) + (second.map(sumOfSquares) ?? 0)
  }

  /// What the gradient is multiplied by so that its length is at most `norm`, once the lengths of all pieces are noted.
  func clipFactor(norm: Double) -> Float {
    let length = (0..<squares.count).reduce(0.0) { $0 + Double(squares[$1]) }.squareRoot()
    return length > norm ? Float(norm / length) : 1
  }

  /// Changes the parameters of a piece, and brings what is made of them up to date.
  func apply(_ step: OptimizerStep, to piece: LayerPiece, gradientFactor: Float = 1) {
    let (first, second) = piece.blocks
    apply(step, to: first, gradientFactor)
    if let second { apply(step, to: second, gradientFactor) }
    piece.takeUpParameters()
  }

  private func apply(_ step: OptimizerStep, to block: ParameterBlock, _ gradientFactor: Float) {
    if gradientFactor < 1 { VectorKernels.current.scale(block, of: arena.gradients, by: gradientFactor) }
    VectorKernels.current.step(step, on: block, of: arena)
  }

  private func sumOfSquares(of block: ParameterBlock) -> Float {
    VectorKernels.current.sumOfSquares(of: block, in: arena.gradients)
  }
}

extension CellLayout {
  /// The losses of some rows of a batch of `rowCount`; the loss's gradient takes the place of the sums.
  ///
  /// Shapes: `sums`, `target` [B, ``width``].
  func replaceSums(_ rows: Range<Int>, of sums: FloatSlice, target: FloatSlice, rowCount: Int) -> Float {
    let values = rows.lowerBound * width..<rows.upperBound * width
    return loss(
      of: sums[values], against: target[values], gradient: sums[values],
      scale: 1 / (Float(rowCount) * Float(cells.count)))
  }
}

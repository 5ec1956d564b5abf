import MisfitCore
import MisfitKernels

/// The end of a step: parameters are updated by their gradients, one tile per thread.
struct ParameterChange {
  let arena: ParameterArena
  /// The squared norm of each tile's gradient.
  private let squares: FloatSlice

  init(arena: ParameterArena, tileCount: Int) {
    self.arena = arena
    squares = FloatBuffer(count: tileCount).all
  }

  /// Records the squared norm of a tile's gradient, for ``clipFactor(norm:)``.
  func noteLength(of tile: ParameterTile, at index: Int) {
    let (first, second) = tile.blocks
    squares[index] = sumOfSquares(of: first) + (second.map(sumOfSquares) ?? 0)
  }

  /// Returns the factor that limits the norm of the gradient to `norm`, once the norms of all tiles are
  /// recorded.
  func clipFactor(norm: Double) -> Float {
    let length = (0..<squares.count).reduce(0.0) { $0 + Double(squares[$1]) }.squareRoot()
    return length > norm ? Float(norm / length) : 1
  }

  /// Updates the parameters of a tile, and everything derived from them.
  func apply(_ step: OptimizerStep, to tile: ParameterTile, gradientFactor: Float = 1) {
    let (first, second) = tile.blocks
    apply(step, to: first, gradientFactor)
    if let second { apply(step, to: second, gradientFactor) }
    tile.refreshParameters()
  }

  private func apply(_ step: OptimizerStep, to block: ParameterBlock, _ gradientFactor: Float) {
    if gradientFactor < 1 { VectorKernels.current.scale(block, of: arena.gradients, by: gradientFactor) }
    VectorKernels.current.step(step, on: block, of: arena)
  }

  private func sumOfSquares(of block: ParameterBlock) -> Float {
    VectorKernels.current.sumOfSquares(of: block, in: arena.gradients)
  }
}

extension GroupedLoss {
  /// Returns the losses of some rows of a batch of `rowCount`, and replaces the sums by the gradient of the
  /// loss.
  ///
  /// Shapes: `sums`, `target` [B, ``width``].
  func replaceSums(_ rows: Range<Int>, of sums: FloatSlice, target: FloatSlice, rowCount: Int) -> Float {
    let sums = Rows(sums, width: width)[rows].slice
    return loss(
      of: sums, against: Rows(target, width: width)[rows].slice, gradient: sums,
      scale: 1 / (Float(rowCount) * Float(groups.count)))
  }
}

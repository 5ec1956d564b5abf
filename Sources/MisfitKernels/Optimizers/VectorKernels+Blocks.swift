import CVectorKernels
import MisfitCore

extension VectorKernels {
  /// Multiplies a block of values by a factor.
  ///
  /// - Precondition: the block is inside the values.
  package func scale(_ block: ParameterBlock, of values: FloatSlice, by factor: Float) {
    for row in 0..<block.rows {
      let start = block.start + row * block.stride
      scale(values[start..<start + block.columns], by: factor)
    }
  }

  /// Adds a block of `source` to the same block of `target`.
  ///
  /// - Precondition: the block is inside both.
  package func add(_ block: ParameterBlock, of source: FloatSlice, to target: FloatSlice) {
    guard block.stride != block.columns else {
      return add(source[block.start..<block.end], to: target[block.start..<block.end])
    }
    for row in 0..<block.rows {
      let start = block.start + row * block.stride
      add(source[start..<start + block.columns], to: target[start..<start + block.columns])
    }
  }

  /// Returns the sum of squares of a block of values, row by row.
  ///
  /// - Precondition: the block is inside the values.
  package func sumOfSquares(of block: ParameterBlock, in values: FloatSlice) -> Float {
    (0..<block.rows).reduce(0) { sum, row in
      let start = block.start + row * block.stride
      return sum + sumOfSquares(of: values[start..<start + block.columns])
    }
  }

  /// Adds a block of `source`, each column times its factor, to the same block of `target`.
  ///
  /// - Precondition: the block is inside both, and there is a factor for each column.
  package func addColumns(
    of block: ParameterBlock, in source: FloatSlice, times factors: FloatSlice, to target: FloatSlice
  ) {
    precondition(block.end <= source.count && block.end <= target.count, "the block is outside the arena")
    precondition(factors.count == block.columns, "not one factor per column")
    var shape = misfit_block(rows: block.rows, columns: block.columns, stride: block.stride)
    unsafe table.add_scaled_columns(
      target.pointer + block.start, source.pointer + block.start, &shape, factors.pointer)
  }
}

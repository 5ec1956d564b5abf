import CVectorKernels
import MisfitCore

/// The parameters of a network, their gradients and their optimizer's moments: four slices of equal layout.
///
/// Shapes: P parameters; all [P].
package final class ParameterArena: Sendable {
  /// The parameters.
  package let parameters: FloatSlice
  /// The gradients of the step.
  package let gradients: FloatSlice
  /// The optimizer's running averages.
  package let moments: (FloatSlice, FloatSlice)

  /// Joins slices.
  ///
  /// - Precondition: their counts are equal.
  package init(parameters: FloatSlice, gradients: FloatSlice, moments: (FloatSlice, FloatSlice)) {
    let counts = [gradients.count, moments.0.count, moments.1.count]
    precondition(counts.allSatisfy { $0 == parameters.count }, "an arena's parts have equal counts")
    self.parameters = parameters
    self.gradients = gradients
    self.moments = moments
  }
}

/// A rectangle of an arena: `columns` parameters of each of `rows` rows that begin `stride` apart, from
/// `start` on.
package struct ParameterBlock: Hashable, Sendable {
  package var start: Int
  package var rows: Int
  package var columns: Int
  package var stride: Int

  package init(start: Int, rows: Int = 1, columns: Int, stride: Int = 0) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// One past the last parameter.
  package var end: Int { rows == 0 ? start : start + (rows - 1) * stride + columns }
}

extension VectorKernels {
  /// Multiplies a rectangle of values by a factor.
  ///
  /// - Precondition: the block lies inside the values.
  package func scale(_ block: ParameterBlock, of values: FloatSlice, by factor: Float) {
    for row in 0..<block.rows {
      let start = block.start + row * block.stride
      scale(values[start..<start + block.columns], by: factor)
    }
  }

  /// The sum of the squares of a rectangle of values, row after row.
  ///
  /// - Precondition: the block lies inside the values.
  package func sumOfSquares(of block: ParameterBlock, in values: FloatSlice) -> Float {
    (0..<block.rows).reduce(0) { sum, row in
      let start = block.start + row * block.stride
      return sum + sumOfSquares(of: values[start..<start + block.columns])
    }
  }

  /// One step of an optimizer on a rectangle of the arena.
  ///
  /// - Precondition: the block lies inside the arena.
  package func step(_ step: OptimizerStep, on block: ParameterBlock, of arena: ParameterArena) {
    precondition(block.start >= 0 && block.end <= arena.parameters.count, "a block outside the arena")
    let p = unsafe arena.parameters.pointer + block.start
    let g = unsafe arena.gradients.pointer + block.start
    let (first, second) = unsafe (
      arena.moments.0.pointer + block.start, arena.moments.1.pointer + block.start
    )
    let shape = misfit_block(rows: block.rows, columns: block.columns, stride: block.stride)
    unsafe apply(step, p, g, (first, second), shape)
  }

  /// Calls the kernel of an optimizer; the pointers hold the block.
  func apply(
    _ step: OptimizerStep, _ p: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
    _ moments: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>), _ block: misfit_block
  ) {
    var block = block
    let (first, second) = unsafe moments
    switch step {
    case .adam(let stepSize, let beta1, let beta2, let epsilon, let decay):
      var options = misfit_adam(
        step_size: stepSize, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay)
      unsafe table.adam(p, g, first, second, &block, &options)
    case .momentum(let learningRate, let momentum, let decay):
      unsafe table.momentum(p, g, first, &block, learningRate, momentum, decay)
    case .rootMeanSquare(let learningRate, let rho, let epsilon, let decay):
      unsafe table.rmsprop(p, g, first, &block, learningRate, rho, epsilon, decay)
    case .adadelta(let learningRate, let rho, let epsilon, let decay):
      unsafe table.adadelta(p, g, first, second, &block, learningRate, rho, epsilon, decay)
    }
  }
}

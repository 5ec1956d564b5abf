import CVectorKernels
import MisfitCore

extension VectorKernels {
  /// Applies one optimizer step to a range of the parameters; `moments` are its two running averages.
  ///
  /// All [n]; a moment that the optimizer does not use is unchanged.
  ///
  /// - Precondition: the counts are equal.
  package func step(
    _ step: OptimizerStep, parameters: FloatSlice, gradients: FloatSlice, moments: (FloatSlice, FloatSlice)
  ) {
    let n = parameters.count
    precondition(gradients.count == n && moments.0.count == n && moments.1.count == n, "counts differ")
    let shape = misfit_block(rows: 1, columns: n, stride: 0)
    unsafe apply(
      step, parameters.pointer, gradients.pointer, (moments.0.pointer, moments.1.pointer), shape)
  }

  /// Applies one optimizer step to a block of the arena.
  ///
  /// - Precondition: the block is inside the arena.
  package func step(_ step: OptimizerStep, on block: ParameterBlock, of arena: ParameterArena) {
    precondition(block.start >= 0 && block.end <= arena.parameters.count, "the block is outside the arena")
    let p = unsafe arena.parameters.pointer + block.start
    let g = unsafe arena.gradients.pointer + block.start
    let (first, second) = unsafe (
      arena.moments.0.pointer + block.start, arena.moments.1.pointer + block.start
    )
    let shape = misfit_block(rows: block.rows, columns: block.columns, stride: block.stride)
    unsafe apply(step, p, g, (first, second), shape)
  }

  /// Calls the kernel of an optimizer; the pointers are to the start of the block.
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

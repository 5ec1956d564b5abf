import MisfitCore

/// Everything that a run needs to continue as if it had never stopped.
package final class TrainingState: @unchecked Sendable {
  /// The scalars and the log of the run.
  package internal(set) var progress: TrainingProgress
  /// The first running average of the optimizer, in arena order.
  package let firstMoment: FloatSlice
  /// The second running average; zeros if the optimizer has only one.
  package let secondMoment: FloatSlice
  /// The parameters of the best epoch so far.
  package let bestParameters: FloatSlice

  /// Creates the state before the first step.
  package init(parameterCount: Int, learningRate: Double) {
    progress = TrainingProgress(learningRate: learningRate)
    firstMoment = FloatBuffer(count: parameterCount).all
    secondMoment = FloatBuffer(count: parameterCount).all
    bestParameters = FloatBuffer(count: parameterCount).all
  }

  /// Creates a state read from a checkpoint.
  ///
  /// - Precondition: the slices have equal counts.
  package init(
    progress: TrainingProgress, firstMoment: FloatSlice, secondMoment: FloatSlice, bestParameters: FloatSlice
  ) {
    precondition(firstMoment.count == secondMoment.count && firstMoment.count == bestParameters.count)
    self.progress = progress
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.bestParameters = bestParameters
  }
}

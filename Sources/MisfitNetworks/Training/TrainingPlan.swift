import MisfitCore
import MisfitKernels

/// One training step, compiled for a network and a batch size: all buffers are made here, none in a step.
protocol TrainingPlan: Sendable {
  /// Parameters, gradients and moments.
  var arena: ParameterArena { get }

  /// Takes up parameters that were changed by anything but a step.
  func takeUpParameters()

  /// Trains on the rows at `range` of the epoch's order; gives the sum of their losses before the step.
  func step(
    on rows: any EpochRows, range: Range<Int>, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double
}

extension Network {
  /// The plan that suits this network and batch.
  func trainingPlan(
    loss: Loss, batchSize: Int, precision: Precision, state: TrainingState, pool: WorkerPool
  ) -> any TrainingPlan {
    let arena = ParameterArena(
      parameters: parameters, gradients: FloatBuffer(count: parameterCount).all,
      moments: (state.firstMoment, state.secondMoment))
    return SmallTrainingPlan(self, loss: loss, batchSize: batchSize, arena: arena)
      ?? LayeredTrainingPlan(
        self, loss: loss, batchSize: batchSize, precision: precision, arena: arena, pool: pool)
  }
}

import MisfitCore
import MisfitKernels

/// A training step compiled for a network and a batch size: all buffers are allocated at creation, none in a
/// step.
protocol TrainingPlan: Sendable {
  /// The parameters, gradients and moments.
  var arena: ParameterArena { get }

  /// Updates everything derived from the parameters, after they were changed by anything but a step.
  func refreshParameters()

  /// Trains on the rows at `range` of the order of epoch `epoch`, from 1. Returns the sum of their losses
  /// before the step.
  func step(
    on rows: any EpochRows, range: Range<Int>, epoch: Int, optimizerStep: OptimizerStep, clipNorm: Double?
  ) -> Double
}

extension Network {
  /// Creates the fastest plan for this network and batch size.
  ///
  /// `hasTargets` is whether rows have targets of their own.
  func trainingPlan(
    _ options: TrainingOptions, groups: GroupedLoss?, precision: Precision, batchSize: Int, hasTargets: Bool,
    state: TrainingState, pool: WorkerPool
  ) -> any TrainingPlan {
    let arena = ParameterArena(
      parameters: parameters, gradients: FloatBuffer(count: parameterCount).all,
      moments: (state.firstMoment, state.secondMoment))
    let loss = options.loss
    guard isPlainDense(options, hasTargets: hasTargets) else {
      return StagedTrainingPlan(
        self, options: options, groups: groups, batchSize: batchSize, hasTargets: hasTargets, arena: arena,
        pool: pool, precision: precision)
    }
    if groups == nil, let small = SmallTrainingPlan(self, loss: loss, batchSize: batchSize, arena: arena) {
      return small
    }
    return LayeredTrainingPlan(
      self, loss: loss, groups: groups, batchSize: batchSize, precision: precision, arena: arena, pool: pool)
  }

  /// Whether all layers are dense.
  var isDense: Bool { denseLayers != nil }

  /// Whether any layer rounds its factors by itself, as convolutions do.
  var hasConvolutions: Bool { layers.contains(where: \.roundsFactors) }

  /// Whether the network has only dense layers, and the loss compares with the input.
  func isPlainDense(_ options: TrainingOptions, hasTargets: Bool) -> Bool {
    isDense && !hasTargets && options.noise == nil && options.penalties.isEmpty
  }
}

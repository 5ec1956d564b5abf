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

  /// Computes the gradients of a shard: the rows at `range`, of a batch of `rowCount` rows.
  ///
  /// The loss is the mean over the batch, so that the gradients of all shards add up to those of the batch.
  /// Returns the sum of the rows' losses.
  func gradients(of rows: any EpochRows, range: Range<Int>, rowCount: Int, epoch: Int) -> Double

  /// Returns whether to stop before the next batch, given whether this process is to.
  func agreesToStop(_ isRequested: Bool) -> Bool
}

extension TrainingPlan {
  /// Default: a process decides alone.
  func agreesToStop(_ isRequested: Bool) -> Bool { isRequested }
}

extension Network {
  /// Creates the fastest plan for this network and batch size, or one of shards if the options have some.
  ///
  /// `hasTargets` is whether rows have targets of their own.
  func trainingPlan(
    _ options: TrainingOptions, groups: GroupedLoss?, precision: Precision, batchSize: Int, hasTargets: Bool,
    state: TrainingState, communicator: any Communicator, pool: WorkerPool
  ) -> any TrainingPlan {
    let moments = (state.firstMoment, state.secondMoment)
    guard let shardCount = options.shardCount else {
      let arena = ParameterArena(
        parameters: parameters, gradients: FloatBuffer(count: parameterCount).all, moments: moments)
      return trainingPlan(
        options, groups: groups, precision: precision, batchSize: batchSize, hasTargets: hasTargets,
        arena: arena, pool: pool)
    }
    let tree = ShardTree(shardCount: shardCount, rankCount: communicator.rankCount)
    let rowsPerShard = (batchSize + shardCount - 1) / shardCount
    let gradients: any ShardGradients
    if needsBatchSums(options) {
      gradients = StagedShardGradients(
        parameterCount: parameterCount, tree: tree, communicator: communicator, pool: pool
      ) { gradients, pool in
        StagedTrainingPlan(
          self, options: options, groups: groups, batchSize: rowsPerShard, hasTargets: hasTargets,
          arena: ParameterArena(parameters: parameters, gradients: gradients, moments: moments), pool: pool,
          precision: precision)
      }
    } else if precision == .float32, isPlainDense(options, hasTargets: hasTargets),
      groups != nil || !SmallTrainingPlan.suits(self, batchSize: rowsPerShard)
    {
      gradients = DenseShardGradients(
        layers: layers.compactMap(\.parameterRange), tree: tree, rank: communicator.rank,
        rowsPerShard: rowsPerShard, pool: pool
      ) { rowCount, gradients in
        LayeredTrainingPlan(
          self, loss: options.loss, groups: groups, batchSize: rowCount,
          arena: ParameterArena(parameters: parameters, gradients: gradients, moments: moments), pool: pool)
      }
    } else {
      gradients = SeparateShardGradients(
        parameterCount: parameterCount, tree: tree, rank: communicator.rank, pool: pool
      ) { gradients, pool in
        trainingPlan(
          options, groups: groups, precision: precision, batchSize: rowsPerShard, hasTargets: hasTargets,
          arena: ParameterArena(parameters: parameters, gradients: gradients, moments: moments), pool: pool)
      }
    }
    return ShardedTrainingPlan(
      gradients, of: self, moments: moments, tree: tree, communicator: communicator, pool: pool)
  }

  private func trainingPlan(
    _ options: TrainingOptions, groups: GroupedLoss?, precision: Precision, batchSize: Int, hasTargets: Bool,
    arena: ParameterArena, pool: WorkerPool
  ) -> any TrainingPlan {
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

  /// Whether a pass waits for sums over the whole batch.
  private func needsBatchSums(_ options: TrainingOptions) -> Bool {
    layers.contains(where: \.needsBatchSums) || options.penalties.contains(where: \.needsBatchSums)
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

extension Layer {
  /// The range of the layer's parameters in the arena; nil without parameters.
  fileprivate var parameterRange: Range<Int>? {
    guard let first = tensors.first, let last = tensors.last else { return nil }
    return first.range.lowerBound..<last.range.upperBound
  }
}

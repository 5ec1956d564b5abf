import MisfitKernels

/// The options of training.
package struct TrainingOptions: Hashable, Sendable, Codable {
  /// The maximum number of epochs.
  package var epochs = 50
  /// The number of rows of a step.
  package var batchSize = 128
  /// The loss to minimize.
  package var loss = Loss.meanSquaredError
  /// The optimizer.
  package var optimizer = Optimizer()
  /// Noise added to the input rows, while the output is compared with the rows without noise.
  ///
  /// Validation rows get noise, too.
  package var noise: Noise?
  /// The penalties on the code, in addition to the reconstruction loss.
  package var penalties: [CodePenalty] {
    get { codePenalties ?? [] }
    set { codePenalties = newValue.isEmpty ? nil : newValue }
  }
  /// Nil means none, as in files of earlier versions.
  private var codePenalties: [CodePenalty]?
  /// The seed of the order of rows and of all noise, together with the epoch number.
  package var seed: UInt64 = 42
  /// The rule that ends training when the monitored loss has stopped falling; nil trains all epochs.
  package var earlyStopping: EarlyStopping?
  /// The rule that lowers the learning rate when the monitored loss has stopped falling.
  package var plateau: Plateau?
  /// The schedule of the learning rate; nil for a constant rate.
  package var schedule: LearningRateSchedule?
  /// The maximum norm of the gradient of all parameters; longer gradients are scaled down to it.
  package var clipNorm: Double?

  /// The wall-clock time of all trainings of a fit, in seconds; nil for no limit.
  package var timeLimitSeconds: Double?

  /// The precision of the factors of products, where it is useful: see ``PrecisionChoice``.
  package var precision: Precision {
    get { storedPrecision ?? .float32 }
    set { storedPrecision = newValue }
  }
  // Optional, since the options of older models do not contain it.
  private var storedPrecision: Precision?

  /// The number of shards that each batch is cut into, a power of two; nil computes a batch as a whole.
  package var shardCount: Int?

  /// Creates the default options.
  package init() {}

  private enum CodingKeys: String, CodingKey {
    case epochs, batchSize, loss, optimizer, seed, earlyStopping, plateau, clipNorm, noise, schedule
    case timeLimitSeconds
    case shardCount = "shards"
    case codePenalties = "penalties"
    case storedPrecision = "precision"
  }

  /// The rule for stopping before the last epoch.
  ///
  /// Monitors the validation loss or, without validation data, the training loss. Restores the weights of the
  /// best epoch.
  package struct EarlyStopping: Hashable, Sendable, Codable {
    /// The number of epochs without a better loss before training ends.
    package var patience: Int
    /// The decrease in loss that counts as an improvement.
    package var minimumImprovement: Double

    /// Creates a rule.
    package init(patience: Int, minimumImprovement: Double = 0) {
      self.patience = patience
      self.minimumImprovement = minimumImprovement
    }
  }

  /// The rule for lowering the learning rate.
  package struct Plateau: Hashable, Sendable, Codable {
    /// The number of epochs without a better loss before the rate is lowered.
    package var patience: Int
    /// The factor that the rate is multiplied by.
    package var factor: Double
    /// The lower bound of the rate.
    package var minimumLearningRate: Double

    /// Creates a rule.
    package init(patience: Int, factor: Double = 0.5, minimumLearningRate: Double = 1e-6) {
      self.patience = patience
      self.factor = factor
      self.minimumLearningRate = minimumLearningRate
    }
  }
}

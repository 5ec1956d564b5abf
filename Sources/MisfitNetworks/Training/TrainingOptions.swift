import MisfitKernels

/// How a network is trained.
public struct TrainingOptions: Hashable, Sendable, Codable {
  /// The most epochs.
  public var epochs = 50
  /// Rows of one step.
  public var batchSize = 128
  /// What is made small.
  public var loss = Loss.meanSquaredError
  /// How.
  public var optimizer = Optimizer()
  /// Noise added to the rows that go in, while the output is held against the rows as they are; validation rows
  /// get it too.
  public var noise: Noise?
  /// What is asked of the code beside a good reconstruction.
  public var penalties: [CodePenalty] {
    get { codePenalties ?? [] }
    set { codePenalties = newValue.isEmpty ? nil : newValue }
  }
  /// Nil where there is none, as in files from before there were any.
  private var codePenalties: [CodePenalty]?
  /// Decides the order of the rows, and all noise, together with the epoch's number.
  public var seed: UInt64 = 42
  /// Ends training when the watched loss has stopped falling; nil trains all epochs.
  public var earlyStopping: EarlyStopping?
  /// Lowers the learning rate when the watched loss has stopped falling.
  public var plateau: Plateau?
  /// Changes the learning rate from step to step; nil keeps it.
  public var schedule: LearningRateSchedule?
  /// Shortens the gradient of all parameters to this length where it is longer.
  public var clipNorm: Double?

  /// What the factors of products are rounded to, where that has a use: see ``PrecisionChoice``.
  public var precision: Precision {
    get { storedPrecision ?? .single }
    set { storedPrecision = newValue }
  }
  // Optional, since the options of older models do not say it.
  private var storedPrecision: Precision?

  /// Training with the defaults.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case epochs, batchSize, loss, optimizer, seed, earlyStopping, plateau, clipNorm, noise, schedule
    case codePenalties = "penalties"
    case storedPrecision = "precision"
  }

  /// When to stop before the last epoch.
  ///
  /// Watches the validation loss, or the training loss where there is no validation data. The weights of the
  /// best epoch are restored.
  public struct EarlyStopping: Hashable, Sendable, Codable {
    /// Epochs without a better loss before training ends.
    public var patience: Int
    /// By how much a loss must be lower to count as better.
    public var minimumImprovement: Double

    /// Makes a rule.
    public init(patience: Int, minimumImprovement: Double = 0) {
      self.patience = patience
      self.minimumImprovement = minimumImprovement
    }
  }

  /// When to lower the learning rate, and by how much.
  public struct Plateau: Hashable, Sendable, Codable {
    /// Epochs without a better loss before the rate falls.
    public var patience: Int
    /// What the rate is multiplied by.
    public var factor: Double
    /// The rate does not fall below this.
    public var minimumLearningRate: Double

    /// Makes a rule.
    public init(patience: Int, factor: Double = 0.5, minimumLearningRate: Double = 1e-6) {
      self.patience = patience
      self.factor = factor
      self.minimumLearningRate = minimumLearningRate
    }
  }
}

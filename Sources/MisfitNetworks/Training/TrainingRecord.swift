/// One epoch, as it is logged.
public struct EpochRecord: Hashable, Sendable, Codable {
  /// From 1.
  public var epoch: Int
  /// The mean loss of the epoch's batches, each before its step.
  public var trainLoss: Double
  /// The loss of the validation rows after the epoch; nil without validation rows.
  public var validationLoss: Double?
  /// The learning rate of the epoch.
  public var learningRate: Double
  /// Wall time, validation included.
  public var elapsedSeconds: Double

  /// The loss that early stopping watches.
  public var watchedLoss: Double { validationLoss ?? trainLoss }
}

/// How far training has come: all but the floats of a resumable state.
public struct TrainingProgress: Hashable, Sendable, Codable {
  /// The finished epochs.
  public var epochs: [EpochRecord] = []
  /// Rows of the current epoch that have been trained on.
  public var rowsDone = 0
  /// The sum of their losses, over rows and columns.
  public var lossSum = 0.0
  /// Seconds spent on the current epoch before an interruption.
  public var secondsBefore = 0.0
  /// Steps of the optimizer so far.
  public var stepCount = 0
  /// The current learning rate.
  public var learningRate: Double
  /// The lowest watched loss, and its epoch.
  public var bestLoss: Double?
  /// From 1.
  public var bestEpoch: Int?
  /// Epochs since the watched loss last fell, for each rule.
  public var epochsSinceBest = 0
  /// Epochs since the watched loss last fell or the rate was lowered.
  public var epochsOnPlateau = 0
  /// Whether training has ended by its own rules.
  public var isFinished = false

  /// The beginning.
  public init(learningRate: Double) { self.learningRate = learningRate }
}

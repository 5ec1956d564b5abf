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
  /// Wall time, validation included; nil where the record comes from a file, since files hold no times.
  public var elapsedSeconds: Double?

  /// The loss that early stopping watches.
  public var watchedLoss: Double { validationLoss ?? trainLoss }
}

/// In files, the time of an epoch is 0, so that equal runs have equal bytes; earlier versions wrote and need one.
extension EpochRecord {
  private enum CodingKeys: String, CodingKey {
    case epoch, trainLoss, validationLoss, learningRate, elapsedSeconds
  }

  /// Decodes a record of any version.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try container.decode(Int.self, forKey: .epoch)
    trainLoss = try container.decode(Double.self, forKey: .trainLoss)
    validationLoss = try container.decodeIfPresent(Double.self, forKey: .validationLoss)
    learningRate = try container.decode(Double.self, forKey: .learningRate)
    let seconds = try container.decodeIfPresent(Double.self, forKey: .elapsedSeconds) ?? 0
    elapsedSeconds = seconds > 0 ? seconds : nil
  }

  /// Encodes all but the time.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(trainLoss, forKey: .trainLoss)
    try container.encodeIfPresent(validationLoss, forKey: .validationLoss)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(0, forKey: .elapsedSeconds)
  }
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

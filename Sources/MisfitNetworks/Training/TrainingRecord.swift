/// The log entry of one epoch.
package struct EpochRecord: Hashable, Sendable, Codable {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// The mean loss of the batches of the epoch, each before its step.
  package var trainLoss: Double
  /// The loss of the validation rows after the epoch; nil without validation rows.
  package var validationLoss: Double?
  /// The learning rate of the epoch.
  package var learningRate: Double
  /// The wall time in seconds, validation included; nil in a record read from a file, since files contain no
  /// times.
  package var elapsedSeconds: Double?

  /// The loss that early stopping monitors.
  package var watchedLoss: Double { validationLoss ?? trainLoss }
}

/// In files, the time of an epoch is 0, so that equal runs have equal bytes; earlier versions wrote and
/// require a time.
extension EpochRecord {
  private enum CodingKeys: String, CodingKey {
    case epoch, trainLoss, validationLoss, learningRate, elapsedSeconds
  }

  /// Decodes a record of any version.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try container.decode(Int.self, forKey: .epoch)
    trainLoss = try container.decode(Double.self, forKey: .trainLoss)
    validationLoss = try container.decodeIfPresent(Double.self, forKey: .validationLoss)
    learningRate = try container.decode(Double.self, forKey: .learningRate)
    let seconds = try container.decodeIfPresent(Double.self, forKey: .elapsedSeconds) ?? 0
    elapsedSeconds = seconds > 0 ? seconds : nil
  }

  /// Encodes everything except the time.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(trainLoss, forKey: .trainLoss)
    try container.encodeIfPresent(validationLoss, forKey: .validationLoss)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(0, forKey: .elapsedSeconds)
  }
}

/// The progress of training: a resumable state without its float buffers.
package struct TrainingProgress: Hashable, Sendable, Codable {
  /// The finished epochs.
  package var epochs: [EpochRecord] = []
  /// The number of rows of the current epoch done so far.
  package var rowsDone = 0
  /// The sum of the losses of these rows.
  package var lossSum = 0.0
  /// The seconds spent on the current epoch before an interruption.
  package var secondsBefore = 0.0
  /// The number of optimizer steps so far.
  package var stepCount = 0
  /// The current learning rate.
  package var learningRate: Double
  /// The lowest monitored loss so far.
  package var bestLoss: Double?
  /// The number of the epoch, from 1.
  package var bestEpoch: Int?
  /// The epochs since the monitored loss last improved.
  package var epochsSinceBest = 0
  /// The epochs since the monitored loss last improved or the rate was lowered.
  package var epochsOnPlateau = 0
  /// Whether training has reached its last epoch or stopped early.
  package var isFinished = false

  /// Creates the progress before the first step.
  package init(learningRate: Double) { self.learningRate = learningRate }
}

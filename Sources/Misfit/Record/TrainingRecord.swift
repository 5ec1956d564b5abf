import MisfitIngest
import MisfitModels
import MisfitNetworks

/// A record of the training of a model.
package struct TrainingRecord: Sendable, Hashable {
  /// The name of the data, as the user gave it.
  package var source: String
  /// The name of the targets, as the user gave it; nil without targets.
  package var targetSource: String?
  /// The name of the id column, which scoring uses too if the data has it.
  package var idColumn: String?
  /// The name of the label column, which scoring uses too if the data has it.
  package var labelColumn: String?
  /// The number of training rows.
  package var rowCount: Int
  /// The number of rows held out, or of the validation file.
  package var validationRowCount: Int
  /// The plan of the fit, with the precision that training has used.
  package var plan: FitPlan
  /// The log of the epochs.
  package var epochs: [EpochRecord] = []
  /// The epoch whose weights the model has; nil if it has those of the last one.
  package var bestEpoch: Int?
  /// The number of threads of the run, which does not change the result; 0 if the model comes from a file.
  package var threadCount: Int
  /// The time of a fit without epochs, in seconds; nil for fits with epochs, and if the model comes from a
  /// file.
  package var fitSeconds: Double?
  /// A record of the training rows that were left out; nil if none were to be.
  package var trimming: TrimmingRecord?
  /// The number of networks whose mean output the model computes; nil for one network and for other models.
  package var memberCount: Int?
  /// The fingerprint of the files of ``source``; nil if there were none, and in models of earlier versions.
  package var sourceFingerprint: FileFingerprint?

  /// Creates the record of a run that has not begun.
  init(of source: any RecordSource, data: TrainingData, options: FitOptions, plan: FitPlan) {
    self.source = source.name
    targetSource = options.rows.targetSource?.name
    idColumn = source.layout.idColumn
    labelColumn = source.layout.labelColumn
    rowCount = data.training.rowCount
    validationRowCount = data.validation?.rowCount ?? 0
    self.plan = plan
    threadCount = options.run.threadCount
  }
}

extension TrainingRecord {
  /// The training loss of the epoch whose weights the model has.
  package var trainLoss: Double? { keptEpoch?.trainLoss }

  /// The validation loss of the epoch whose weights the model has; nil without validation rows.
  package var validationLoss: Double? { keptEpoch?.validationLoss }

  /// The time of all epochs, or of a fit without epochs, in seconds; nil if unknown, as for a model from a
  /// file.
  package var elapsedSeconds: Double? {
    let seconds = fitSeconds ?? epochs.reduce(0) { $0 + ($1.elapsedSeconds ?? 0) }
    return seconds > 0 ? seconds : nil
  }

  /// The record as written to files: without times and threads, so that equal fits have equal bytes.
  var withoutTimes: TrainingRecord {
    var record = self
    for index in record.epochs.indices { record.epochs[index].elapsedSeconds = nil }
    record.fitSeconds = nil
    record.threadCount = 0
    return record
  }

  /// Whether a network was trained in epochs.
  package var hasEpochs: Bool { plan.training != nil }

  /// The median time of an epoch, in seconds; nil before the first one, and if times are unknown.
  package var medianEpochSeconds: Double? {
    let sorted = epochs.compactMap(\.elapsedSeconds).sorted()
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  private var keptEpoch: EpochRecord? {
    guard let bestEpoch else { return epochs.last }
    return epochs.first { $0.epoch == bestEpoch }
  }
}

extension TrainingRecord {
  /// The keys in a model file; those of the plan are in the same container.
  enum CodingKeys: String, CodingKey {
    case source, targetSource, idColumn, labelColumn, rowCount, validationRowCount, memoryLimitBytes
    case trimming, sourceFingerprint
    // Of models that learn in one pass.
    case seed
    // Of networks that are trained in epochs; earlier programs wrote some of them for all models.
    case options, initialization, epochs, bestEpoch, memberCount, threadCount
    // Of models that learn in one pass, by earlier programs.
    case fitSeconds
  }

  /// Reads the record of a model.
  ///
  /// The plan is completed by the layers and the scaling, which are stored with the model and the schema.
  init(
    from container: KeyedDecodingContainer<CodingKeys>, of model: ModelDescription, _ schema: Schema
  ) throws {
    source = try container.decode(String.self, forKey: .source)
    targetSource = try container.decodeIfPresent(String.self, forKey: .targetSource)
    idColumn = try container.decodeIfPresent(String.self, forKey: .idColumn)
    labelColumn = try container.decodeIfPresent(String.self, forKey: .labelColumn)
    rowCount = try container.decode(Int.self, forKey: .rowCount)
    validationRowCount = try container.decode(Int.self, forKey: .validationRowCount)
    trimming = try container.decodeIfPresent(TrimmingRecord.self, forKey: .trimming)
    sourceFingerprint = try container.decodeIfPresent(FileFingerprint.self, forKey: .sourceFingerprint)
    epochs = try container.decodeIfPresent([EpochRecord].self, forKey: .epochs) ?? []
    bestEpoch = try container.decodeIfPresent(Int.self, forKey: .bestEpoch)
    memberCount = try container.decodeIfPresent(Int.self, forKey: .memberCount)
    threadCount = try container.decodeIfPresent(Int.self, forKey: .threadCount) ?? 0
    plan = FitPlan(
      family: model.family, scaling: schema.scaling,
      heldOutRowCount: schema.shape.imageExtents == nil ? validationRowCount : nil,
      memoryLimitBytes: try container.decode(Int.self, forKey: .memoryLimitBytes),
      seed: try Self.seed(in: container))
    // Networks of all families are stored as autoencoders.
    guard model.family == .autoencoder else { return }
    let wasSolved = try container.decodeIfPresent(Double.self, forKey: .fitSeconds) != nil
    guard container.contains(.options), !wasSolved else {
      plan.family = .wide
      return
    }
    plan.training = try container.decode(TrainingOptions.self, forKey: .options)
    guard memberCount == nil else {
      plan.family = .ensemble
      return
    }
    plan.architecture = model.architecture
    plan.initialization = try container.decode(Initialization.self, forKey: .initialization)
  }

  /// Returns the seed of a run: that of its training, unless it had none.
  private static func seed(in container: KeyedDecodingContainer<CodingKeys>) throws -> UInt64 {
    try container.decodeIfPresent(UInt64.self, forKey: .seed)
      ?? container.decode(TrainingOptions.self, forKey: .options).seed
  }

  /// Writes the record, apart from what is stored with the model and the schema.
  func encode(to container: inout KeyedEncodingContainer<CodingKeys>) throws {
    try container.encode(source, forKey: .source)
    try container.encodeIfPresent(targetSource, forKey: .targetSource)
    try container.encodeIfPresent(idColumn, forKey: .idColumn)
    try container.encodeIfPresent(labelColumn, forKey: .labelColumn)
    try container.encode(rowCount, forKey: .rowCount)
    try container.encode(validationRowCount, forKey: .validationRowCount)
    try container.encode(plan.memoryLimitBytes, forKey: .memoryLimitBytes)
    try container.encodeIfPresent(trimming, forKey: .trimming)
    try container.encodeIfPresent(sourceFingerprint, forKey: .sourceFingerprint)
    guard let training = plan.training else { return try container.encode(plan.seed, forKey: .seed) }
    try container.encode(training, forKey: .options)
    // Earlier programs expect it for an ensemble, too.
    try container.encode(plan.initialization ?? .glorot, forKey: .initialization)
    try container.encode(epochs, forKey: .epochs)
    try container.encodeIfPresent(bestEpoch, forKey: .bestEpoch)
    try container.encodeIfPresent(memberCount, forKey: .memberCount)
    try container.encode(threadCount, forKey: .threadCount)
  }
}

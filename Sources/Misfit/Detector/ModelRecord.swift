import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitNetworks

/// What a model file says of a model, apart from its weights.
package struct ModelRecord: Sendable {
  /// What kind of model it is, and what it says of itself.
  package var model: ModelDescription
  /// Columns or image shape, and the scaling.
  package var schema: Schema
  /// The same of the targets; nil where each sample is its own.
  package var targetSchema: Schema?
  /// How it was trained.
  package var training: TrainingRecord
  /// What its errors mean.
  package var calibration: Calibration
  /// How gross outliers raise a row's score; nil where rows are not checked for them.
  package var scoreRaise: ScoreRaise?
}

extension ModelRecord: Codable {
  private enum CodingKeys: String, CodingKey { case schema, targetSchema, training, calibration, scoreRaise }

  package init(from decoder: any Decoder) throws {
    // The description's keys stand beside the others.
    model = try ModelDescription(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schema = try container.decode(Schema.self, forKey: .schema)
    targetSchema = try container.decodeIfPresent(Schema.self, forKey: .targetSchema)
    training = try container.decode(TrainingRecord.self, forKey: .training)
    calibration = try container.decode(Calibration.self, forKey: .calibration)
    scoreRaise = try container.decodeIfPresent(ScoreRaise.self, forKey: .scoreRaise)
  }

  package func encode(to encoder: any Encoder) throws {
    try model.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encodeIfPresent(targetSchema, forKey: .targetSchema)
    try container.encode(training, forKey: .training)
    try container.encode(calibration, forKey: .calibration)
    try container.encodeIfPresent(scoreRaise, forKey: .scoreRaise)
  }
}

/// How a model was trained.
package struct TrainingRecord: Sendable, Codable, Hashable {
  /// The data, as the user named it.
  package var source: String
  /// The targets, likewise; nil where there are none.
  package var targetSource: String?
  /// The column that named its rows, which scoring takes too where the data has it.
  package var idColumn: String?
  /// The column of its labels, likewise.
  package var labelColumn: String?
  /// Rows trained on.
  package var rowCount: Int
  /// Rows held out, or of the validation file.
  package var validationRowCount: Int
  /// All numbers of the run.
  package var options: TrainingOptions
  /// How the weights began.
  package var initialization: Initialization
  /// The log.
  package var epochs: [EpochRecord]
  /// The epoch whose weights the model has; nil where it has the last one's.
  package var bestEpoch: Int?
  /// The limit on rows in memory, which past it decides the order of rows.
  package var memoryLimitBytes: Int
  /// Threads of the run, which don't change the result; 0 where the model comes from a file.
  package var threadCount: Int
  /// The time of a fit that has no epochs, and 0 where the model comes from a file; nil for fits with epochs.
  package var fitSeconds: Double?
  /// What was left out of the rows to learn from; nil where nothing was to be.
  package var trimming: TrimmingRecord?
  /// The networks whose mean output the model's is; nil for one network and for other models.
  package var memberCount: Int?
  /// What tells the file of ``source`` from others; nil where it was no file, and in models of earlier
  /// versions.
  package var sourceFingerprint: FileFingerprint?

  /// The training loss of the epoch whose weights the model has.
  package var trainLoss: Double? { keptEpoch?.trainLoss }

  /// The validation loss of the epoch whose weights the model has; nil without validation rows.
  package var validationLoss: Double? { keptEpoch?.validationLoss }

  /// The time of all epochs, or of a fit without any; nil where it is not known, as in a model from a file.
  package var elapsedSeconds: Double? {
    let seconds = fitSeconds ?? epochs.reduce(0) { $0 + ($1.elapsedSeconds ?? 0) }
    return seconds > 0 ? seconds : nil
  }

  /// The record as it is written to files: without times and threads, so that equal fits have equal bytes.
  var withoutTimes: TrainingRecord {
    var record = self
    for index in record.epochs.indices { record.epochs[index].elapsedSeconds = nil }
    record.fitSeconds = fitSeconds.map { _ in 0 }
    record.threadCount = 0
    return record
  }

  /// Whether a network was trained, in epochs.
  package var hasEpochs: Bool { fitSeconds == nil }

  /// The median time of an epoch, or nil before the first, and where times are not known.
  package var medianEpochSeconds: Double? {
    let sorted = epochs.compactMap(\.elapsedSeconds).sorted()
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  private var keptEpoch: EpochRecord? {
    guard let bestEpoch else { return epochs.last }
    return epochs.first { $0.epoch == bestEpoch }
  }
}

/// What the errors of a model mean: those of ordinary samples, and where the unusual begins.
package struct Calibration: Sendable, Codable, Hashable {
  /// Which samples the errors were taken from.
  package enum Origin: String, Sendable, Codable, Hashable {
    /// Rows held out of training.
    case validation
    /// The rows trained on, where too few were held out.
    case training
    /// All rows, where those learned from are those scored.
    case all
    /// The rows learned from, each held against the others without itself.
    case leaveOneOut = "leave-one-out"
    /// All rows, each scored by a refit of the model that left out its fold.
    case crossValidation = "cross-validation"
    /// Rows that were given for it when the model was fitted.
    case given = "calibration"
  }

  /// The measure that all numbers here are of.
  package var measure: ScoreMeasure
  /// The errors themselves, as a sketch.
  package var scores: ScoreCalibration
  /// Where they come from.
  package var origin: Origin
  /// The error above which a sample is flagged.
  package var threshold: AnomalyThreshold
  /// Whether the rows also decided when training stopped, which makes p-values a little too small; nil where
  /// they did not.
  package var isSteered: Bool?
  /// The rows' source, where they came later than the model.
  package var source: String?
  /// The refits that scored the rows; nil where there were none.
  package var foldCount: Int?

  /// The share of ordinary samples with an error as large or larger: (1 + how many calibration errors are) /
  /// (n + 1).
  ///
  /// A conformal p-value (Vovk, Gammerman and Shafer, "Algorithmic learning in a random world", 2005): for a
  /// sample drawn like the calibration rows it is at most p with a probability of at most p, whatever the
  /// data and the model. What that is worth depends on the ``origin``: it holds for rows that the model was
  /// fitted without, apart from the scaling, which has seen all rows of a fit's source. Nil for NaN, where
  /// there are no calibration errors, and where these are of the rows scored: they are then ranks among
  /// themselves, and no p-values.
  package func pValue(of error: Double) -> Double? {
    origin.hasPValues ? scores.tailProbability(of: error) : nil
  }

  /// See ``ScoredSample/extrapolatedTail``.
  func extrapolatedTail(of error: Double) -> Double? {
    guard let pValue = pValue(of: error), pValue == scores.leastTailProbability else { return nil }
    // A model that finds more than was seen is no better than what was seen.
    return scores.tail?.boundedProbability(above: error).map { min($0, pValue) }
  }

  /// How unusual a score is: the percentage of the calibration scores below or equal to it, 0 to 100; nil for
  /// NaN.
  package func percentile(of score: Double) -> Double? { scores.fraction(atOrBelow: score).map { $0 * 100 } }
}

extension RowErrors {
  /// The value of one measure.
  package func value(of measure: ErrorMeasure) -> Double {
    switch measure {
    case .meanSquared: meanSquared
    case .rootMeanSquared: rootMeanSquared
    case .meanAbsolute: meanAbsolute
    case .binaryCrossEntropy: meanCrossEntropy ?? .nan
    case .maximumAbsolute: maximum
    case .signedSum: signedSum
    }
  }
}

extension Loss {
  /// The name in sentences.
  package var title: String {
    switch self {
    case .meanSquaredError: "mean squared error"
    case .meanAbsoluteError: "mean absolute error"
    case .binaryCrossEntropy: "binary cross-entropy"
    case .mixed: "mean cost of the cells"
    }
  }
}

extension ErrorMeasure {
  /// The name on axes and in sentences.
  package var title: String {
    switch self {
    case .meanSquared: "mean squared error"
    case .rootMeanSquared: "root mean squared error"
    case .meanAbsolute: "mean absolute error"
    case .binaryCrossEntropy: "binary cross-entropy"
    case .maximumAbsolute: "largest absolute error"
    case .signedSum: "signed sum (input - output)"
    }
  }
}

extension Calibration.Origin {
  /// Whether errors compared with these have p-values; the rank of a row among those it was learned with is
  /// none.
  package var hasPValues: Bool { self != .all }

  /// Whether the errors are of rows that the model learned from, which new rows are not like.
  package var isOfLearnedRows: Bool { self == .all || self == .training }

  /// The rows in sentences.
  package var title: String {
    switch self {
    case .validation: "held-out rows"
    case .training: "rows trained on"
    case .all: "rows"
    case .leaveOneOut: "rows, each without itself"
    case .crossValidation: "rows, each scored by a model fitted without it"
    case .given: "calibration rows"
    }
  }
}

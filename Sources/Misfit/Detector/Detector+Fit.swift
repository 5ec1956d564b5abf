import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// An event of a fit in progress.
package enum FitEvent: Sendable {
  /// The number of rows read so far in a pass: the first pass learns the schema, the second encodes.
  case reading(pass: Int, rowCount: Int)
  /// The data is loaded: schema, number of training rows, number of held-out rows.
  case loaded(Schema, rowCount: Int, validationRowCount: Int)
  /// The targets are loaded too: their schema.
  case loadedTargets(Schema)
  /// The choices that the options left open, and the resulting network and training options.
  case chosen([Choice], Architecture, TrainingOptions)
  /// The choices that the options left open, for a model that is not a network.
  case chosenModel([Choice], ModelChoice)
  /// The training of a network of an ensemble starts, counted from 1.
  case member(Int, of: Int)
  /// The network before training; its parameters change in place during training.
  case prepared(Network)
  /// Training uses f32 although bf16 was requested, for this reason; the model's record says f32.
  case staysSingle(reason: String)
  /// The number of rows done and of all rows in a pass other than training, with its purpose; several times a
  /// second.
  case working(FitActivity, rowCount: Int, of: Int)
  /// Training continues from a checkpoint, after this many epochs.
  case resumed(epochs: Int)
  /// An event of training.
  case training(Trainer.Event)
  /// The model is fitted, and a refit without one fold of the rows starts, counted from 1, to calibrate it.
  case calibrating(fold: Int, of: Int)
}

/// An error that ended a fit without a model.
package struct FitError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The caller requested to stop; the run is saved at the path, if one was given.
    case interrupted(checkpointPath: String?)
    /// There is no checkpoint to resume from; its path.
    case noCheckpoint(String)
    /// The option requests cross-entropy, as the loss or the error, for data outside [0, 1].
    case notInUnitInterval(option: OptionName)
    /// Only the training of a single network can be resumed.
    case notResumable(ModelChoice)
    /// A fit that leaves out rows cannot be resumed: the choice depends on the first weights of the epoch,
    /// which no checkpoint contains.
    case trimmingNotResumable
    /// Options differ from those that the unfinished run began with, so its result would not be the requested
    /// one.
    case otherOptions([OptionDifference], checkpointPath: String)
    /// The data has changed since the checkpoint was written.
    case dataChanged(checkpointPath: String)
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .interrupted(let path?):
      Diagnosis(
        "stopped; the run so far is saved in \(path)", remedy: "run the same fit with \(.resumes) to continue"
      )
    case .interrupted(nil): Diagnosis("stopped")
    case .noCheckpoint(let path):
      Diagnosis(
        "there is no unfinished run to resume", at: InputPosition(source: path),
        remedy: "start it without \(.resumes)")
    case .notResumable(let model):
      Diagnosis(
        "a fit of \(.model, model.rawValue) is not saved on the way, so there is none to resume",
        remedy: "start it without \(.resumes)")
    case .trimmingNotResumable:
      Diagnosis(
        "a fit that leaves out the oddest rows is not saved on the way, so there is none to resume",
        remedy: "start it without \(.resumes)")
    case .notInUnitInterval(let option):
      Diagnosis(
        "\(option, "bce") needs data in [0, 1], and this is not",
        remedy: "add \(.scaling, "min-max"), or choose another \(option)")
    case .dataChanged(let path):
      Diagnosis(
        "the data is not what the unfinished run began with", at: InputPosition(source: path),
        remedy:
          """
          resume with the same data and the same \(.scaling), \(.validation) and \(.columnKind), or start \
          again without \(.resumes)
          """
      )
    case .otherOptions(let differences, let path):
      Diagnosis(
        "the unfinished run has other options: \(differences.map(\.text).joined(separator: ", "))",
        at: InputPosition(source: path),
        remedy: "omit them to continue as it began, or start again without \(.resumes)")
    }
  }
}

extension Detector {
  /// Returns a detector that has learned what the samples of a source normally look like.
  ///
  /// The same source, options and seed give the same bits, at any number of threads.
  ///
  /// - Throws: ``IngestError`` with its position in the data; ``TargetError``, ``ArchitectureError``,
  ///   ``TrainingError``, ``FileError`` of a checkpoint; ``FitError`` if `shouldStop`, which is called after
  ///   every batch, returned true.
  package static func fit(
    _ source: any RecordSource, options: FitOptions = FitOptions(),
    onEvent: (FitEvent) throws -> Void, shouldStop: () -> Bool = { false }
  ) throws -> Detector {
    let kind = options.modelChoice(for: source)
    if let targets = options.targetSource, kind != .autoencoder {
      throw TargetError(.notForModel(kind), source: targets.name)
    }
    if let targets = options.targetSource, options.contamination != nil, options.contamination != .share(0) {
      throw TargetError(.notTrimmed, source: targets.name)
    }
    guard kind == .autoencoder || !options.resumes else { throw FitError(.notResumable(kind)) }
    var options = options
    options.contamination = ModelChoices.contamination(options, kind, layout: source.layout)
    // A share of 0 is how a network trains by default.
    if options.contamination == .share(0), kind.isNetwork { options.contamination = nil }
    if options.contamination != nil, kind == .autoencoder {
      guard !options.resumes else { throw FitError(.trimmingNotResumable) }
      options.checkpointPath = nil
    }
    let checkpoint = try Checkpoint(of: options)
    try checkpoint.check(options)
    var loading = TrainingData.Options()
    loading.threadCount = options.threadCount
    loading.scaling = ModelChoices.scaling(options, kind, layout: source.layout)
    loading.tableScaling = options.scaling
    // For other models, an imputer fills missing cells.
    loading.hasIndicators = kind == .autoencoder || kind == .ensemble
    let share = ModelChoices.validationShare(options, kind, layout: source.layout)
    loading.validationShareOfCount = share
    // A resumed run holds out as many rows as it began with.
    if let training = checkpoint.saved?.record.training, options.validationShare == nil {
      loading.validationShareOfCount = { training.heldOutShare(among: $0) ?? share($0) }
    }
    loading.validationSource = options.validationSource
    loading.targetSource = options.targetSource
    loading.validationTargetSource = options.validationTargetSource
    loading.targetScaling = ModelChoices.scaling(
      options, kind, layout: options.targetSource?.layout ?? source.layout)
    loading.memoryLimitBytes = checkpoint.saved?.record.training.memoryLimitBytes ?? options.memoryLimitBytes
    loading.seed = checkpoint.saved?.record.training.options.seed ?? options.seed
    let data = try TrainingData.load(source, options: loading) { pass, rowCount in
      try onEvent(.reading(pass: pass, rowCount: rowCount))
    }
    try onEvent(
      .loaded(
        data.schema, rowCount: data.training.rowCount, validationRowCount: data.validation?.rowCount ?? 0))
    if let targetSchema = data.targetSchema { try onEvent(.loadedTargets(targetSchema)) }
    return try withoutActuallyEscaping(onEvent) { onEvent in
      try withoutActuallyEscaping(shouldStop) { shouldStop in
        let watch = RowWatch(onEvent: onEvent, shouldStop: shouldStop)
        defer { watch.end(on: data) }
        guard kind == .autoencoder else {
          let fit = ModelFit(source: source, data: data, options: options, kind: kind)
          return try fit.run(watch: watch, onEvent: onEvent, shouldStop: shouldStop).rememberingFiles(
            of: source)
        }
        var run = try FitRun(source: source, data: data, options: options, checkpoint: checkpoint)
        try onEvent(.chosen(run.choices, run.network.architecture, run.training.options))
        watch.checkpointPath = options.checkpointPath
        return try run.finish(watch: watch, onEvent: onEvent, shouldStop: shouldStop).rememberingFiles(
          of: source)
      }
    }
  }
}

/// A fit of one network to loaded data: trains, saves checkpoints, and calibrates.
private struct FitRun {
  let data: TrainingData
  let network: Network
  let choices: [Choice]
  var training: TrainingRecord
  private let options: FitOptions
  private let checkpoint: Checkpoint
  private let pool: WorkerPool

  init(source: any RecordSource, data: TrainingData, options: FitOptions, checkpoint: Checkpoint) throws {
    self.data = data
    self.options = options
    self.checkpoint = checkpoint
    pool = NumericThread.pool(threadCount: options.threadCount)
    if let saved = checkpoint.saved {
      guard saved.record.schema == data.schema, saved.record.targetSchema == data.targetSchema,
        saved.record.training.rowCount == data.training.rowCount,
        saved.record.training.validationRowCount == data.validation?.rowCount ?? 0
      else {
        throw FitError(.dataChanged(checkpointPath: checkpoint.path ?? source.name))
      }
      guard let savedNetwork = saved.autoencoder else {
        throw ModelFileError(.notACheckpoint, path: checkpoint.path ?? source.name)
      }
      network = savedNetwork
      training = saved.record.training
      // The error measure may differ from the one that the run began with.
      try Self.check(training.options.loss, options.errorMeasure, data)
      choices = []
    } else {
      let chosen = try ModelChoices(
        options, schema: data.schema, targetSchema: data.targetSchema, rowCount: data.training.rowCount)
      try Self.check(chosen.training.loss, options.errorMeasure, data)
      network = try Network(
        chosen.architecture, initialization: options.initialization, seed: options.seed)
      choices = chosen.choices
      training = TrainingRecord(
        source: source.name, targetSource: options.targetSource?.name, idColumn: source.layout.idColumn,
        labelColumn: source.layout.labelColumn,
        rowCount: data.training.rowCount,
        validationRowCount: data.validation?.rowCount ?? 0, options: chosen.training,
        initialization: options.initialization, epochs: [], bestEpoch: nil,
        memoryLimitBytes: options.memoryLimitBytes, threadCount: options.threadCount)
    }
  }

  /// Checks that the loss and the error measure suit the data.
  private static func check(_ loss: Loss, _ measure: ScoreMeasure?, _ data: TrainingData) throws {
    try checkCrossEntropy(loss, measure, data.targetSchema ?? data.schema)
    try CellErrors(schema: data.schema, loss: loss, measure: measure)
      .check(hasTargets: data.targetSchema != nil)
  }

  /// Checks that cross-entropy is only used for data in [0, 1]: for other data it has no minimum, and ranks
  /// nothing.
  private static func checkCrossEntropy(
    _ loss: Loss, _ measure: ScoreMeasure?, _ schema: Schema
  ) throws(FitError) {
    guard !schema.liesInUnitInterval else { return }
    if loss == .binaryCrossEntropy { throw FitError(.notInUnitInterval(option: .loss)) }
    if measure == .binaryCrossEntropy { throw FitError(.notInUnitInterval(option: .errorMeasure)) }
  }

  mutating func finish(
    watch: RowWatch, onEvent: (FitEvent) throws -> Void, shouldStop: () -> Bool
  ) throws -> Detector {
    let steersTraining = training.options.earlyStopping != nil || training.options.plateau != nil
    let plan = CalibrationPlan(options, kind: .autoencoder, data: data, steersTraining: steersTraining)
    let held = HeldOutParts(
      data.validationRows, tileCounts: data.validationTileCounts,
      steersTraining: steersTraining && plan.foldCount == nil)
    let cells = training.options.loss == .mixed ? data.schema.cells : nil
    let trimmed = options.contamination.map {
      TrimmedRows(
        data.training, network: network, loss: training.options.loss, cells: cells, contamination: $0,
        pool: pool)
    }
    let trainer = try Trainer(
      network, options: training.options, cells: cells, rows: trimmed ?? data.trainingRows,
      validationRows: held.steering,
      resuming: checkpoint.saved?.state, pool: pool)
    try onEvent(.prepared(network))
    training.options.precision = trainer.precision.precision
    if let reason = trainer.precision.reason { try onEvent(.staysSingle(reason: reason)) }
    if checkpoint.saved != nil { try onEvent(.resumed(epochs: trainer.state.progress.epochs.count)) }
    let outcome = try trainer.run { event in
      if case .epoch = event { try save(trainer.state) }
      try onEvent(.training(event))
    } shouldStop: {
      shouldStop()
    }
    if case .interrupted = outcome {
      try save(trainer.state)
      throw FitError(.interrupted(checkpointPath: checkpoint.path))
    }
    watch.begin(.calibrating, on: data)
    note(trainer.state)
    training.trimming = trimmed.map {
      data.trimming($0.leftOut, of: $0.leftOut.count + $0.rowCount, options)
    }
    var model = try scoring(network, learnedFrom: trimmed ?? data.trainingRows)
    if GrossOutliers.areChecked(options, data.schema) {
      model = try GrossOutliers.checked(
        model, learnedFrom: data.trainingRows, data.schema, seed: options.seed)
    }
    let epoch = training.bestEpoch ?? training.epochs.count
    let (calibration, raise) = try plan.crossValidating(
      data, options, seed: training.options.seed, onEvent: onEvent,
      refit: { try refit($0, shouldStop: shouldStop) },
      {
        var calibrator = Calibrator(options: options, data: data, held: held, cross: $0, pool: pool)
        try calibrator.learnRaise(of: model)
        return (try calibrator.calibrate(model, epoch: epoch), calibrator.raise)
      })
    return Detector(record: record(calibration, raise), model: model)
  }

  /// Returns the model that computes scores with a trained network.
  private func scoring(_ network: Network, learnedFrom rows: any EpochRows) throws -> any RowModel {
    guard data.targetSchema == nil else { return NetworkModel(network) }
    let errors = CellErrors(
      schema: data.schema, loss: training.options.loss, measure: options.errorMeasure)
    return try errors.judging(NetworkModel(network), learnedFrom: rows, on: pool)
  }

  /// Returns the same network, trained from the same first weights on the training rows of one fold.
  private func refit(_ fold: TrainingData, shouldStop: () -> Bool) throws -> any RowModel {
    let network = try Network(
      self.network.architecture, initialization: options.initialization, seed: training.options.seed)
    let cells = training.options.loss == .mixed ? data.schema.cells : nil
    let trimmed = options.contamination.map {
      TrimmedRows(
        fold.training, network: network, loss: training.options.loss, cells: cells, contamination: $0,
        pool: pool)
    }
    let trainer = try Trainer(
      network, options: training.options, cells: cells, rows: trimmed ?? fold.trainingRows,
      validationRows: fold.validationRows, pool: pool)
    if case .interrupted = try trainer.run(shouldStop: shouldStop) {
      throw FitError(.interrupted(checkpointPath: checkpoint.path))
    }
    return try scoring(network, learnedFrom: trimmed ?? fold.trainingRows)
  }

  private func record(_ calibration: Calibration, _ raise: ScoreRaise? = nil) -> ModelRecord {
    ModelRecord(
      model: .autoencoder(network.architecture), schema: data.schema,
      targetSchema: data.targetSchema, training: training, calibration: calibration, scoreRaise: raise)
  }

  private mutating func note(_ state: TrainingState) {
    training.epochs = state.progress.epochs
    training.bestEpoch = training.options.earlyStopping == nil ? nil : state.progress.bestEpoch
  }

  /// Saves the run with an empty calibration.
  private func save(_ state: TrainingState) throws {
    var run = self
    run.note(state)
    let empty = Calibration(
      measure: .meanSquared, scores: ScoreCalibration(scores: []),
      origin: .training,
      threshold: AnomalyThreshold(value: .infinity))
    try checkpoint.write(ModelFile(record: run.record(empty), network: network, state: state))
  }
}

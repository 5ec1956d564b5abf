import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// One neural network, whose run is saved after each epoch and can be resumed.
struct AutoencoderFamily: ModelFamily {
  let choice = ModelChoice.autoencoder
  let traits = ModelTraits(
    trainsInEpochs: true, isNetwork: true, stopsEarly: true, isResumable: true, takesTargets: true,
    networkOptions: nil)

  func prepare(_ fit: FamilyFit) throws {
    if let saved = fit.checkpoint.saved { try resume(fit, saved) } else { try begin(fit) }
  }

  func loss(of fit: FamilyFit) -> Loss { fit.record.options.loss }

  func announce(_ fit: FamilyFit) throws {
    guard let network = fit.network else { return }
    try fit.onEvent(.chosen(fit.choices, network.architecture, fit.record.options))
  }

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    guard let network = fit.network else { preconditionFailure("learning begins after preparation") }
    let data = fit.data
    let training = fit.record.options
    let cells = training.loss == .mixed ? data.schema.cells : nil
    let trimmed = fit.options.rows.contamination.map {
      TrimmedRows(
        data.training, network: network, loss: training.loss, cells: cells, contamination: $0, pool: fit.pool)
    }
    fit.learnedRows = trimmed ?? data.trainingRows
    let trainer = try Trainer(
      network, options: training, cells: cells, rows: fit.learnedRows, validationRows: fit.monitoredRows,
      resuming: fit.checkpoint.saved?.state, pool: fit.pool)
    try fit.onEvent(.prepared(network))
    fit.record.options.precision = trainer.precision.precision
    if let reason = trainer.precision.reason { try fit.onEvent(.usesFloat32(reason: reason)) }
    if fit.checkpoint.saved != nil {
      try fit.onEvent(.resumed(epochs: trainer.state.progress.epochs.count))
    }
    let outcome = try trainer.run { event in
      if case .epoch = event { try save(fit, network, trainer.state) }
      try fit.onEvent(.training(event))
    } shouldStop: {
      fit.shouldStop()
    }
    if case .interrupted = outcome {
      try save(fit, network, trainer.state)
      try fit.stop()
    }
    fit.record.note(trainer.state)
    fit.record.trimming = trimmed.map {
      data.trimming($0.leftOut, of: $0.leftOut.count + $0.rowCount, fit.options)
    }
    return NetworkModel(network)
  }

  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? {
    // A file with an architecture is read with its training state; one without it is no network's.
    throw tensors.altered("its description")
  }

  /// Begins with the options, and what they leave open is chosen from the data.
  private func begin(_ fit: FamilyFit) throws {
    let (data, options) = (fit.data, fit.options)
    let chosen = try ModelChoices(
      options, schema: data.schema, targetSchema: data.targetSchema, rowCount: data.training.rowCount)
    fit.record.options = chosen.training
    fit.choices = chosen.choices
    try Self.check(fit)
    fit.network = try Network(
      chosen.architecture, initialization: options.network.initialization, seed: options.seed)
  }

  /// Continues the run of a checkpoint, with its options.
  private func resume(_ fit: FamilyFit, _ saved: ModelFile) throws {
    let data = fit.data
    let path = fit.checkpoint.path ?? fit.record.source
    guard saved.record.schema == data.schema, saved.record.targetSchema == data.targetSchema,
      saved.record.training.rowCount == data.training.rowCount,
      saved.record.training.validationRowCount == data.validation?.rowCount ?? 0
    else { throw FitError(.dataChanged(checkpointPath: path)) }
    guard let network = saved.autoencoder else { throw ModelFileError(.notACheckpoint, path: path) }
    fit.network = network
    fit.record = saved.record.training
    // The measure may be another one than the run began with.
    try Self.check(fit)
  }

  /// Refuses cross-entropy of data outside [0, 1]: it has no minimum, and ranks nothing.
  private static func check(_ fit: FamilyFit) throws {
    let loss = fit.record.options.loss
    let schema = fit.data.targetSchema ?? fit.data.schema
    guard !schema.liesInUnitInterval else { return }
    if loss == .binaryCrossEntropy { throw FitError(.notInUnitInterval(option: .loss)) }
    if fit.options.scores.measure == .binaryCrossEntropy {
      throw FitError(.notInUnitInterval(option: .errorMeasure))
    }
  }

  /// Saves the run; its calibration is empty until it has one.
  private func save(_ fit: FamilyFit, _ network: Network, _ state: TrainingState) throws {
    var training = fit.record
    training.note(state)
    let empty = Calibration(
      measure: .meanSquared, scores: ScoreCalibration(scores: []), origin: .training,
      threshold: AnomalyThreshold(value: .infinity))
    let record = ModelRecord(
      model: NetworkModel(network).description, schema: fit.data.schema, targetSchema: fit.data.targetSchema,
      training: training, calibration: empty)
    try fit.checkpoint.write(ModelFile(record: record, network: network, state: state))
  }
}

extension TrainingRecord {
  /// Notes the epochs of a run.
  fileprivate mutating func note(_ state: TrainingState) {
    epochs = state.progress.epochs
    bestEpoch = options.earlyStopping == nil ? nil : state.progress.bestEpoch
  }
}

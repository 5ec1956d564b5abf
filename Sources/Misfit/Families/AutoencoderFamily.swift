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

  func plan(_ input: PlanInput) throws -> (plan: FitPlan, choices: [Choice]) {
    var network = NetworkChoices(input)
    let layers = try network.layers()
    let training = network.training(outputActivation: layers.outputActivation)
    try network.checkMemory(for: layers, batchSize: training.batchSize)
    var plan = FitPlan(choice, input)
    plan.architecture = layers
    plan.initialization = input.options.network.initialization
    plan.training = training
    return (plan, network.choices)
  }

  /// Refuses cross-entropy of data outside [0, 1]: it has no minimum, and ranks nothing.
  func check(_ fit: FamilyFit) throws {
    guard !(fit.data.targetSchema ?? fit.data.schema).liesInUnitInterval else { return }
    if fit.plan.loss == .binaryCrossEntropy { throw FitError(.notInUnitInterval(option: .loss)) }
    if fit.options.scores.measure == .binaryCrossEntropy {
      throw FitError(.notInUnitInterval(option: .errorMeasure))
    }
  }

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    var start = 0
    while true {
      let network = try trained(fit, start: start)
      guard let share = try collapse(of: network, fit) else { return NetworkModel(network) }
      start += 1
      guard start < Self.startLimit else {
        throw FitError(.collapsed(starts: start, shareOfVariance: share))
      }
      try fit.onEvent(.collapsed(nextStart: start + 1, shareOfVariance: share))
    }
  }

  /// The maximum number of starts.
  private static let startLimit = 3

  /// Returns the network's error as a share of the images' variance if it gives the same output for all
  /// images; nil if it does not, for other data, and for a number of epochs or a time that was asked for.
  ///
  /// A network whose units all became inactive reproduces the mean image alone.
  private func collapse(of network: Network, _ fit: FamilyFit) throws -> Double? {
    let schema = fit.data.schema
    guard schema.shape.imageExtents != nil, fit.data.targetSchema == nil, fit.options.training.epochs == nil,
      fit.options.training.timeLimitSeconds == nil, let variance = schema.scaledVariance
    else { return nil }
    let rows = fit.data.trainingRows
    let count = min(rows.rowCount, 1_000)
    let sample = RowSubset(rows, numbers: (0..<count).map { $0 * rows.rowCount / count })
    let share =
      try ResidualVariances.mean(of: NetworkModel(network), over: sample, on: fit.pool) / variance
    return share > 0.98 ? share : nil
  }

  /// Returns a network after its training.
  private func trained(_ fit: FamilyFit, start: Int) throws -> Network {
    let plan = fit.plan
    guard let architecture = plan.architecture, let training = plan.training else {
      preconditionFailure("the plan of a network has layers and training")
    }
    let begun = start == 0 ? fit.saving.begun : nil
    let network =
      try begun?.network
      ?? Network(
        architecture, initialization: plan.initialization ?? .glorot, seed: plan.seed, start: start)
    let data = fit.data
    let cells = training.loss == .mixed ? data.schema.cells : nil
    let trimmed = fit.options.rows.contamination.map {
      TrimmedRows(
        data.training, network: network, loss: training.loss, cells: cells, contamination: $0, pool: fit.pool)
    }
    fit.learnedRows = trimmed ?? data.trainingRows
    let trainer = try Trainer(
      network, options: training, groups: cells?.loss, rows: fit.learnedRows,
      validationRows: fit.monitoredRows, resuming: begun?.state,
      communicator: fit.options.communicator, pool: fit.pool)
    try fit.onEvent(.prepared(network))
    fit.record.plan.training?.precision = trainer.precision.precision
    if let reason = trainer.precision.reason { try fit.onEvent(.usesFloat32(reason: reason)) }
    if begun != nil {
      try fit.onEvent(.resumed(epochs: trainer.state.progress.epochs.count))
    }
    let outcome = try trainer.run(within: fit.timeLimit) { event in
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
    return network
  }

  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? {
    // A file with an architecture is read with its training state; one without it is no network's.
    throw tensors.altered("its description")
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
    try fit.saving.save(record, network, state)
  }
}

extension Schema {
  /// The variance of the scaled values, the mean of all columns; nil if none varies.
  package var scaledVariance: Double? {
    let sum = zip(standardDeviations, scales).reduce(0) { sum, column in
      column.1 > 0 ? sum + (column.0 / column.1) * (column.0 / column.1) : sum
    }
    return sum > 0 ? sum / Double(width) : nil
  }
}

extension TrainingRecord {
  /// Notes the epochs of a run.
  fileprivate mutating func note(_ state: TrainingState) {
    epochs = state.progress.epochs
    bestEpoch = plan.training?.earlyStopping == nil ? nil : state.progress.bestEpoch
  }
}

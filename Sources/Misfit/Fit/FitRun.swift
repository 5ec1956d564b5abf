import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// A fit to loaded data: the same stages for every family of models.
struct FitRun {
  private let data: TrainingData
  private let options: FitOptions
  private let kind: ModelChoice
  private let watch: RowWatch
  private let onEvent: (FitEvent) throws -> Void
  private let fit: FamilyFit

  init(
    source: any RecordSource, data: TrainingData, options: FitOptions, kind: ModelChoice,
    checkpoint: Checkpoint, watch: RowWatch, onEvent: @escaping (FitEvent) throws -> Void,
    shouldStop: @escaping () -> Bool
  ) {
    self.data = data
    self.options = options
    self.kind = kind
    self.watch = watch
    self.onEvent = onEvent
    fit = FamilyFit(
      data: data, options: options, pool: NumericThread.pool(threadCount: options.run.threadCount),
      checkpoint: checkpoint, record: TrainingRecord(of: source, data: data, options: options),
      onEvent: onEvent, shouldStop: shouldStop)
  }

  /// Learns, checks for gross outliers, calibrates.
  ///
  /// - Throws: the errors of ``Detector/fit(_:options:onEvent:shouldStop:)`` after the data is read.
  func detector() throws -> Detector {
    let family = kind.family
    try family.prepare(fit)
    let errors = CellErrors(schema: data.schema, loss: family.loss(of: fit), measure: options.scores.measure)
    try errors.check(hasTargets: data.targetSchema != nil)
    try family.announce(fit)
    watch.checkpointPath = options.run.checkpointPath
    let stopsEarly = fit.record.options.earlyStopping != nil || fit.record.options.plateau != nil
    let steersTraining = family.traits.stopsEarly && stopsEarly
    let plan = CalibrationPlan(options, kind: kind, data: data, steersTraining: steersTraining)
    let held = HeldOutParts(
      data.validationRows, tileCounts: data.validationTileCounts,
      steersTraining: steersTraining && plan.foldCount == nil)
    fit.monitoredRows = family.traits.stopsEarly ? held.steering : data.validationRows
    var model = try learned(family)
    model = try withCellErrors(model, family, by: errors, fit)
    watch.begin(.calibrating, on: data)
    if GrossOutliers.areChecked(options, data.schema) {
      model = try GrossOutliers.checked(
        model, learnedFrom: data.trainingRows, data.schema, seed: options.seed)
    }
    let (calibration, raise) = try calibrated(model, family, errors, held, plan)
    let record = ModelRecord(
      model: model.description, schema: data.schema, targetSchema: data.targetSchema, training: fit.record,
      calibration: calibration, scoreRaise: raise)
    return Detector(record: record, model: model)
  }

  /// Returns the model, and notes the time of a fit without epochs.
  private func learned(_ family: any ModelFamily) throws -> any RowModel {
    guard !family.traits.trainsInEpochs else { return try family.learn(fit) }
    let clock = ContinuousClock()
    let start = clock.now
    watch.begin(.learning, on: data)
    let model = try family.learn(fit)
    fit.record.fitSeconds = (clock.now - start).seconds
    return model
  }

  /// Returns a model whose errors are computed by cell if the loss or the measure requires it.
  private func withCellErrors(
    _ model: any RowModel, _ family: any ModelFamily, by errors: CellErrors, _ fit: FamilyFit
  ) throws -> any RowModel {
    // A run that is saved has ended, or has thrown already.
    if !family.traits.isResumable, fit.shouldStop() { try fit.stop() }
    guard data.targetSchema == nil else { return model }
    return try errors.wrapping(model, learnedFrom: fit.learnedRows, on: fit.pool)
  }

  private func calibrated(
    _ model: any RowModel, _ family: any ModelFamily, _ errors: CellErrors, _ held: HeldOutParts,
    _ plan: CalibrationPlan
  ) throws -> (Calibration, ScoreRaise?) {
    let epoch = fit.record.bestEpoch ?? fit.record.epochs.count
    return try plan.crossValidating(
      data, options, seed: fit.record.options.seed, onEvent: onEvent,
      refit: { fold in
        // The passes of a refit through the rows are part of the calibration.
        if !family.traits.trainsInEpochs { watch.begin(.calibrating, on: fold) }
        defer { watch.end(on: fold) }
        let refit = try fit.refit(fold)
        return try withCellErrors(try family.learn(refit), family, by: errors, refit)
      },
      {
        var calibrator = Calibrator(options: options, data: data, held: held, cross: $0, pool: fit.pool)
        try calibrator.learnRaise(of: model)
        return (try calibrator.calibrate(model, epoch: epoch), calibrator.raise)
      })
  }
}

extension TrainingRecord {
  /// Creates the record of a run that has not begun.
  init(of source: any RecordSource, data: TrainingData, options: FitOptions) {
    var training = TrainingOptions()
    training.seed = options.seed
    self.init(
      source: source.name, targetSource: options.rows.targetSource?.name, idColumn: source.layout.idColumn,
      labelColumn: source.layout.labelColumn, rowCount: data.training.rowCount,
      validationRowCount: data.validation?.rowCount ?? 0, options: training,
      initialization: options.network.initialization, epochs: [], bestEpoch: nil,
      memoryLimitBytes: options.run.memoryLimitBytes, threadCount: options.run.threadCount)
  }
}

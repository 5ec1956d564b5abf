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
  private let family: any ModelFamily
  private let choices: [Choice]
  private let watch: RowWatch
  private let onEvent: (FitEvent) throws -> Void
  private let fit: FamilyFit

  /// Plans the fit; a resumed one continues by the plan that it began with.
  ///
  /// - Throws: ``ArchitectureError``, ``FitError`` if options contradict the data.
  init(
    source: any RecordSource, data: TrainingData, options: FitOptions, kind: ModelChoice,
    checkpoint: Checkpoint, watch: RowWatch, onEvent: @escaping (FitEvent) throws -> Void,
    shouldStop: @escaping () -> Bool
  ) throws {
    self.data = data
    self.options = options
    self.watch = watch
    self.onEvent = onEvent
    family = kind.family
    var record: TrainingRecord
    if let begun = try checkpoint.record(continuing: data) {
      (record, choices) = (begun, [])
    } else {
      let resolved = try family.plan(PlanInput(options, data))
      record = TrainingRecord(of: source, data: data, options: options, plan: resolved.plan)
      choices = resolved.choices
    }
    fit = FamilyFit(
      data: data, options: options, pool: NumericThread.pool(threadCount: options.run.threadCount),
      saving: checkpoint.saving, record: record, onEvent: onEvent, shouldStop: shouldStop)
  }

  /// Learns, checks for gross outliers, calibrates.
  ///
  /// - Throws: the errors of ``Detector/fit(_:options:onEvent:shouldStop:)`` after the data is read.
  func detector() throws -> Detector {
    try family.check(fit)
    let errors = CellErrors(schema: data.schema, loss: fit.plan.loss, measure: options.scores.measure)
    try errors.check(hasTargets: data.targetSchema != nil)
    try onEvent(.planned(fit.plan, choices))
    if fit.plan.training != nil, !MatrixProduct.hasOneDNN {
      let note: MessageText = "oneDNN is not installed, so that matrix products take longer"
      try onEvent(.lacksOneDNN(note + "; " + MessageText(MatrixProduct.installation)))
    }
    watch.checkpointPath = options.run.checkpointPath
    let steersTraining = family.traits.stopsEarly && fit.plan.watchesLoss
    let plan = CalibrationPlan(options, kind: family.choice, data: data, steersTraining: steersTraining)
    let held = HeldOutParts(
      data.validationRows, tiledImages: data.validationImages,
      steersTraining: steersTraining && plan.foldCount == nil)
    fit.monitoredRows = family.traits.stopsEarly ? held.steering : data.validationRows
    fit.timeLimit = options.training.timeLimitSeconds.map {
      TrainingTimeLimit(seconds: $0 / Double(1 + (plan.foldCount ?? 0)))
    }
    var model = try learned()
    model = try withCellErrors(model, by: errors, fit)
    watch.begin(.calibrating, on: data)
    if GrossOutliers.areChecked(options, data.schema) {
      model = try GrossOutliers.checked(
        model, learnedFrom: data.trainingRows, data.schema, seed: options.seed)
    }
    let (calibration, raise) = try calibrated(model, errors, held, plan)
    var record = ModelRecord(
      model: model.description, schema: data.schema, targetSchema: data.targetSchema, training: fit.record,
      calibration: calibration, scoreRaise: raise)
    record.profile = try ReferenceProfile(data.training, data.schema, on: fit.pool)
    return Detector(record: record, model: model)
  }

  /// Returns the model, and notes the time of a fit without epochs.
  private func learned() throws -> any RowModel {
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
    _ model: any RowModel, by errors: CellErrors, _ fit: FamilyFit
  ) throws -> any RowModel {
    // A run that is saved has ended, or has thrown already.
    if !family.traits.isResumable, fit.shouldStop() { try fit.stop() }
    guard data.targetSchema == nil else { return model }
    return try errors.wrapping(model, learnedFrom: fit.learnedRows, on: fit.pool)
  }

  private func calibrated(
    _ model: any RowModel, _ errors: CellErrors, _ held: HeldOutParts, _ plan: CalibrationPlan
  ) throws -> (Calibration, ScoreRaise?) {
    let epoch = fit.record.bestEpoch ?? fit.record.epochs.count
    return try plan.crossValidating(
      data, options, seed: fit.plan.seed, onEvent: onEvent,
      refit: { fold in
        // The passes of a refit through the rows are part of the calibration.
        if !family.traits.trainsInEpochs { watch.begin(.calibrating, on: fold) }
        defer { watch.end(on: fold) }
        let refit = try fit.refit(fold)
        return try withCellErrors(try family.learn(refit), by: errors, refit)
      },
      {
        var calibrator = Calibrator(options: options, data: data, held: held, cross: $0, pool: fit.pool)
        try calibrator.learnRaise(of: model)
        return (try calibrator.calibrate(model, epoch: epoch), calibrator.raise)
      })
  }
}
